/**
 * Builds the library and the command into `lib/`; npm runs it after every install (the script `prepare`).
 *
 *     lib/index.js         what `import … from "you-in-cpu"` finds
 *     lib/types/           its declarations
 *     lib/youcpu.js        what `bin/youcpu.js` starts
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
const COMMON = { absWorkingDir: root, bundle: true, format: "esm", target: "es2022", logLevel: "warning" };

const LIBRARY = "src/index.ts";
const COMMAND = "src/cli/youcpu.ts";

rmSync(`${root}lib`, { recursive: true, force: true });
await Promise.all([
  existsSync(root + LIBRARY) &&
    build({ ...COMMON, entryPoints: [LIBRARY], outfile: "lib/index.js", platform: "neutral" }),
  existsSync(root + COMMAND) &&
    build({ ...COMMON, entryPoints: [COMMAND], outfile: "lib/youcpu.js", platform: "node" }),
]);
if (existsSync(root + LIBRARY)) declareTypes();

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
