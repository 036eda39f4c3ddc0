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
  const significand = field === 0 || f.integerBit !== 0n ? written : written | (f.fieldMask + 1n);
  return {
    negative: isNegative(f, bits),
    significand,
    exponent: Math.max(field, 1) - f.bias - f.precision + 1,
  };
}

/** How many bits a positive integer has. */
export function bitLength(n: bigint): number {
  const digits = n.toString(16);
  return digits.length * 4 + 28 - Math.clz32(Number.parseInt(digits[0]!, 16));
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
