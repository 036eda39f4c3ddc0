/**
 * The book's code in a worker for one reader's program that is an answer to an exercise. Nothing but that program and its check
 * runs here; programs of the book are not at hand, so such a check asks no cell to run.
 */
import type { lockDown } from "../../cells/policy/lock-down.js";
import { freezeLanguage } from "../../cells/policy/lock-down.js";
import { LINES_BEFORE, SCRIPT_FRAME } from "../../cells/policy/policy-script.js";
import { type ReaderFactory, readerCode } from "../../cells/policy/reader-code.js";
import { setReaderCompiler } from "../../cells/policy/reader-compiler.js";
import { judge, type Submission } from "./judge.js";
import type { Judged } from "./judge-worker.js";

/** Begins to hear the page. Called once, by the first line of the worker's script. */
export function begin(kept: ReturnType<typeof lockDown>, factory: ReaderFactory): void {
  freezeLanguage();
  setReaderCompiler((_text, names) =>
    readerCode(factory, names, { linesBefore: LINES_BEFORE, frame: SCRIPT_FRAME }),
  );
  kept.listen(({ data }) => kept.post(judged(data as Submission)));
  kept.post({ kind: "awake" });
}

function judged(submission: Submission): Judged {
  try {
    return { verdict: judge(submission) };
  } catch (caught) {
    return { broken: caught instanceof Error ? caught.message : String(caught) };
  }
}
