/**
 * Real numbers as integers with many binary places, in which the transcendental functions are computed: a value v
 * with `places` places stands for v ÷ 2^places. Their results have far more right bits than any format keeps, so
 * rounding them once gives the nearest number, except when those bits happen to be all alike.
 */
import { EXCEPTION, type FloatContext } from "./context.js";
import { EXTENDED } from "./format.js";
import { roundPack } from "./round-pack.js";
import { type Finite, leadingExponent } from "./unpack.js";

/** Right bits of a result, at least; and of the constants. */
export const ACCURACY = 256;
export const CONSTANT_PLACES = 512;

/** Places that give a number this small `ACCURACY` significant bits. */
export function placesFor(smallest: Finite): number {
  return ACCURACY + Math.max(0, -leadingExponent(smallest));
}

/** The magnitude of a number with so many places; further bits are cut off. */
export function toFixed({ significand, exponent }: Finite, places: number): bigint {
  const shift = BigInt(exponent + places);
  return shift >= 0n ? significand << shift : significand >> -shift;
}

/** The series of atan v (alternating) and of atanh v, for 0 ≤ v ≤ ½. */
export function arcSeries(v: bigint, places: number, alternating: boolean): bigint {
  const by = BigInt(places);
  const square = (v * v) >> by;
  let power = v;
  let sum = v;
  for (let n = 3n, taken = alternating; power !== 0n; n += 2n, taken = alternating && !taken) {
    power = (power * square) >> by;
    // Rounding away from zero makes even the smallest term that is taken off count.
    sum += taken ? -power / n - 1n : power / n;
  }
  return sum;
}

/** π by Machin's formula: 16 atan(1/5) − 4 atan(1/239). */
function computePi(places: number): bigint {
  const spare = 32;
  const one = 1n << BigInt(places + spare);
  const atan = (n: bigint): bigint => arcSeries(one / n, places + spare, true);
  return (16n * atan(5n) - 4n * atan(239n)) >> BigInt(spare);
}

/** ln 2 = 2 atanh(1/3). */
function computeLn2(places: number): bigint {
  const spare = 32;
  return (2n * arcSeries((1n << BigInt(places + spare)) / 3n, places + spare, false)) >> BigInt(spare);
}

export const PI = computePi(CONSTANT_PLACES);
export const LN2 = computeLn2(CONSTANT_PLACES);

/** A constant with fewer places, at most `CONSTANT_PLACES`. */
export const constantAt = (constant: bigint, places: number): bigint =>
  constant >> BigInt(CONSTANT_PLACES - places);

/** Rounds an irrational result to the extended format: `v` is its magnitude, cut off, so that something follows. */
export function roundIrrational(context: FloatContext, negative: boolean, v: bigint, places: number): bigint {
  return roundPack(context, EXTENDED, { negative, significand: (v << 1n) | 1n, exponent: -places - 1 });
}

/** A result that happens to be exact; the unit does not know, and tells of a loss of precision as ever. */
export function roundExact(context: FloatContext, exact: Finite): bigint {
  const bits = roundPack(context, EXTENDED, exact);
  const tiny = leadingExponent(exact) < EXTENDED.lowest;
  context.raise(EXCEPTION.PRECISION | (tiny ? EXCEPTION.UNDERFLOW : 0));
  return bits;
}
