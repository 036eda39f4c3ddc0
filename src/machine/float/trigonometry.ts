/**
 * Sine, cosine and tangent as the x87 unit computes them: angles are reduced by the unit's own π, of 66 bits, so that
 * large ones are far off; the rest is rounded correctly. Source: Intel SDM Vol. 2A, FSIN, FCOS, FPTAN; Vol. 1 §8.3.8.
 */
import type { FloatContext } from "./context.js";
import { placesFor, roundIrrational, toFixed } from "./fixed-point.js";
import { EXTENDED, isInfinite, isUnsupported, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals } from "./nan-rules.js";
import { type Finite, leadingExponent, unpack } from "./unpack.js";

const f = EXTENDED;
const ONE = 0x3fff_8000000000000000n;

/** π as the unit has it, with 66 places. */
const UNIT_PI = 0xc90fdaa2_2168c234_cn;
const UNIT_PI_PLACES = 66;

/** From 2^63 on the unit does nothing but say so (C2). */
const TOO_LARGE = 63;

/** Below 2^this, π plays no part, and two terms of a series are enough. */
const TINY = -80;

const PLACES_OF_TINY = placesFor({ negative: false, significand: 1n, exponent: TINY });

/** An angle as a number of quarter turns and a rest of at most an eighth: angle = quarters × π/2 ± rest. */
interface Reduced {
  readonly quarters: number;
  readonly negative: boolean;
  readonly rest: bigint;
  readonly places: number;
}

/** The unit leaves an angle that is too large as it is. */
export function isTooLarge(bits: bigint): boolean {
  const exponent = Number((bits >> BigInt(f.fieldBits)) & 0x7fffn) - f.bias;
  return exponent >= TOO_LARGE && exponent <= f.highest && !isUnsupported(f, bits);
}

export function sine(context: FloatContext, bits: bigint): bigint {
  return special(context, bits, bits) ?? round(context, bits, (angle) => quarterSine(angle, 0));
}

export function cosine(context: FloatContext, bits: bigint): bigint {
  return special(context, bits, ONE) ?? round(context, bits, (angle) => quarterSine(angle, 1));
}

export function tangent(context: FloatContext, bits: bigint): bigint {
  return special(context, bits, bits) ?? round(context, bits, quarterTangent);
}

/** Answers that need no computing: for NaN, infinity and zero. */
function special(context: FloatContext, bits: bigint, ofZero: bigint): bigint | undefined {
  const nan = nanAnswer(context, f, bits);
  if (nan !== undefined) return nan;
  if (isInfinite(f, bits)) return invalid(context, f);
  return isZero(f, bits) ? ofZero : undefined;
}

interface Signed {
  readonly negative: boolean;
  readonly v: bigint;
}

function round(context: FloatContext, bits: bigint, compute: (angle: Reduced) => Signed): bigint {
  noteDenormals(context, f, bits);
  const angle = reduce(unpack(f, bits));
  const { negative, v } = compute(angle);
  return roundIrrational(context, negative, v, angle.places);
}

function reduce(x: Finite): Reduced {
  const places = placesFor(x);
  const angle = toFixed(x, places);
  if (leadingExponent(x) < TINY) return { quarters: 0, negative: x.negative, rest: angle, places };
  const quarter = UNIT_PI << BigInt(places - 1 - UNIT_PI_PLACES);
  const count = (2n * angle + quarter) / (2n * quarter);
  const rest = angle - count * quarter;
  const below = rest < 0n;
  const quarters = Number(count & 3n);
  return {
    quarters: x.negative ? -quarters & 3 : quarters,
    negative: x.negative !== below,
    rest: below ? -rest : rest,
    places,
  };
}

/** sin(angle + ahead × π/2). */
function quarterSine({ quarters, negative, rest, places }: Reduced, ahead: number): Signed {
  const turned = (quarters + ahead) & 3;
  const even = (turned & 1) === 0;
  return {
    negative: turned >= 2 !== (even && negative),
    v: even ? sineOf(rest, places) : cosineOf(rest, places),
  };
}

function quarterTangent({ quarters, negative, rest, places }: Reduced): Signed {
  const by = BigInt(places);
  const even = (quarters & 1) === 0;
  if (places > PLACES_OF_TINY) return { negative, v: rest + (((rest * rest * rest) / 3n) >> (2n * by)) };
  const [s, c] = [sineOf(rest, places), cosineOf(rest, places)];
  return { negative: even ? negative : !negative, v: even ? (s << by) / c : (c << by) / s };
}

/** r − r³/3! + r⁵/5! − …; every term that is taken off is rounded up, so the tiniest still shows. */
function sineOf(r: bigint, places: number): bigint {
  return series(r, r, 2n, places);
}

/** 1 − r²/2! + r⁴/4! − … */
function cosineOf(r: bigint, places: number): bigint {
  return series(1n << BigInt(places), r, 1n, places);
}

/** first × (1 − r²/(n(n+1)) (1 − r²/((n+2)(n+3)) (…))). */
function series(first: bigint, r: bigint, n: bigint, places: number): bigint {
  const by = BigInt(2 * places);
  const square = r * r;
  let term = first;
  let sum = first;
  for (let k = n, taken = true; term > 1n; k += 2n, taken = !taken) {
    term = (((term * square) / (k * (k + 1n))) >> by) + (taken ? 1n : 0n);
    sum += taken ? -term : term;
  }
  return sum;
}
