/** What the Markdown of a page may lean on: the rest of the book. */
import type { PageCell } from "../page-cells.js";

export interface Book {
  /** The cell of that name, on whatever page. @throws Error when there is none */
  cell(name: string): PageCell;
  /** The text of a file of this project, by its path from the top. @throws Error when there is none */
  sourceFile(path: string): string;
  /** Where a term is explained, as a path below the book's base; undefined for a word that is no term. */
  termAddress(term: string): string | undefined;
}

/** A mistake in a page, told without its place, which the build adds. */
export class PageMistake extends Error {}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** Attributes of an element, in the order given; those without a value are left out. */
export function attributesText(attributes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeHtml(value!)}"`)
    .join("");
}
