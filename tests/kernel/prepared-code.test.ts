/** What bundles hold instead of assembling: the same bytes, by the same sources. */
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { preparedCode } from "../../scripts/prepared-code.mjs";
import type { FixedCode } from "../../src/kernel/boot/fixed-code.js";
import { PREPARED_CODE } from "../../src/kernel/boot/prepared-code.js";
import { usualCode } from "../../src/kernel/boot/usual-code.js";

const entry = join(import.meta.dirname, "../../src/kernel/boot/prepared-code.ts");

it("a bundle holds the kernel's own code, byte for byte what the assembler makes of it", async () => {
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    plugins: [preparedCode],
  });
  const text = Buffer.from(built.outputFiles[0]!.contents).toString("base64");
  const module = await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
  const held: ReadonlyMap<string, FixedCode> = module.PREPARED_CODE;
  expect(PREPARED_CODE.size).toBe(0);
  const assembled = usualCode();
  expect([...held.keys()]).toEqual([...assembled.keys()]);
  for (const [key, { bytes, symbols }] of assembled) {
    expect(held.get(key)?.bytes).toEqual(bytes);
    expect(held.get(key)?.symbols).toEqual(symbols);
  }
});
