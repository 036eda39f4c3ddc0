/**
 * What a chapter's lines may hold besides Markdown: `{{…}}`, a number that a machine computes, and
 * `[words]{c1.step flag:ZF}`, words that mean a thing in a cell and light up with it.
 */
import { referenceProblem } from "../../trace/reference-text.js";
import { attributesText, type Book, escapeHtml, PageMistake } from "./book.js";
import { printComputedNumber } from "./computed-number.js";
import { printParameterNumber } from "./parameter-number.js";

/** As much of markdown-it's inline state as the rules use. */
interface InlineState {
  readonly src: string;
  pos: number;
  push(type: string, tag: string, nesting: 0): { content: string };
}

interface MarkdownIt {
  readonly inline: {
    readonly ruler: {
      before(name: string, rule: string, run: (state: InlineState, silent: boolean) => boolean): void;
    };
  };
}

/** Teaches a markdown-it both. */
export function addInlineRules(markdown: MarkdownIt, book: Book): void {
  const rules = { book_number: [NUMBER, numberHtml], book_thing: [THING, thingHtml] } as const;
  for (const [name, [pattern, html]] of Object.entries(rules)) {
    markdown.inline.ruler.before("link", name, (state, silent) => {
      pattern.lastIndex = state.pos;
      const match = pattern.exec(state.src);
      if (!match) return false;
      if (!silent) state.push("html_inline", "", 0).content = html(match, book);
      state.pos += match[0].length;
      return true;
    });
  }
}

const NUMBER = /\{\{(.+?)\}\}/sy;
const THING = /\[([^\]]+)\]\{([\w.-]+)\s+([^}\s]+)\}/y;

function numberHtml([, text = ""]: readonly string[], book: Book): string {
  const [, cell, name] = /^\s*param\s+(\S+)\s+(\S+)\s*$/.exec(text) ?? [];
  return cell && name ? printParameterNumber(cell, name, book) : printComputedNumber(text, book);
}

/** A word that can be pointed at, focused and tapped; what it lights up is the business of the page's highlighter. */
function thingHtml([, words = "", cell = "", reference = ""]: readonly string[], book: Book): string {
  book.cell(cell);
  const wrong = referenceProblem(reference);
  if (wrong) throw new PageMistake(`[${words}]{…}: ${wrong}`);
  const attributes = attributesText({
    class: "thing",
    tabindex: "0",
    "data-cell": cell,
    "data-ref": reference,
  });
  return `<span${attributes}>${printWords(words)}</span>`;
}

/** Plain words, or `code`. */
function printWords(words: string): string {
  return words.replace(/`([^`]+)`|[^`]+/g, (part, code?: string) =>
    code === undefined ? escapeHtml(part) : `<code>${escapeHtml(code)}</code>`,
  );
}
