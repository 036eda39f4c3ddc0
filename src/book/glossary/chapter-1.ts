/** The words that chapter 1 brings in, in the order in which a reader meets them. */
import type { Term } from "./term.js";

export const CHAPTER_1: readonly Term[] = [
  {
    term: "fetch",
    also: ["fetches", "decodes", "executes", "fetch–decode–execute"],
    says: "The three beats of a processor: read the bytes at `rip`, find out what they mean and how many belong together, do it.",
    cell: "c1.step",
  },
  {
    term: "ModRM",
    says: "The byte behind many operation codes that names the operands: two bits of mode, three bits for a register or for part of the operation, three for a register or memory.",
    cell: "c1.bytes",
  },
];
