/**
 * The book as the build and the tests read it: its pages from `docs`, its cells, its listings from this project's files, and the
 * Markdown that a chapter may use. What each construct means is said in `src/book/markdown`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findTerm, GLOSSARY_PATH, termId } from "../src/book/glossary/index.js";
import { liveElement, readLiveFence } from "../src/book/live-fence.js";
import { type Book, escapeHtml, PageMistake } from "../src/book/markdown/book.js";
import { printExercise, readExercise } from "../src/book/markdown/exercise-fence.js";
import { addInlineRules } from "../src/book/markdown/inline-rules.js";
import { printPrediction, readPrediction } from "../src/book/markdown/predict-fence.js";
import { listingCaption, readRegionInfo, regionText } from "../src/book/markdown/region-listing.js";
import { addTermWords } from "../src/book/markdown/term-words.js";
import { cellsOfPage, type PageCell } from "../src/book/page-cells.js";
import { printAssembly } from "../src/book/print-assembly.js";
import { compileHere } from "../src/cells/policy/compile-here.js";
import { setReaderCompiler } from "../src/cells/policy/reader-compiler.js";
import type { Language } from "../src/cells/scenarios/scenario.js";
import { still } from "./stills.js";

// The programs of the book itself may become code where it is built and tested.
setReaderCompiler(compileHere);

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCS = join(ROOT, "docs");

/** A page of the book: its path as the browser sees it, and its Markdown. */
export interface BookPage {
  readonly path: string;
  readonly file: string;
  readonly markdown: string;
}

/** All pages that are written by hand, by name. */
export function pagesOfBook(): BookPage[] {
  return readdirSync(DOCS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith(".observablehq"))
    .sort()
    .map((name) => ({
      path: `/${name.replace(/\.md$/, "")}`,
      file: `docs/${name}`,
      markdown: readFileSync(join(DOCS, name), "utf8"),
    }));
}

/** The cells of all pages, by name. @throws Error when a fence is wrong, or two cells have one name */
export function cellsOfBook(): Map<string, PageCell & { readonly page: BookPage }> {
  const cells = new Map<string, PageCell & { readonly page: BookPage }>();
  for (const page of pagesOfBook()) {
    for (const cell of atPlace(page, () => cellsOfPage(page.markdown))) {
      if (cells.has(cell.name))
        throw new Error(`${page.file}:${cell.line}: there is another cell ${cell.name}`);
      cells.set(cell.name, { ...cell, page });
    }
  }
  return cells;
}

/** A compiled program that cells may run, as the book serves it. */
export async function readFixture(name: string): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(join(ROOT, "tests/programs/fixtures", name)));
}

/** The book for what is printed; read anew when `refresh` is called, since pages change while one writes. */
export function openBook(): Book & { refresh(): void } {
  let cells: ReturnType<typeof cellsOfBook> | undefined;
  return {
    refresh: () => {
      cells = undefined;
    },
    cell: (name) => {
      cells ??= cellsOfBook();
      const cell = cells.get(name);
      if (!cell) throw new PageMistake(`there is no cell ${name} in the book`);
      return cell;
    },
    sourceFile: (path) => {
      if (!/^(?:src|tests)\/[\w./-]+$/.test(path) || path.includes(".."))
        throw new PageMistake(`${path} is no file of this project's sources`);
      return readFileSync(join(ROOT, path), "utf8");
    },
    termAddress: (word) => {
      const term = findTerm(word);
      return term && `${GLOSSARY_PATH}#${termId(term)}`;
    },
  };
}

/** Framework would run JavaScript and TypeScript as cells of its own. */
const ONLY_PRINTED = "run=false";

type Rule = (tokens: Token[], index: number, options: unknown, env: unknown, self: unknown) => string;

interface Token {
  readonly type: string;
  info: string;
  content: string;
}

/** As much of markdown-it as is used here. */
export interface Markdown {
  readonly renderer: { readonly rules: Record<string, unknown> };
  readonly inline: Parameters<typeof addInlineRules>[0]["inline"];
  render(source: string, env?: unknown): string;
}

/** Teaches a markdown-it the book's constructs. @param repository address of the project's files, for links to listings */
export function addBookMarkdown(
  markdown: Markdown,
  book: Book & { refresh(): void },
  repository?: string,
): void {
  const printed = markdown.renderer.rules["fence"] as Rule;
  const renderInside = markdown.render.bind(markdown);
  addInlineRules(markdown, book);
  addTermWords(markdown.renderer as Parameters<typeof addTermWords>[0], book);
  markdown.renderer.rules["fence"] = ((tokens, index, options, env, self) => {
    const token = tokens[index]!;
    const render = (source: string) => renderInside(source, env);
    if (/^(?:js|ts)$/.test(token.info.trim())) token.info += ` ${ONLY_PRINTED}`;
    return (
      bookFence(token, book, render) ??
      regionFence(token, book, repository, () => printed(tokens, index, options, env, self)) ??
      printed(tokens, index, options, env, self)
    );
  }) satisfies Rule;
}

/** What a cell without a program shows is its machine alone. */
function printSource(language: Language, source: string): string {
  if (language === "asm") return printAssembly(source);
  return language === "none"
    ? ""
    : `<pre class="assembly" translate="no"><code>${escapeHtml(source)}</code></pre>`;
}

/** A live cell, a prediction, an exercise, printed assembly; undefined for any other fence. */
function bookFence(
  { info, content }: Token,
  book: Book,
  render: (source: string) => string,
): string | undefined {
  const live = readLiveFence(info);
  if (live && "problem" in live) throw new PageMistake(`${info}: ${live.problem}`);
  if (live) {
    const cell = { ...live, name: live.attributes.get("name")!, line: 0, source: content };
    return liveElement(live, printSource(live.language, content) + still(cell));
  }
  if (/^asm(?: part)?$/.test(info.trim())) return printAssembly(content);
  const prediction = readPrediction(info, content);
  if (prediction) return printPrediction(prediction, book, render);
  const exercise = readExercise(info, content);
  return exercise && printExercise(exercise, render);
}

/** The token becomes a fence with the region as its text. */
function regionFence(
  token: Token,
  book: Book,
  repository: string | undefined,
  print: () => string,
): string | undefined {
  const listing = readRegionInfo(token.info);
  if (!listing) return undefined;
  const { text, firstLine } = regionText(listing, book);
  token.info = `${listing.language} ${ONLY_PRINTED}`;
  token.content = `${text}\n`;
  return `<figure class="listing">${print()}${listingCaption(listing, firstLine, repository)}</figure>\n`;
}

/** Adds file and line to what is wrong with a page. */
export function atPlace<Result>(page: Pick<BookPage, "file" | "markdown">, work: () => Result): Result {
  try {
    return work();
  } catch (caught) {
    if (!(caught instanceof Error)) throw caught;
    const quoted = /\{\{.+?\}\}|replace="[^"]*"|name=\S+|cell=\S+/.exec(caught.message)?.[0];
    const line = quoted ? page.markdown.split("\n").findIndex((text) => text.includes(quoted)) + 1 : 0;
    throw new Error(`${page.file}${line > 0 ? `:${line}` : ""}: ${caught.message}`);
  }
}
