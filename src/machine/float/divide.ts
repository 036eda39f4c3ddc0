/** Division. Source: IEEE 754-2008 §5.4.1, §7.3; Intel SDM Vol. 2A, FDIV. */
import { EXCEPTION, type FloatContext } from "./context.js";
import { areNormal, type Format, isInfinite, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { resultPrecision, roundPack } from "./round-pack.js";
import { bitLength, type Finite, unpack } from "./unpack.js";

/** a ÷ b. */
export function divide(context: FloatContext, f: Format, first: bigint, second: bigint): bigint {
  if (areNormal(f, first, second)) return finiteQuotient(context, f, first, second);
  const [a, b] = [operand(context, f, first), operand(context, f, second)];
  return nanAnswer(context, f, a, b) ?? quotient(context, f, a, b);
}

function quotient(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const sign = (a ^ b) & f.signBit;
  if (isInfinite(f, a) && isInfinite(f, b)) return invalid(context, f);
  if (isZero(f, b)) {
    if (isZero(f, a)) return invalid(context, f);
    if (!isInfinite(f, a)) context.raise(EXCEPTION.ZERO_DIVIDE);
    return sign | f.infinity;
  }
  noteDenormals(context, f, a, b);
  if (isInfinite(f, a)) return sign | f.infinity;
  if (isInfinite(f, b) || isZero(f, a)) return sign;
  return finiteQuotient(context, f, a, b);
}

function finiteQuotient(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const exact = divideFinite(unpack(f, a), unpack(f, b), f.precision + 2);
  return roundPack(context, f, exact, resultPrecision(context, f));
}

/**
 * x ÷ y to at least `bits` bits, below which one more tells whether anything follows; so rounding to fewer than
 * `bits` bits is right.
 */
export function divideFinite(x: Finite, y: Finite, bits: number): Finite {
  const widen = Math.max(0, bits + bitLength(y.significand) - bitLength(x.significand) + 1);
  const dividend = x.significand << BigInt(widen);
  const whole = dividend / y.significand;
  const sticky = whole * y.significand === dividend ? 0n : 1n;
  return {
    negative: x.negative !== y.negative,
    significand: (whole << 1n) | sticky,
    exponent: x.exponent - y.exponent - widen - 1,
  };
}
