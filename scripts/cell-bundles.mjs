/**
 * The browser's side of the book, bundled into `docs/gen`: `cells.js` defines the elements, `worker.js` holds the
 * machine, `book.js` is what every page has besides cells, `judge.js` checks answers to exercises. What is large stands in
 * chunks of its own, which are fetched when first needed: each view, the editor, the kernel, and what only a running program
 * needs (the translator, the system calls).
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";
import { preparedCode } from "./prepared-code.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What is fetched when a program runs → what stands for it until then. */
const LATE = {
  "machine/engine/translator": "cells/late/translator.ts",
  "kernel/syscalls/table": "cells/late/call-table.ts",
};

/**
 * Puts what stands for a module in its place, everywhere but in the stand-ins themselves.
 * @type {import("esbuild").Plugin}
 */
const lateModules = {
  name: "late modules",
  setup({ onResolve }) {
    for (const [module, standIn] of Object.entries(LATE)) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        if (join(resolveDir, path) !== `${root}src/${module}.js`) return undefined;
        return resolveDir.endsWith("cells/late") ? undefined : { path: `${root}src/${standIn}` };
      });
    }
  },
};

/** @type {import("esbuild").BuildOptions} */
export const CELL_BUNDLES = {
  absWorkingDir: root,
  entryPoints: {
    cells: "src/cells/index.ts",
    worker: "src/cells/worker.ts",
    "policy-worker": "src/cells/policy/policy-worker.ts",
    book: "src/book/elements/index.ts",
    judge: "src/book/exercises/judge-worker.ts",
    "policy-judge": "src/book/exercises/policy-judge.ts",
  },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  loader: { ".css": "text" },
  plugins: [lateModules, preparedCode],
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
