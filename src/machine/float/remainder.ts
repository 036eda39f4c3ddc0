/**
 * The partial remainder: exact, and when the quotient has many bits, only a step on the way.
 * Source: Intel SDM Vol. 2A, FPREM, FPREM1.
 */
import type { FloatContext } from "./context.js";
import { canonical, type Format, isInfinite, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals } from "./nan-rules.js";
import { roundPack } from "./round-pack.js";
import { type Finite, leadingExponent, unpack } from "./unpack.js";

export interface Remainder {
  readonly bits: bigint;
  /** The quotient's low bits; meaningless while the remainder is not complete. */
  readonly quotient: number;
  /** The remainder is smaller than the divisor. */
  readonly complete: boolean;
}

/** Exponents that lie this far apart are too far for one step. */
const ONE_STEP = 64;

/** a − q·b with q truncated, or when `nearest` rounded to nearest even. */
export function remainder(
  context: FloatContext,
  f: Format,
  a: bigint,
  b: bigint,
  nearest: boolean,
): Remainder {
  const done = (bits: bigint, quotient = 0): Remainder => ({ bits, quotient, complete: true });
  const nan = nanAnswer(context, f, a, b);
  if (nan !== undefined) return done(nan);
  if (isInfinite(f, a) || isZero(f, b)) return done(invalid(context, f));
  noteDenormals(context, f, a, b);
  if (isInfinite(f, b) || isZero(f, a)) return done(canonical(f, a));
  const [x, y] = [unpack(f, a), unpack(f, b)];
  const distance = leadingExponent(x) - leadingExponent(y);
  const complete = distance < ONE_STEP;
  // A step takes between 32 and 63 bits off the quotient, and leaves a multiple of 2^skip.
  const skip = complete ? 0 : distance - ((distance & 31) | 32);
  const unit = Math.min(x.exponent, y.exponent + skip);
  const dividend = x.significand << BigInt(x.exponent - unit);
  const divisor = y.significand << BigInt(y.exponent + skip - unit);
  let quotient = dividend / divisor;
  let rest = dividend - quotient * divisor;
  if (complete && nearest && 2n * rest > divisor - (quotient & 1n)) {
    quotient += 1n;
    rest -= divisor;
  }
  const bits = rest === 0n ? a & f.signBit : roundPack(context, f, signedRest(x.negative, rest, unit));
  return { bits, quotient: Number(quotient & 7n), complete };
}

function signedRest(negative: boolean, rest: bigint, exponent: number): Finite {
  return { negative: negative !== rest < 0n, significand: rest < 0n ? -rest : rest, exponent };
}
