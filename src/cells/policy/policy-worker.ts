/** The book's code in a worker for one reader's program: the same desk as in other workers, with that program at hand. */

import type { ToWorker } from "../protocol.js";
import { readProgram } from "../read-program.js";
import { postDifferences } from "../state-difference.js";
import { WorkerDesk } from "../worker-desk.js";
import { freezeLanguage, type lockDown } from "./lock-down.js";
import { LINES_BEFORE, SCRIPT_FRAME } from "./policy-script.js";
import { type ReaderFactory, readerCode } from "./reader-code.js";
import { setReaderCompiler } from "./reader-compiler.js";

/** Begins to hear the page. Called once, by the first line of the worker's script. */
export function begin(kept: ReturnType<typeof lockDown>, factory: ReaderFactory): void {
  freezeLanguage();
  const script = { linesBefore: LINES_BEFORE, frame: SCRIPT_FRAME };
  setReaderCompiler((_text, names) => readerCode(factory, names, script));
  const desk = new WorkerDesk({
    post: postDifferences(kept.post),
    soon: (milliseconds) => kept.later(() => desk.runSlice(), milliseconds),
    milliseconds: kept.milliseconds,
    readFile: readProgram,
  });
  kept.listen(({ data }) => void desk.hear(data as ToWorker));
  kept.post({ kind: "awake" });
}
