/** A small book in memory, to try the Markdown of chapters on. */
import MarkdownIt from "markdown-it";
import { addBookMarkdown, readFixture } from "../../../scripts/book-pages.js";
import { prepareStills } from "../../../scripts/stills.js";
import { prepareRuns } from "../../../src/book/cell-runs.js";
import { type Book, PageMistake } from "../../../src/book/markdown/book.js";
import { cellsOfPage } from "../../../src/book/page-cells.js";

const CELLS = `
\`\`\`asm live name=sum
    mov eax, 3
again:
    add ebx, 10
    dec eax
    jnz again
    hlt
\`\`\`
`;

const SOURCE = `/** A queue. */
export class Queue {
  // #region take
  take(): number | undefined {
    // #region inner
    return this.items.shift();
    // #endregion
  }
  // #endregion
}
`;

/** The book: one cell, one file, one term. */
export const SAMPLE: Book & { refresh(): void } = {
  refresh: () => {},
  cell: (name) => {
    const cell = cellsOfPage(CELLS).find((one) => one.name === name);
    if (!cell) throw new PageMistake(`there is no cell ${name} in the book`);
    return cell;
  },
  sourceFile: () => SOURCE,
  termAddress: (word) => (word === "ring" ? "/reference/glossary#ring" : undefined),
};

/** Markdown as the book prints it. */
export async function print(markdown: string): Promise<string> {
  await prepareRuns(readFixture);
  await prepareStills();
  const markdownIt = new MarkdownIt({ html: true });
  addBookMarkdown(
    markdownIt as unknown as Parameters<typeof addBookMarkdown>[0],
    SAMPLE,
    "https://example.org/tree",
  );
  return markdownIt.render(markdown);
}
