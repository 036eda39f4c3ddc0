/**
 * `npm run vectors [-- [--engine evaluator|translator] FILE...]`: replays recorded instructions and reports by form, on both
 * engines unless one is named. Exit status 1 on a mismatch.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Replayer } from "./replay.js";
import { readVectors } from "./vector-file.js";

/** Mismatches of one form that are printed in full. */
const SHOWN = 3;

const { values, positionals: files } = parseArgs({
  options: { engine: { type: "string" } },
  allowPositionals: true,
});
const ENGINES = ["evaluator", "translator"] as const;
const engines = ENGINES.filter((engine) => values.engine === undefined || values.engine === engine);
if (engines.length === 0) {
  console.error(`--engine ${values.engine}: evaluator or translator is meant`);
  process.exit(2);
}
if (files.length === 0) {
  for (const name of ["vectors", "mxcsr-vectors", "other-vectors", "hand-vectors"])
    files.push(fileURLToPath(new URL(`${name}.jsonl.gz`, import.meta.url)));
}

const failed = new Map<string, number>();
let passed = 0;

for (const engine of engines) {
  const replayer = new Replayer(engine);
  for (const file of files) {
    for (const vector of readVectors(file)) {
      const outcome = replayer.replay(vector);
      if (outcome.length === 0) passed++;
      else {
        const count = (failed.get(vector.code) ?? 0) + 1;
        failed.set(vector.code, count);
        if (count <= SHOWN) console.log(`${engine}: ${vector.code} ${vector.hex}: ${outcome.join("; ")}`);
      }
    }
  }
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((total, n) => total + n, 0);
const list = (counts: Map<string, number>): string =>
  [...counts].map(([code, n]) => `${code} ${n}`).join(", ");
if (failed.size > 0) console.log(`\nDiffering forms: ${list(failed)}`);
console.log(`\n${passed} passed, ${sum(failed)} failed`);
process.exitCode = failed.size > 0 ? 1 : 0;
