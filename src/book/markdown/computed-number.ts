/**
 * Numbers in the prose. The author writes what the reader shall read, and what to ask which machine; when they differ,
 * the book is not built. So a number can neither be invented nor grow old.
 *
 *     {{30 = c1.step registers.rbx}}            what the run of cell c1.step ends with
 *     {{0x1e = c1.step registers.rbx as hex}}   written in another way
 *     {{1 = c1.doors [mov eax, 4 => mov eax, 1] outcome.status}}   with the program changed
 *     {{2 = c2.cr3 [param-pcid=on] switches.forgotten}}            with a parameter set
 *     {{0x401000 = c1.step first.rip as hex}}   `first.…`: the moment before anything ran
 *
 * What is printed carries cell and question, so that a reader can have it shown.
 */
import { type Edit, runCell, type Setting } from "../cell-runs.js";
import { ask, FORMATS, type FormatName } from "../state-query.js";
import { attributesText, type Book, escapeHtml, PageMistake } from "./book.js";

const NUMBER =
  /^\s*(.+?)\s+=\s+([\w.-]+)\s+(?:\[param-([\w-]+)=(\S+?)\]\s+|\[(.+?)\s*=>\s*(.*?)\]\s+)?(\S+?)(?:\s+as\s+(\w+))?\s*$/s;

/** A number as the author wrote it. */
export interface ComputedNumber {
  readonly shown: string;
  readonly cell: string;
  readonly path: string;
  readonly format: FormatName;
  readonly change?: Edit | Setting;
}

/** Reads what stands between `{{` and `}}`. */
export function readComputedNumber(text: string): ComputedNumber {
  const [, shown = "", cell = "", parameter, value, from, to, path = "", format = "plain"] =
    NUMBER.exec(text) ?? [];
  if (!path) throw new PageMistake(`{{${text}}} is not of the form {{number = cell question}}`);
  if (!Object.hasOwn(FORMATS, format))
    throw new PageMistake(`{{${text}}}: no format “${format}”; known: ${Object.keys(FORMATS).join(", ")}`);
  const number = { shown, cell, path, format: format as FormatName };
  if (parameter !== undefined) return { ...number, change: { parameter, value: value ?? "" } };
  return from === undefined ? number : { ...number, change: { from, to: to ?? "" } };
}

/** What the machine says, written as the author asks for it. */
export function computed({ cell, path, format, change }: ComputedNumber, book: Book): string {
  const run = runCell(book.cell(cell), change);
  const ofFirst = path.startsWith("first.");
  const result = ask(ofFirst ? run.first : run.last, ofFirst ? path.slice("first.".length) : path);
  if ("problem" in result) throw new PageMistake(`cell ${cell}: ${result.problem}`);
  return FORMATS[format](result.answer);
}

/** The number as HTML, when the machine agrees with it. */
export function printComputedNumber(text: string, book: Book): string {
  const number = readComputedNumber(text);
  const actual = computed(number, book);
  if (actual.replaceAll("\u202f", " ") !== number.shown)
    throw new PageMistake(`{{${text}}}: cell ${number.cell} says ${actual}`);
  const { cell, path } = number;
  const about = attributesText({
    class: "computed",
    "data-cell": cell,
    "data-asks": path,
    title: `as cell ${cell} computes it`,
  });
  return `<span${about}>${escapeHtml(actual)}</span>`;
}
