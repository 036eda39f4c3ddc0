/**
 * Builds the library and the command into `lib/`; npm runs it after every install (the script `prepare`).
 *
 *     lib/index.js         what `import … from "you-in-cpu"` finds
 *     lib/types/           its declarations
 *     lib/youcpu.js        what `bin/youcpu.js` starts
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { preparedCode } from "./prepared-code.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  ...{ absWorkingDir: root, bundle: true, format: "esm", target: "es2022", logLevel: "warning" },
  plugins: [preparedCode],
};

rmSync(`${root}lib`, { recursive: true, force: true });
await Promise.all([
  build({ ...COMMON, entryPoints: ["src/index.ts"], outfile: "lib/index.js", platform: "neutral" }),
  build({ ...COMMON, entryPoints: ["src/cli/youcpu.ts"], outfile: "lib/youcpu.js", platform: "node" }),
]);
declareTypes();

/** Declarations only: whether the types are right is asked by `npm run check`. */
function declareTypes() {
  const { status } = spawnSync(
    process.execPath,
    [`${root}node_modules/typescript/bin/tsc`, "-p", "tsconfig.library.json"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  if (status !== 0) throw new Error("the library's declarations could not be written");
}
