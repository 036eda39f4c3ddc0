/** All instructions of the machine: the list of families, and every encoding of theirs. */
import { ARITHMETIC } from "./families/arithmetic.js";
import { MOVES } from "./families/moves.js";
import { parseForm } from "./form-grammar.js";
import type { Form, Instruction } from "./instruction.js";

/** Every instruction, family by family, in reading order. */
export const INSTRUCTIONS: readonly Instruction[] = [...MOVES, ...ARITHMETIC];

/** Every encoding of every instruction. */
export const FORMS: readonly Form[] = INSTRUCTIONS.flatMap((instruction) =>
  instruction.forms.map((text) => parseForm(instruction, text)),
);
