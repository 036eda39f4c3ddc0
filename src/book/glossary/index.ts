/** All terms of the book, by the chapter that brings them in, and where on the glossary's page each is explained. */
import { CHAPTER_1 } from "./chapter-1.js";
import { CHAPTER_2 } from "./chapter-2.js";
import type { Term } from "./term.js";

export type { Term } from "./term.js";

/** One entry a chapter that brings in terms. */
export const GLOSSARY: readonly {
  readonly chapter: string;
  readonly path: string;
  readonly terms: readonly Term[];
}[] = [
  { chapter: "Chapter 1", path: "/chapters/1-the-basics", terms: CHAPTER_1 },
  { chapter: "Chapter 2", path: "/chapters/2-slice-dat-time", terms: CHAPTER_2 },
];

const BY_WORD = new Map<string, Term>(
  GLOSSARY.flatMap(({ terms }) =>
    terms.flatMap((term) => [term.term, ...(term.also ?? [])].map((word) => [plain(word), term] as const)),
  ),
);

/** Capital letters and code marks make no difference. */
function plain(word: string): string {
  return word.replaceAll("`", "").toLowerCase();
}

/** The term that a word of the prose is, in any of its forms. */
export function findTerm(word: string): Term | undefined {
  return BY_WORD.get(plain(word));
}

/** The anchor of a term on the glossary's page. */
export function termId({ term }: Term): string {
  return plain(term)
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

export const GLOSSARY_PATH = "/reference/glossary";
