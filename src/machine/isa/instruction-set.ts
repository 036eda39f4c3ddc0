/** All instructions of the machine: the list of families, and every encoding of theirs. */
import { ARITHMETIC } from "./families/arithmetic.js";
import { ATOMICS } from "./families/atomics.js";
import { BITS } from "./families/bits.js";
import { CONDITIONALS } from "./families/conditionals.js";
import { CONTROL } from "./families/control.js";
import { FAR_BRANCHES } from "./families/far-branches.js";
import { FLAGS } from "./families/flags.js";
import { LEGACY } from "./families/legacy.js";
import { MOVES } from "./families/moves.js";
import { MULTIPLY_DIVIDE } from "./families/multiply-divide.js";
import { NOPS } from "./families/nops.js";
import { SHIFTS } from "./families/shifts.js";
import { SSE_CONTROL } from "./families/sse-control.js";
import { SSE_CONVERSIONS } from "./families/sse-conversions.js";
import { SSE_FLOATS } from "./families/sse-floats.js";
import { SSE_LANES } from "./families/sse-lanes.js";
import { SSE_MOVES } from "./families/sse-moves.js";
import { SSE_SHIFTS } from "./families/sse-shifts.js";
import { SSE_SHUFFLES } from "./families/sse-shuffles.js";
import { STACK } from "./families/stack.js";
import { STRINGS } from "./families/strings.js";
import { SYSTEM_INTERRUPTS } from "./families/system-interrupts.js";
import { SYSTEM_PORTS } from "./families/system-ports.js";
import { SYSTEM_REGISTERS } from "./families/system-registers.js";
import { SYSTEM_SELECTORS } from "./families/system-selectors.js";
import { SYSTEM_TABLES } from "./families/system-tables.js";
import { X87_ARITHMETIC } from "./families/x87-arithmetic.js";
import { X87_COMPARE } from "./families/x87-compare.js";
import { X87_CONTROL } from "./families/x87-control.js";
import { X87_FUNCTIONS } from "./families/x87-functions.js";
import { X87_MOVES } from "./families/x87-moves.js";
import { parseForm } from "./form-grammar.js";
import type { Form, Instruction } from "./instruction.js";

/** Every instruction of 64-bit mode, family by family, in reading order. */
export const INSTRUCTIONS: readonly Instruction[] = [
  ...MOVES,
  ...ARITHMETIC,
  ...MULTIPLY_DIVIDE,
  ...SHIFTS,
  ...BITS,
  ...STACK,
  ...CONTROL,
  ...CONDITIONALS,
  ...FLAGS,
  ...STRINGS,
  ...ATOMICS,
  ...NOPS,
  ...SYSTEM_INTERRUPTS,
  ...FAR_BRANCHES,
  ...SYSTEM_TABLES,
  ...SYSTEM_SELECTORS,
  ...SYSTEM_REGISTERS,
  ...SYSTEM_PORTS,
  ...SSE_MOVES,
  ...SSE_LANES,
  ...SSE_SHIFTS,
  ...SSE_SHUFFLES,
  ...SSE_FLOATS,
  ...SSE_CONVERSIONS,
  ...SSE_CONTROL,
  ...X87_MOVES,
  ...X87_ARITHMETIC,
  ...X87_COMPARE,
  ...X87_FUNCTIONS,
  ...X87_CONTROL,
];

const formsOf = (instructions: readonly Instruction[]): Form[] =>
  instructions.flatMap((instruction) => instruction.forms.map((text) => parseForm(instruction, text)));

const ALL_FORMS: readonly Form[] = formsOf(INSTRUCTIONS);

/** Every encoding of every instruction in 64-bit mode. */
export const FORMS: readonly Form[] = ALL_FORMS.filter(({ modes }) => modes !== "legacy");

/** Every encoding in all other modes. */
export const LEGACY_FORMS: readonly Form[] = [...ALL_FORMS, ...formsOf(LEGACY)].filter(
  ({ modes }) => modes !== "64-bit",
);
