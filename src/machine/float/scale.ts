/** Exponents by themselves: scaling by a power of two, and taking a number apart. Source: Intel SDM Vol. 2A, FSCALE, FXTRACT. */
import { EXCEPTION, FloatContext, ROUND } from "./context.js";
import { type Format, isInfinite, isNegative, isZero } from "./format.js";
import { fromInteger } from "./integer-convert.js";
import { invalid, nanAnswer, noteDenormals } from "./nan-rules.js";
import { roundPack, shiftRounding } from "./round-pack.js";
import { type Finite, leadingExponent, unpack } from "./unpack.js";

/** No exponent of any format is so far from any other. */
const FAR = 1 << 17;

/** a × 2^n, where n is b truncated to an integer. */
export function scale(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const nan = nanAnswer(context, f, a, b);
  if (nan !== undefined) return nan;
  const sign = a & f.signBit;
  if (isInfinite(f, b)) {
    const up = !isNegative(f, b);
    if (up ? isZero(f, a) : isInfinite(f, a)) return invalid(context, f);
    noteDenormals(context, f, a);
    return up ? sign | f.infinity : sign;
  }
  noteDenormals(context, f, a, b);
  if (isInfinite(f, a) || isZero(f, a)) return a;
  const x = unpack(f, a);
  return roundPack(context, f, { ...x, exponent: x.exponent + truncate(unpack(f, b)) });
}

/** The number truncated to an integer, and that held within ±`FAR`. */
function truncate(x: Finite): number {
  if (x.significand === 0n) return 0;
  const size =
    leadingExponent(x) > 20
      ? FAR
      : Math.min(Number(shiftRounding(x.significand, -x.exponent, false, ROUND.ZERO).rounded), FAR);
  return x.negative ? -size : size;
}

/** A number as significand × 2^exponent with the significand in [1, 2). */
export interface SplitNumber {
  readonly exponent: bigint;
  readonly significand: bigint;
}

/** Zero has the exponent −∞, which is a division by zero. */
export function splitNumber(context: FloatContext, f: Format, bits: bigint): SplitNumber {
  const nan = nanAnswer(context, f, bits);
  if (nan !== undefined) return { exponent: nan, significand: nan };
  if (isInfinite(f, bits)) return { exponent: f.infinity, significand: bits };
  if (isZero(f, bits)) {
    context.raise(EXCEPTION.ZERO_DIVIDE);
    return { exponent: f.signBit | f.infinity, significand: bits };
  }
  noteDenormals(context, f, bits);
  const x = unpack(f, bits);
  const exponent = leadingExponent(x);
  const exact = new FloatContext();
  return {
    exponent: fromInteger(exact, f, BigInt(exponent)),
    significand: roundPack(exact, f, { ...x, exponent: x.exponent - exponent }),
  };
}
