/**
 * A question before a run, answered by one click and then by the machine:
 *
 *     ```predict cell=c1.step ask=registers.rbx
 *     What will `ebx` hold when the processor halts?
 *
 *     - [10] ten: one addition
 *     - [30] thirty
 *     ---
 *     Three rounds of ten.
 *     ```
 *
 * `as=rounded` writes the answer in another way (`state-query.ts`). What stands in brackets is compared with what the machine answers; without brackets the whole choice is. `replace="a=>b"`
 * asks about a changed program. Which choice is right is computed when the book is built: just one must be.
 */
import { type Edit, runCell } from "../cell-runs.js";
import { knownWords, readInfoWords } from "../info-words.js";
import { ask, FORMATS, type FormatName, isFormat } from "../state-query.js";
import { attributesText, type Book, PageMistake } from "./book.js";

export interface Prediction {
  readonly cell: string;
  readonly ask: string;
  readonly format: FormatName;
  readonly edit: Edit | undefined;
  /** Markdown. */
  readonly question: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** Markdown, shown once the answer is known. */
  readonly explanation: string;
}

/** Reads a fence `predict`; undefined for any other. */
export function readPrediction(info: string, content: string): Prediction | undefined {
  if (!/^predict\b/.test(info.trim())) return undefined;
  const words = readInfoWords(
    info.trim().slice("predict".length),
    knownWords(["cell", "ask", "as", "replace"]),
  );
  if (typeof words === "string") throw new PageMistake(words);
  const cell = words.get("cell");
  const asked = words.get("ask");
  if (!cell || !asked) throw new PageMistake("a prediction needs cell=… and ask=…");
  const format = words.get("as") ?? "plain";
  if (!isFormat(format)) throw new PageMistake(`as=${format}: known are ${Object.keys(FORMATS).join(", ")}`);
  const [before = "", explanation = ""] = content.split(/^---$/m);
  const lines = before.split("\n");
  const choices = lines.filter((line) => line.startsWith("- ")).map((line) => choice(line.slice(2).trim()));
  if (choices.length < 2) throw new PageMistake("a prediction needs at least two lines “- choice”");
  const question = lines
    .filter((line) => !line.startsWith("- "))
    .join("\n")
    .trim();
  return {
    cell,
    ask: asked,
    format,
    edit: readEdit(words.get("replace")),
    question,
    choices,
    explanation: explanation.trim(),
  };
}

function choice(text: string): { value: string; label: string } {
  const [, value, label] = /^\[([^\]]*)\]\s*(.*)$/.exec(text) ?? [];
  return value === undefined ? { value: text, label: text } : { value, label: label || value };
}

function readEdit(text: string | undefined): Edit | undefined {
  if (text === undefined) return undefined;
  const [from = "", to] = text.split("=>");
  if (to === undefined) throw new PageMistake(`replace="${text}" is not of the form from=>to`);
  return { from, to };
}

/** The choice that the machine confirms. @throws PageMistake unless there is just one */
export function rightChoice(prediction: Prediction, book: Book): string {
  const result = ask(runCell(book.cell(prediction.cell), prediction.edit).last, prediction.ask);
  if ("problem" in result) throw new PageMistake(`cell ${prediction.cell}: ${result.problem}`);
  const actual = FORMATS[prediction.format](result.answer);
  const right = prediction.choices.filter(({ value }) => value === actual);
  if (right.length !== 1)
    throw new PageMistake(
      `${prediction.cell} answers “${actual}” to ${prediction.ask}, and ${right.length} choices say so`,
    );
  return actual;
}

/** The element, which is readable without JavaScript: question, choices, and the explanation behind a fold. */
export function printPrediction(
  prediction: Prediction,
  book: Book,
  render: (markdown: string) => string,
): string {
  rightChoice(prediction, book);
  const { cell, edit, question, choices, explanation } = prediction;
  const attributes = attributesText({
    cell,
    ask: prediction.ask,
    as: prediction.format,
    ...(edit && { from: edit.from, to: edit.to }),
  });
  const inline = (text: string) =>
    render(text)
      .trim()
      .replace(/^<p>|<\/p>$/g, "");
  const items = choices.map(
    ({ value, label }) => `<li${attributesText({ "data-value": value })}>${inline(label)}</li>`,
  );
  return (
    `<predict-question${attributes}><div class="predict-question">${render(question)}</div><ul>${items.join("")}</ul>` +
    `<details class="predict-why"><summary>Run it, then read why</summary>${render(explanation)}</details></predict-question>\n`
  );
}
