/** The worker in which attempts at exercises are run: one submission, one verdict, and it may be ended at any time. */
import { fetchCallTable, wantCallTable } from "../../cells/late/call-table.js";
import { fetchTranslator } from "../../cells/late/translator.js";
import { readProgram } from "../../cells/read-program.js";
import { prepareRuns } from "../cell-runs.js";
import type { Verdict } from "./exercise.js";
import { judge, type Submission } from "./judge.js";

/** What comes back: a verdict, or a mistake of the book itself. */
export type Judged = { readonly verdict: Verdict } | { readonly broken: string };

/** As much of a worker's world as is used. */
interface JudgeScope {
  onmessage: ((event: MessageEvent<Submission>) => void) | null;
  postMessage(message: Judged): void;
}

const scope = globalThis as unknown as JudgeScope;

scope.onmessage = async ({ data: submission }) => {
  try {
    wantCallTable();
    await Promise.all([prepareRuns(readProgram), fetchCallTable(), fetchTranslator()]);
    scope.postMessage({ verdict: judge(submission) });
  } catch (caught) {
    scope.postMessage({ broken: caught instanceof Error ? caught.message : String(caught) });
  }
};
