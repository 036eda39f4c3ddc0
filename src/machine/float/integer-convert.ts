/**
 * Between integers and floating-point numbers.
 * Source: Intel SDM Vol. 1 table 4-1 and §4.8.3.7 (integer indefinite), §8.5.1.2; Vol. 2A, FIST, CVTSD2SI.
 */
import { EXCEPTION, type FloatContext, type Rounding } from "./context.js";
import { type Format, isInfinite, isNan, isUnsupported } from "./format.js";
import { nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { roundPack, shiftRounding } from "./round-pack.js";
import { fromSigned, unpack } from "./unpack.js";

/** The signed integer in `width` bits as an unsigned pattern; what does not fit becomes the most negative one. */
export function toInteger(
  context: FloatContext,
  f: Format,
  bits: bigint,
  width: 16 | 32 | 64,
  rounding: Rounding = context.rounding,
): bigint {
  const indefinite = 1n << BigInt(width - 1);
  const value = roundToBigint(context, f, bits, rounding, (n) => n >= -indefinite && n < indefinite);
  return value === undefined ? indefinite : BigInt.asUintN(width, value);
}

/** The number rounded to an integer that `fits`; otherwise undefined, and the operation is invalid. */
export function roundToBigint(
  context: FloatContext,
  f: Format,
  bits: bigint,
  rounding: Rounding,
  fits: (n: bigint) => boolean,
): bigint | undefined {
  const a = operand(context, f, bits);
  if (isNan(f, a) || isInfinite(f, a) || isUnsupported(f, a)) {
    context.raise(EXCEPTION.INVALID);
    return undefined;
  }
  const { negative, significand, exponent } = unpack(f, a);
  // Beyond this no integer fits any more, and shifting so far would only make a huge number.
  const { rounded, inexact, up } = shiftRounding(significand, -Math.min(exponent, 128), negative, rounding);
  const value = negative ? -rounded : rounded;
  if (!fits(value)) {
    context.raise(EXCEPTION.INVALID);
    return undefined;
  }
  if (inexact) context.raise(EXCEPTION.PRECISION);
  context.roundedUp = up;
  return value;
}

/** A signed integer as a number, rounded if the format is too narrow. */
export function fromInteger(context: FloatContext, f: Format, value: bigint): bigint {
  return value === 0n ? 0n : roundPack(context, f, fromSigned(value, 0));
}

/** The number rounded to an integral number of the same format (FRNDINT). */
export function roundToIntegral(context: FloatContext, f: Format, bits: bigint): bigint {
  const nan = nanAnswer(context, f, bits);
  if (nan !== undefined) return nan;
  if (isInfinite(f, bits)) return bits;
  noteDenormals(context, f, bits);
  const { negative, significand, exponent } = unpack(f, bits);
  const sign = negative ? f.signBit : 0n;
  if (significand === 0n || exponent >= 0) return bits;
  const { rounded, inexact, up } = shiftRounding(significand, -exponent, negative, context.rounding);
  const result =
    rounded === 0n ? sign : roundPack(context, f, { negative, significand: rounded, exponent: 0 });
  if (inexact) context.raise(EXCEPTION.PRECISION);
  context.roundedUp = up;
  return result;
}
