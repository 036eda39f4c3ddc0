/**
 * What an exercise is: a check of what the reader made of a cell, told apart from its text, which stands in the chapter
 * (`book/markdown/exercise-fence.ts`). Each stands in a file of its own, is named after its cell, and brings answers along
 * that must pass and answers that must fail with a helpful word; the tests try them all.
 */
import type { Load } from "../../cells/protocol.js";
import type { ParameterValues } from "../../cells/scenarios/scenario.js";
import type { LoggedInput } from "../../machine/time/timeline.js";
import type { WorldInput } from "../../trace/input.js";
import type { CellRun, Edit } from "../cell-runs.js";

export type CellInput = LoggedInput<WorldInput>;

/** Whether it is right, and a sentence for the reader: what was seen, and what to look at next. */
export interface Verdict {
  readonly passed: boolean;
  readonly says: string;
}

/** How a check may vary what the reader made. */
export interface Variation {
  readonly edit?: Edit;
  readonly source?: string;
  readonly parameters?: ParameterValues;
  /** Instead of the reader's own. */
  readonly inputs?: readonly CellInput[];
}

/** What the reader made of the cell, and the means to run it. */
export interface Attempt {
  readonly load: Load;
  /** What was done by hand: bytes, registers, keys. */
  readonly inputs: readonly CellInput[];
  /** The program's text; empty when there is none. */
  readonly source: string;
  /** The cell as the book prints it. */
  readonly original: Load;
  /** Runs it to its end, or to its limit. @throws UnrunnableError when the program has mistakes */
  readonly run: (variation?: Variation) => CellRun;
}

/** An answer that somebody might give. */
export interface Answer {
  /** Changes to the cell's own text, one after the other … */
  readonly edits?: readonly Edit[];
  /** … or another text altogether. */
  readonly source?: string;
  readonly parameters?: ParameterValues;
  readonly inputs?: readonly CellInput[];
}

export interface Exercise {
  /** Also the name of its cell: "x1.1". */
  readonly name: string;
  check(attempt: Attempt): Verdict;
  /** Right answers, besides the one that the chapter works out. */
  readonly solutions: readonly Answer[] | ((original: Load) => readonly Answer[]);
  /** Wrong answers, each with a part of what the verdict must say. */
  readonly wrong: readonly { readonly answer: Answer; readonly says: RegExp }[];
}

export const passed = (says: string): Verdict => ({ passed: true, says });
export const failed = (says: string): Verdict => ({ passed: false, says });

/** A clause as a sentence. */
export const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
