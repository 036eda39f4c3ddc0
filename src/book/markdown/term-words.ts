/**
 * Bold words of a chapter are terms: each leads to the glossary, and shows its card where the reader points (`book/elements`).
 * A paragraph that is bold as a whole is a heading and no term.
 */
import { attributesText, type Book } from "./book.js";

interface Token {
  readonly type: string;
  readonly content: string;
}

interface Renderer {
  readonly rules: Record<string, ((tokens: Token[], index: number) => string) | undefined>;
}

/** The words of the bold stretch that begins at `index`, and whether it is a whole paragraph. */
export function boldWords(tokens: readonly Token[], index: number): { words: string; alone: boolean } {
  const close = tokens.findIndex((token, n) => n > index && token.type === "strong_close");
  const inside = tokens.slice(index + 1, close);
  const others = [...tokens.slice(0, index), ...tokens.slice(close + 1)];
  return {
    words: inside.map(({ content }) => content).join(""),
    alone: others.every(({ type, content }) => type === "text" && content.trim() === ""),
  };
}

/** Prints bold terms as links to the glossary. */
export function addTermWords(renderer: Renderer, book: Book): void {
  renderer.rules["strong_open"] = (tokens, index) => {
    const { words, alone } = boldWords(tokens, index);
    const address = alone ? undefined : book.termAddress(words);
    return address ? `<strong><a${attributesText({ class: "term", href: address })}>` : "<strong>";
  };
  renderer.rules["strong_close"] = (tokens, index) => {
    const open = tokens.findLastIndex((token, n) => n < index && token.type === "strong_open");
    const { words, alone } = boldWords(tokens, open);
    return !alone && book.termAddress(words) ? "</a></strong>" : "</strong>";
  };
}
