/**
 * Assembles the kernel's own code when it is bundled, so that nobody has to wait for that when a machine is made: in the place of
 * `prepared-code.ts` stands a module with the bytes, made from the same sources by the same assembler.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const MODULE = `${root}src/kernel/boot/prepared-code.ts`;

/** @type {import("esbuild").Plugin} */
export const preparedCode = {
  name: "prepared code",
  setup({ onLoad }) {
    onLoad({ filter: /prepared-code\.ts$/ }, async ({ path }) =>
      path === MODULE ? { contents: await preparedModule(), loader: "js" } : undefined,
    );
  },
};

/** @returns {Promise<string>} The source of the module. */
async function preparedModule() {
  const entries = [...(await usualCode())].map(([key, { bytes, symbols }]) => [
    key,
    Buffer.from(bytes).toString("base64"),
    [...symbols].map(([name, address]) => [name, String(address)]),
  ]);
  return `
    const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    export const PREPARED_CODE = new Map(${JSON.stringify(entries)}.map(([key, text, symbols]) => [
      key,
      {
        bytes: bytes(text),
        symbols: new Map(symbols.map(([name, address]) => [name, BigInt(address)])),
      },
    ]));`;
}

/** @returns {Promise<ReadonlyMap<string, import("../src/kernel/boot/fixed-code.js").FixedCode>>} */
async function usualCode() {
  const entryPoints = [`${root}src/kernel/boot/usual-code.ts`];
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "error",
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const { usualCode: code } = await import(`data:text/javascript;base64,${text}`);
  return code();
}
