/**
 * The browser's side of the book, bundled into `docs/gen`: `cells.js` defines the elements, `worker.js` holds the
 * machine. What is large (the editor, the kernel) stands in chunks of its own, which are fetched when first needed.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
export const CELL_BUNDLES = {
  absWorkingDir: root,
  entryPoints: { cells: "src/cells/index.ts", worker: "src/cells/worker.ts" },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
};

/**
 * Bundles once; goes on whenever a source changes if `watching`.
 * @param {boolean} watching
 */
export async function bundleCells(watching) {
  rmSync(`${root}docs/gen`, { recursive: true, force: true });
  const bundles = await context({ ...CELL_BUNDLES, outdir: "docs/gen" });
  await bundles.rebuild();
  if (watching) await bundles.watch();
  else await bundles.dispose();
}
