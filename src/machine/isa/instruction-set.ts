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

/** Instructions that belong together. */
export interface Family {
  readonly title: string;
  readonly instructions: readonly Instruction[];
}

/** The instructions of 64-bit mode, family by family, in reading order. */
export const FAMILIES: readonly Family[] = [
  { title: "Moves", instructions: MOVES },
  { title: "Addition, subtraction, logic", instructions: ARITHMETIC },
  { title: "Multiplication and division", instructions: MULTIPLY_DIVIDE },
  { title: "Shifts and rotates", instructions: SHIFTS },
  { title: "Single bits", instructions: BITS },
  { title: "The stack", instructions: STACK },
  { title: "Branches, calls, loops", instructions: CONTROL },
  { title: "Conditional moves and bytes", instructions: CONDITIONALS },
  { title: "Flags", instructions: FLAGS },
  { title: "Strings", instructions: STRINGS },
  { title: "Exchanges with memory", instructions: ATOMICS },
  { title: "Doing nothing", instructions: NOPS },
  { title: "Into and out of the kernel", instructions: SYSTEM_INTERRUPTS },
  { title: "Branches into other segments", instructions: FAR_BRANCHES },
  { title: "Descriptor tables and segment registers", instructions: SYSTEM_TABLES },
  { title: "Questions about selectors", instructions: SYSTEM_SELECTORS },
  { title: "Control, debug and model registers", instructions: SYSTEM_REGISTERS },
  { title: "Ports", instructions: SYSTEM_PORTS },
  { title: "SSE: moves", instructions: SSE_MOVES },
  { title: "SSE and MMX: integers in lanes", instructions: SSE_LANES },
  { title: "SSE and MMX: shifts", instructions: SSE_SHIFTS },
  { title: "SSE and MMX: shuffles", instructions: SSE_SHUFFLES },
  { title: "SSE: floating-point numbers", instructions: SSE_FLOATS },
  { title: "SSE: conversions", instructions: SSE_CONVERSIONS },
  { title: "SSE: control", instructions: SSE_CONTROL },
  { title: "x87: moves", instructions: X87_MOVES },
  { title: "x87: arithmetic", instructions: X87_ARITHMETIC },
  { title: "x87: comparisons", instructions: X87_COMPARE },
  { title: "x87: functions", instructions: X87_FUNCTIONS },
  { title: "x87: control", instructions: X87_CONTROL },
];

/** Every instruction of 64-bit mode. */
export const INSTRUCTIONS: readonly Instruction[] = FAMILIES.flatMap(({ instructions }) => instructions);

/** What exists in other modes alone. */
export const LEGACY_INSTRUCTIONS: readonly Instruction[] = LEGACY;

const formsOf = (instructions: readonly Instruction[]): Form[] =>
  instructions.flatMap((instruction) => instruction.forms.map((text) => parseForm(instruction, text)));

const ALL_FORMS: readonly Form[] = formsOf(INSTRUCTIONS);

/** Every encoding of every instruction in 64-bit mode. */
export const FORMS: readonly Form[] = ALL_FORMS.filter(({ modes }) => modes !== "legacy");

/** Every encoding in all other modes. */
export const LEGACY_FORMS: readonly Form[] = [...ALL_FORMS, ...formsOf(LEGACY)].filter(
  ({ modes }) => modes !== "64-bit",
);
