/** The words that chapter 2 brings in, in the order in which a reader meets them. */
import type { Term } from "./term.js";

export const CHAPTER_2: readonly Term[] = [];
