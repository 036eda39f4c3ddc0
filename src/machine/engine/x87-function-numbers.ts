/** The functions of generated code that do x87 arithmetic: their numbers, the same in every module, and their types. */
import { IMPORT } from "./engine-cells.js";

/** Behind the other functions that modules import. */
const FIRST = Object.keys(IMPORT).length;

export const X87_FUNCTION = {
  /** (to, high, low, exponent, sign): rounds high:low × 2^…, high with its top bit set, and writes it. */
  ROUND: FIRST,
  /** (to, a, b + 16 when b's sign is to be turned round) */
  ADD: FIRST + 1,
  /** (to, a, b) */
  MULTIPLY: FIRST + 2,
  DIVIDE: FIRST + 3,
  /** (bits of a binary64, to) */
  FROM_FLOAT64: FIRST + 4,
  /** (integer, to) */
  FROM_INTEGER: FIRST + 5,
  /** (significand, to + 256 × sign and exponent) */
  SET: FIRST + 6,
  /** (from, place in linear memory) */
  STORE_FLOAT64: FIRST + 7,
  STORE_FLOAT32: FIRST + 8,
  STORE_EXTENDED: FIRST + 9,
  /** (from, place, bits of the integer + 256 when it is truncated) */
  STORE_INTEGER: FIRST + 10,
  /** (a, b) */
  EXCHANGE: FIRST + 11,
  /** (register, mask that its sign and exponent keep, bits that are turned round) */
  CHANGE_SIGN: FIRST + 12,
  /** (a, b): 1 when a is greater, 2 when less, 3 when equal. */
  COMPARE: FIRST + 13,
} as const;

/** Their types, as `module-format.ts` numbers them. */
export const X87_TYPES = [4, 3, 3, 3, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3];

/** The operand from memory: a register behind the eight. */
export const OPERAND = 8;
/** Added to `ADD`'s second register when its sign is to be turned round. */
export const TURN = 16;
