/** Finite numbers taken apart into sign, integer significand and exponent. */
import { type Format, isNegative, magnitude } from "./format.js";

/** ±significand × 2^exponent. */
export interface Finite {
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
}

/** The parts of a finite number; zero has significand 0. */
export function unpack(f: Format, bits: bigint): Finite {
  const field = Number(magnitude(f, bits) >> BigInt(f.fieldBits));
  const written = bits & f.fieldMask;
  const significand = field === 0 || f.explicit ? written : written | (f.fieldMask + 1n);
  return {
    negative: isNegative(f, bits),
    significand,
    exponent: Math.max(field, 1) - f.bias - f.precision + 1,
  };
}

/** A bigint as the nearest binary64, whose exponent tells its length. */
const nearest = new Float64Array(1);
const halves = new Int32Array(nearest.buffer);

/** How many bits a positive integer has. */
export function bitLength(n: bigint): number {
  nearest[0] = Number(n);
  const high = halves[1]!;
  if (nearest[0] === Number.POSITIVE_INFINITY) return 512 + bitLength(n >> 512n);
  const length = (high >> 20) - 1022;
  // A power of two may have come about by rounding up.
  const power = (high & 0xfffff) === 0 && halves[0] === 0;
  return power && n >> BigInt(length - 1) === 0n ? length - 1 : length;
}

/** The exponent of the leading bit: `value` lies in [2^e, 2^(e+1)). Not for zero. */
export function leadingExponent(value: Finite): number {
  return value.exponent + bitLength(value.significand) - 1;
}

/** The number as an integer multiple of 2^unit, where unit is at most its exponent. */
export function inUnits({ negative, significand, exponent }: Finite, unit: number): bigint {
  const scaled = significand << BigInt(exponent - unit);
  return negative ? -scaled : scaled;
}

/** signed × 2^exponent, taken apart; not for zero. */
export function fromSigned(signed: bigint, exponent: number): Finite {
  return signed < 0n
    ? { negative: true, significand: -signed, exponent }
    : { negative: false, significand: signed, exponent };
}
