/** 2^x − 1 as the x87 unit computes it, rounded correctly. Source: Intel SDM Vol. 2A, F2XM1; Vol. 1 §8.3.10. */
import { EXCEPTION, type FloatContext } from "./context.js";
import { CONSTANT_PLACES, LN2, placesFor, roundExact, roundIrrational, toFixed } from "./fixed-point.js";
import { EXTENDED, isInfinite, isNegative, isZero } from "./format.js";
import { nanAnswer, noteDenormals } from "./nan-rules.js";
import { leadingExponent, unpack } from "./unpack.js";

const MINUS_ONE = 0xbfff_8000000000000000n;

/** The argument is halved so often before the series, and the result as often doubled back. */
const HALVINGS = 8;

/** 2^x − 1 for −1 ≤ x ≤ 1; beyond that, where the manual promises nothing, x itself. */
export function powerMinusOne(context: FloatContext, bits: bigint): bigint {
  const nan = nanAnswer(context, EXTENDED, bits);
  if (nan !== undefined) return nan;
  if (isInfinite(EXTENDED, bits)) return isNegative(EXTENDED, bits) ? MINUS_ONE : bits;
  if (isZero(EXTENDED, bits)) return bits;
  noteDenormals(context, EXTENDED, bits);
  const x = unpack(EXTENDED, bits);
  const top = leadingExponent(x);
  if (top >= 0) {
    if (bits === MINUS_ONE) return roundExact(context, { ...x, exponent: x.exponent - 1 });
    context.raise(EXCEPTION.PRECISION);
    return bits;
  }
  const places = placesFor(x) + HALVINGS;
  const magnitude = (toFixed(x, places) * LN2) >> BigInt(CONSTANT_PLACES);
  const result = exponentialMinusOne(x.negative ? -magnitude : magnitude, places);
  return roundIrrational(context, result < 0n, result < 0n ? -result : result, places);
}

/** e^v − 1 by its series for v ÷ 2^HALVINGS, and e^2v − 1 = (e^v − 1)(e^v + 1). */
function exponentialMinusOne(v: bigint, places: number): bigint {
  const by = BigInt(places);
  const part = v >> BigInt(HALVINGS);
  let term = part;
  let sum = part;
  for (let n = 2n; term !== 0n && term !== -1n; n++) {
    term = ((term * part) / n) >> by;
    sum += term;
  }
  for (let n = 0; n < HALVINGS; n++) sum = (sum * (sum + (2n << by))) >> by;
  return sum;
}
