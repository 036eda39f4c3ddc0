/**
 * y × log2 x and y × log2(x + 1) as the x87 unit computes them, rounded correctly.
 * Source: Intel SDM Vol. 2A, FYL2X, FYL2XP1 (tables of special operands); Vol. 1 §8.3.10.
 */
import { EXCEPTION, type FloatContext } from "./context.js";
import {
  ACCURACY,
  arcSeries,
  CONSTANT_PLACES,
  LN2,
  placesFor,
  roundExact,
  roundIrrational,
  toFixed,
} from "./fixed-point.js";
import { EXTENDED, isInfinite, isNegative, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals } from "./nan-rules.js";
import { type Finite, fromSigned, inUnits, leadingExponent, unpack } from "./unpack.js";

const f = EXTENDED;
const ONE: Finite = { negative: false, significand: 1n, exponent: 0 };

/** A logarithm: ±v ÷ 2^places, and whether it is an integer without error. */
interface Logarithm {
  readonly negative: boolean;
  readonly v: bigint;
  readonly places: number;
  readonly exact: boolean;
}

/** y × log2 x. */
export function timesLogarithm(context: FloatContext, x: bigint, y: bigint): bigint {
  const nan = nanAnswer(context, f, x, y);
  if (nan !== undefined) return nan;
  if (isZero(f, x)) return timesLogarithmOfZero(context, y);
  if (isNegative(f, x)) return invalid(context, f);
  if (isInfinite(f, x)) return timesInfinity(context, x, y, false);
  return timesFinite(context, x, y, logarithm(unpack(f, x)));
}

/** y × log2(x + 1); below −1, where the manual promises nothing, x itself. */
export function timesLogarithmPlusOne(context: FloatContext, x: bigint, y: bigint): bigint {
  const nan = nanAnswer(context, f, x, y);
  if (nan !== undefined) return nan;
  if (isInfinite(f, x)) return isNegative(f, x) ? invalid(context, f) : timesInfinity(context, x, y, false);
  const number = unpack(f, x);
  if (isZero(f, x))
    return timesFinite(context, x, y, { negative: number.negative, v: 0n, places: 0, exact: true });
  if (number.negative && leadingExponent(number) >= 0 && !isInfinite(f, y) && !isZero(f, y)) {
    noteDenormals(context, f, x, y);
    context.raise(EXCEPTION.PRECISION);
    return x;
  }
  return timesFinite(context, x, y, logarithmPlusOne(number));
}

/** y × −∞. */
function timesLogarithmOfZero(context: FloatContext, y: bigint): bigint {
  if (isZero(f, y)) return invalid(context, f);
  if (!isInfinite(f, y)) context.raise(EXCEPTION.ZERO_DIVIDE);
  return f.infinity | ((y & f.signBit) ^ f.signBit);
}

/** y times an infinite logarithm. */
function timesInfinity(context: FloatContext, x: bigint, y: bigint, negative: boolean): bigint {
  if (isZero(f, y)) return invalid(context, f);
  noteDenormals(context, f, x, y);
  return f.infinity | ((y & f.signBit) ^ (negative ? f.signBit : 0n));
}

function timesFinite(context: FloatContext, x: bigint, y: bigint, log: Logarithm): bigint {
  const sign = (y & f.signBit) ^ (log.negative ? f.signBit : 0n);
  if (isInfinite(f, y)) {
    if (log.v === 0n) return invalid(context, f);
    noteDenormals(context, f, x);
    return f.infinity | sign;
  }
  noteDenormals(context, f, x, y);
  if (isZero(f, y) || log.v === 0n) return sign;
  const factor = unpack(f, y);
  const significand = factor.significand * log.v;
  const places = log.places - factor.exponent;
  if (log.exact) return roundExact(context, { negative: sign !== 0n, significand, exponent: -places });
  return roundIrrational(context, sign !== 0n, significand, places);
}

/** log2 of a positive number: its exponent, and the logarithm of a factor between √½ and √2. */
function logarithm(x: Finite): Logarithm {
  const top = leadingExponent(x);
  const fraction = { ...x, exponent: x.exponent - top };
  const places = ACCURACY + 64;
  const one = 1n << BigInt(places);
  let m = toFixed(fraction, places);
  let whole = BigInt(top);
  if (m === one) return { negative: top < 0, v: whole < 0n ? -whole : whole, places: 0, exact: true };
  if (m * m > one * one * 2n) {
    m >>= 1n;
    whole += 1n;
  }
  const ratio = ((m - one) << BigInt(places)) / (m + one);
  const log = whole * one + fromRatio(ratio, places);
  return { negative: log < 0n, v: log < 0n ? -log : log, places, exact: false };
}

/** log2(1 + x) for x > −1 (and for −1, of which only the sign matters). */
function logarithmPlusOne(x: Finite): Logarithm {
  const top = leadingExponent(x);
  if (top >= 0 && x.negative) return { negative: true, v: 1n, places: 0, exact: true };
  if (top >= -2) {
    const unit = Math.min(x.exponent, 0);
    return logarithm(fromSigned(inUnits(x, unit) + inUnits(ONE, unit), unit));
  }
  const places = placesFor(x);
  const magnitude = toFixed(x, places);
  const v = x.negative ? -magnitude : magnitude;
  const log = fromRatio((v << BigInt(places)) / ((2n << BigInt(places)) + v), places);
  return { negative: x.negative, v: log < 0n ? -log : log, places, exact: false };
}

/** log2((1 + r) ÷ (1 − r)) = 2 atanh r ÷ ln 2. */
function fromRatio(r: bigint, places: number): bigint {
  const half = arcSeries(r < 0n ? -r : r, places, false);
  return ((r < 0n ? -2n : 2n) * half * (1n << BigInt(CONSTANT_PLACES))) / LN2;
}
