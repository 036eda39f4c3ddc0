/**
 * Floating-point operations that the host's own arithmetic does right: rounding to nearest, ordinary operands and
 * result, and no exception flag that would change. Everything else answers NaN, which stands for "ask the exact
 * arithmetic": the result of an ordinary operation is never NaN.
 *
 * Why this is exact: ECMAScript's numbers are binary64, rounded to nearest even; a binary32 result computed in
 * binary64 and rounded once more is the correctly rounded one for + − × ÷ √ (53 ≥ 2·24 + 2 bits).
 * Source: IEEE 754-2008 §4.3, §7; Intel SDM Vol. 1 §11.5; Figueroa, When is double rounding innocuous? (1995).
 */
import type { FloatOperation, FloatSize } from "../isa/vector-ops.js";

/**
 * MXCSR. Source: Intel SDM Vol. 1 §10.2.3.
 *
 *     15  14 13  12 11 10 9  8  7   6    5  4  3  2  1  0
 *     FZ  RC     PM UM OM ZM DM IM  DAZ  PE UE OE ZE DE IE
 */
export const MXCSR = {
  PRECISION: 1 << 5,
  DENORMALS_ARE_ZERO: 1 << 6,
  MASKS: 0x3f << 7,
  ROUNDING: 3 << 13,
  FLUSH_TO_ZERO: 1 << 15,
} as const;

/** No quick answer. */
const UNSURE = Number.NaN;
/** The largest and the smallest normal numbers; at the smallest itself, underflow is a subtle question. */
const LARGEST_32 = 3.4028234663852886e38;
const SMALLEST_32 = 2 ** -126;
const LARGEST_64 = Number.MAX_VALUE;
const SMALLEST_64 = 2 ** -1022;
/** Numbers up to here survive the addition of `ROUNDER` with their fraction rounded away. */
const ROUNDABLE = 2 ** 51;
const ROUNDER = 3 * 2 ** 51;

/** Everything masked, rounding to nearest, denormals taken as they are. */
export function isPlain(mxcsr: number): boolean {
  return (mxcsr & (MXCSR.MASKS | MXCSR.ROUNDING | MXCSR.DENORMALS_ARE_ZERO)) === MXCSR.MASKS;
}

/** Zero or a normal number: neither denormal nor infinite nor NaN. */
function isOrdinary(x: number, size: FloatSize): boolean {
  const magnitude = Math.abs(x);
  if (size === 64) return (magnitude >= SMALLEST_64 && magnitude <= LARGEST_64) || x === 0;
  return (magnitude >= SMALLEST_32 && magnitude <= LARGEST_32) || x === 0;
}

/** Both are such that a comparison raises nothing. */
export function areOrdinary(size: FloatSize, a: number, b: number): boolean {
  return isOrdinary(a, size) && isOrdinary(b, size);
}

/** Predicate 0..7 of `FLOAT_PREDICATES` on numbers that are not NaN. */
export function quickPredicate(predicate: number, a: number, b: number): boolean {
  const positive = [a === b, a < b, a <= b, false][predicate & 3]!;
  return predicate < 4 ? positive : !positive;
}

/** `inexact`: the precision flag is already set, so that rounding goes unnoticed. */
export function quickOperation(
  op: FloatOperation,
  size: FloatSize,
  inexact: boolean,
  a: number,
  b: number,
): number {
  if (!isOrdinary(a, size) || !isOrdinary(b, size)) return UNSURE;
  switch (op) {
    case "add":
      return rounded(size, inexact || areIntegers(size, a, b, a + b), a + b);
    case "subtract":
      return rounded(size, inexact || areIntegers(size, a, b, a - b), a - b);
    case "multiply":
      if (a === 0 || b === 0) return a * b;
      return nonZero(rounded(size, inexact || areIntegers(size, a, b, a * b), a * b));
    case "divide":
      if (b === 0) return UNSURE;
      if (a === 0) return a / b;
      return nonZero(rounded(size, inexact || (areIntegers(size, a, b, a / b) && (a / b) * b === a), a / b));
    case "minimum":
      return a < b ? a : b;
    default:
      return a > b ? a : b;
  }
}

/** √x. */
export function quickRoot(size: FloatSize, inexact: boolean, x: number): number {
  if (!isOrdinary(x, size) || x < 0) return UNSURE;
  const root = Math.sqrt(x);
  return rounded(size, inexact || (areIntegers(size, root, root, x) && root * root === x), root);
}

/** The number in the other format. */
export function quickConversion(to: FloatSize, inexact: boolean, x: number): number {
  const from = to === 32 ? 64 : 32;
  if (!isOrdinary(x, from)) return UNSURE;
  return x === 0 ? x : nonZero(rounded(to, inexact || to === 64 || Math.fround(x) === x, x));
}

/** The integer nearest to x, or towards zero, when it fits in `bits`. */
export function quickInteger(
  size: FloatSize,
  bits: 32 | 64,
  truncate: boolean,
  inexact: boolean,
  x: number,
): number {
  if (!isOrdinary(x, size) || Math.abs(x) >= (bits === 32 ? 2 ** 30 : ROUNDABLE)) return UNSURE;
  const integer = truncate ? Math.trunc(x) : x + ROUNDER - ROUNDER;
  return inexact || integer === x ? integer : UNSURE;
}

/** All are integers below 2^53 and the format has the result: then a sum, difference or product is exact. */
function areIntegers(size: FloatSize, a: number, b: number, result: number): boolean {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || !Number.isSafeInteger(result)) return false;
  return size === 64 || Math.fround(result) === result;
}

/** `result` in the format, when it is ordinary there and the precision flag need not change. */
function rounded(size: FloatSize, unnoticed: boolean, result: number): number {
  if (!unnoticed) return UNSURE;
  const value = size === 64 ? result : Math.fround(result);
  const magnitude = Math.abs(value);
  if (value === 0) return value;
  if (size === 64) return magnitude > SMALLEST_64 && magnitude <= LARGEST_64 ? value : UNSURE;
  return magnitude > SMALLEST_32 && magnitude <= LARGEST_32 ? value : UNSURE;
}

/** A zero that did not come from a zero is an underflow. */
function nonZero(value: number): number {
  return value === 0 ? UNSURE : value;
}
