/** All instructions of the machine: the list of families, and every encoding of theirs. */
import { ARITHMETIC } from "./families/arithmetic.js";
import { MOVES } from "./families/moves.js";
import { SSE_CONTROL } from "./families/sse-control.js";
import { SSE_CONVERSIONS } from "./families/sse-conversions.js";
import { SSE_FLOATS } from "./families/sse-floats.js";
import { SSE_LANES } from "./families/sse-lanes.js";
import { SSE_MOVES } from "./families/sse-moves.js";
import { SSE_SHIFTS } from "./families/sse-shifts.js";
import { SSE_SHUFFLES } from "./families/sse-shuffles.js";
import { parseForm } from "./form-grammar.js";
import type { Form, Instruction } from "./instruction.js";

/** Every instruction, family by family, in reading order. */
export const INSTRUCTIONS: readonly Instruction[] = [
  ...MOVES,
  ...ARITHMETIC,
  ...SSE_MOVES,
  ...SSE_LANES,
  ...SSE_SHIFTS,
  ...SSE_SHUFFLES,
  ...SSE_FLOATS,
  ...SSE_CONVERSIONS,
  ...SSE_CONTROL,
];

/** Every encoding of every instruction. */
export const FORMS: readonly Form[] = INSTRUCTIONS.flatMap((instruction) =>
  instruction.forms.map((text) => parseForm(instruction, text)),
);
