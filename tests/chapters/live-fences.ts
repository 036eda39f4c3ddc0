/** The live cells of the book's pages, as the build reads them, with the place of each. */
import { cellsOfBook, readFixture } from "../../scripts/book-pages.js";
import type { PageCell } from "../../src/book/page-cells.js";

export { readFixture };

export interface Cell extends PageCell {
  /** File and line. */
  readonly place: string;
}

/** All of them, in the order of the files' names. */
export function liveCells(): Cell[] {
  return [...cellsOfBook().values()].map((cell) => ({ ...cell, place: `${cell.page.file}:${cell.line}` }));
}
