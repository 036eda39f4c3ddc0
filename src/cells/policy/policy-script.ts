/**
 * The script of a worker for one reader's program. Its first line takes everything dangerous away and fetches the book's own
 * code; from the second line on it is the reader's text as it stands, so that lines are found again. The text becomes code
 * by being a script; nothing is evaluated.
 */
import { lockDown } from "./lock-down.js";

/** Lines before the reader's first. */
export const LINES_BEFORE = 1;

/** Where such a script stands in a stack; line and column are groups. */
export const SCRIPT_FRAME = /blob:[^\s)]*?:(\d+):(\d+)/;

/** Where the worker's first line leaves what the book's code needs, and takes it from. */
export const HAND_OVER = "takeReaderProgram";

/** Would fetch a script from anywhere; nothing that the first line of the script takes away forbids it. */
const IMPORT = /\bimport\b/;

/** Why a text cannot become such a script; undefined when it can. */
export function scriptProblem(text: string): { line: number; reason: string; nextStep: string } | undefined {
  const line = text.split("\n").findIndex((one) => IMPORT.test(one));
  if (line < 0) return undefined;
  return {
    line: line + 1,
    reason: "the word import may not stand here, not even in a text",
    nextStep: "Do without.",
  };
}

/**
 * @param text the reader's
 * @param names of the functions that it may define
 * @param module address of the book's code, `policy-worker.ts`, which exports `begin`
 */
export function policyScript(text: string, names: readonly string[], module: string): string {
  const defined = names
    .map((name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`)
    .join(", ");
  const first =
    `{ const kept = (${lockDown.toString()})(self); let begin; const code = import(${JSON.stringify(module)});` +
    ` Object.defineProperty(self, "${HAND_OVER}", { value: (factory) => code.then((book) => book.begin(kept, factory)) }); }` +
    ` const readerProgram = function () { "use strict";`;
  return `${first.replaceAll("\n", " ")}\n${text}\n;return { ${defined} }; };\n${HAND_OVER}(readerProgram);\n`;
}
