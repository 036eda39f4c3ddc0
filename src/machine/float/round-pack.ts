/**
 * Rounding: from an exact number to the nearest that a format has, in the direction that the context says, with the
 * exceptions of results. Every operation computes exactly (or keeps one sticky bit below) and ends here.
 * Source: IEEE 754-2008 §4.3, §7.4, §7.5; Intel SDM Vol. 1 §4.8.4, §4.9.1.4, §4.9.1.5, §8.5.4, §8.5.5.
 */
import { EXCEPTION, type FloatContext, ROUND, type Rounding } from "./context.js";
import type { Format } from "./format.js";
import { bitLength, type Finite } from "./unpack.js";

/** An integer after rounding, whether bits were lost, and whether it grew. */
export interface RoundedInteger {
  readonly rounded: bigint;
  readonly inexact: boolean;
  readonly up: boolean;
}

/** significand ÷ 2^shift as an integer; `negative` tells where down and up are. */
export function shiftRounding(
  significand: bigint,
  shift: number,
  negative: boolean,
  mode: Rounding,
): RoundedInteger {
  if (shift <= 0) return { rounded: significand << BigInt(-shift), inexact: false, up: false };
  const by = BigInt(shift);
  const whole = significand >> by;
  const rest = significand - (whole << by);
  if (rest === 0n) return { rounded: whole, inexact: false, up: false };
  const half = 1n << (by - 1n);
  const up =
    mode === ROUND.NEAREST
      ? rest > half || (rest === half && (whole & 1n) === 1n)
      : mode === (negative ? ROUND.DOWN : ROUND.UP);
  return { rounded: up ? whole + 1n : whole, inexact: true, up };
}

/**
 * Significand bits of a sum, difference, product, quotient or root: the x87's precision control shortens these and
 * nothing else. Source: Intel SDM Vol. 1 §8.1.5.2.
 */
export function resultPrecision(context: FloatContext, f: Format): number {
  return f.width === 80 ? context.precision : f.precision;
}

/** How far an unmasked overflow or underflow moves the exponent of an x87 result. */
const X87_ADJUSTMENT = 24576;

/**
 * The pattern of a number that is not zero, rounded to `precision` bits. With an unmasked overflow or underflow the
 * extended format gets the x87's adjusted exponent; the result of the others is then of no use.
 */
export function roundPack(
  context: FloatContext,
  f: Format,
  exact: Finite,
  precision: number = f.precision,
): bigint {
  const { negative, significand, exponent } = exact;
  const spare = bitLength(significand) - precision;
  const free = shiftRounding(significand, spare, negative, context.rounding);
  const carried = free.rounded >> BigInt(precision) !== 0n;
  const leading = carried ? free.rounded >> 1n : free.rounded;
  const top = exponent + spare + precision - 1 + (carried ? 1 : 0);
  if (top > f.highest) return overflow(context, f, negative, leading, top, precision, free);
  if (top < f.lowest) return underflow(context, f, exact, leading, top, precision, free);
  noteLoss(context, free);
  return pack(f, negative, top, leading, precision);
}

function noteLoss(context: FloatContext, { inexact, up }: RoundedInteger): void {
  if (inexact) context.raise(EXCEPTION.PRECISION);
  context.roundedUp = up;
}

/** A normal number with its leading bit at 2^top; `leading` has exactly `precision` bits. */
function pack(f: Format, negative: boolean, top: number, leading: bigint, precision: number): bigint {
  const field = (leading << BigInt(f.precision - precision)) & f.fieldMask;
  return (negative ? f.signBit : 0n) | (BigInt(top + f.bias) << BigInt(f.fieldBits)) | field;
}

function overflow(
  context: FloatContext,
  f: Format,
  negative: boolean,
  leading: bigint,
  top: number,
  precision: number,
  free: RoundedInteger,
): bigint {
  context.raise(EXCEPTION.OVERFLOW);
  if (!context.isMasked(EXCEPTION.OVERFLOW)) {
    noteLoss(context, free);
    if (f.width !== 80) return 0n;
    if (top - X87_ADJUSTMENT <= f.highest) return pack(f, negative, top - X87_ADJUSTMENT, leading, precision);
  }
  context.raise(EXCEPTION.PRECISION);
  // What even the adjusted exponent cannot hold (FSCALE alone comes so far) is infinite in every direction,
  // and at the other end zero.
  context.roundedUp =
    !context.isMasked(EXCEPTION.OVERFLOW) ||
    context.rounding === ROUND.NEAREST ||
    context.rounding === (negative ? ROUND.DOWN : ROUND.UP);
  if (context.roundedUp) return (negative ? f.signBit : 0n) | f.infinity;
  return pack(f, negative, f.highest, (1n << BigInt(precision)) - 1n, precision);
}

/** A tiny result: rounded anew to the multiples of the smallest denormal, and an underflow if that loses bits. */
function underflow(
  context: FloatContext,
  f: Format,
  exact: Finite,
  leading: bigint,
  top: number,
  precision: number,
  free: RoundedInteger,
): bigint {
  const { negative, significand, exponent } = exact;
  const sign = negative ? f.signBit : 0n;
  if (!context.isMasked(EXCEPTION.UNDERFLOW)) {
    context.raise(EXCEPTION.UNDERFLOW);
    noteLoss(context, free);
    if (f.width !== 80) return 0n;
    if (top + X87_ADJUSTMENT >= f.lowest) return pack(f, negative, top + X87_ADJUSTMENT, leading, precision);
    context.raise(EXCEPTION.PRECISION);
    context.roundedUp = false;
    return sign;
  } else if (context.flushToZero) {
    context.raise(EXCEPTION.UNDERFLOW | EXCEPTION.PRECISION);
    return sign;
  }
  const unit = f.lowest - precision + 1;
  const denormal = shiftRounding(significand, unit - exponent, negative, context.rounding);
  noteLoss(context, denormal);
  if (denormal.inexact) context.raise(EXCEPTION.UNDERFLOW);
  const field = denormal.rounded << BigInt(f.precision - precision);
  // Rounded up to the smallest normal number; where the leading one is implied, the carry alone makes it so.
  const normal = (field & f.integerBit) !== 0n;
  return sign | (normal ? 1n << BigInt(f.fieldBits) : 0n) | field;
}
