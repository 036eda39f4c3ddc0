/**
 * The angle of the point (x, y) as the x87 unit computes it, rounded correctly.
 * Source: Intel SDM Vol. 2A, FPATAN (table of special operands); Vol. 1 §8.3.8.
 */
import type { FloatContext } from "./context.js";
import { ACCURACY, arcSeries, constantAt, PI, roundIrrational } from "./fixed-point.js";
import { EXTENDED, isInfinite, isNegative, isZero } from "./format.js";
import { nanAnswer, noteDenormals } from "./nan-rules.js";
import { integerRoot } from "./square-root.js";
import { type Finite, leadingExponent, unpack } from "./unpack.js";

const f = EXTENDED;

/** Above 2^this an angle is halved until its series converges quickly. */
const SMALL = -4;

/** The angle between the positive x axis and (x, y), from −π to π. */
export function arctangent(context: FloatContext, y: bigint, x: bigint): bigint {
  const nan = nanAnswer(context, f, x, y);
  if (nan !== undefined) return nan;
  noteDenormals(context, f, x, y);
  const negative = isNegative(f, y);
  const left = isNegative(f, x);
  const eighths = specialEighths(x, y, left);
  if (eighths === 0) return y & f.signBit;
  if (eighths !== undefined) return turn(context, negative, BigInt(eighths));
  return angle(context, unpack(f, y), unpack(f, x));
}

/** How many eighths of a turn the angle is when an operand is zero or infinite. */
function specialEighths(x: bigint, y: bigint, left: boolean): number | undefined {
  if (isInfinite(f, y)) return isInfinite(f, x) ? (left ? 3 : 1) : 2;
  if (isInfinite(f, x) || isZero(f, y)) return left ? 4 : 0;
  return isZero(f, x) ? 2 : undefined;
}

function turn(context: FloatContext, negative: boolean, eighths: bigint): bigint {
  return roundIrrational(context, negative, (eighths * constantAt(PI, ACCURACY)) >> 2n, ACCURACY);
}

/** Both operands are finite and not zero. */
function angle(context: FloatContext, y: Finite, x: Finite): bigint {
  const steep = compareMagnitudes(y, x) > 0;
  const [small, large] = steep ? [x, y] : [y, x];
  const distance = leadingExponent(large) - leadingExponent(small);
  // A tiny angle must keep all its bits; next to π or π/2 those beyond `ACCURACY` do not count.
  const alone = !steep && !x.negative;
  const places = ACCURACY + (alone ? distance + 1 : 0);
  const acute = acuteAngle(ratio(small, large, places), places);
  if (alone) return roundIrrational(context, y.negative, acute, places);
  const half = constantAt(PI, places) >> (steep ? 1n : 0n);
  // What is left of a subtraction is cut off like every other result.
  const v = steep && x.negative ? half + acute : half - acute - 1n;
  return roundIrrational(context, y.negative, v, places);
}

function compareMagnitudes(a: Finite, b: Finite): number {
  const unit = Math.min(a.exponent, b.exponent);
  const [x, y] = [a.significand << BigInt(a.exponent - unit), b.significand << BigInt(b.exponent - unit)];
  return x > y ? 1 : x < y ? -1 : 0;
}

/** |a| ÷ |b| cut off; a is not larger than b. */
function ratio(a: Finite, b: Finite, places: number): bigint {
  const shift = a.exponent - b.exponent + places;
  return shift >= 0
    ? (a.significand << BigInt(shift)) / b.significand
    : (a.significand >> BigInt(-shift)) / b.significand;
}

/** atan t for 0 ≤ t ≤ 1, by atan t = 2 atan(t ÷ (1 + √(1 + t²))). */
function acuteAngle(t: bigint, places: number): bigint {
  const one = 1n << BigInt(places);
  const small = one >> BigInt(-SMALL);
  let part = t;
  let halvings = 0n;
  for (; part > small; halvings++)
    part = (part << BigInt(places)) / (one + integerRoot(one * one + part * part));
  return arcSeries(part, places, true) << halvings;
}
