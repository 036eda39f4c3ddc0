/**
 * binary32 and binary64 as bits, and rounding into them.
 *
 *     binary32   31 sign   30:23 exponent + 127    22:0 fraction
 *     binary64   63 sign   62:52 exponent + 1023   51:0 fraction
 *
 * Source: IEEE 754-2008 §3.4, §4.3; Intel SDM Vol. 1 §4.2.2, §4.8.4, §4.9.1.5, §11.5.2.
 */
import type { FloatSize } from "../isa/vector-ops.js";

/** Exception flags of MXCSR, in its bits 5:0; the masks are the same seven bits higher. */
export const EXCEPTION = {
  INVALID: 1,
  DENORMAL: 2,
  ZERO_DIVIDE: 4,
  OVERFLOW: 8,
  UNDERFLOW: 16,
  PRECISION: 32,
} as const;

/** What a format consists of; exponents are unbiased. */
export interface FloatFormat {
  readonly size: FloatSize;
  readonly fractionBits: number;
  readonly bias: number;
  /** Of the smallest normal number. */
  readonly lowest: number;
  readonly highest: number;
  readonly signBit: bigint;
  readonly fractionMask: bigint;
  readonly infinity: bigint;
  readonly quietBit: bigint;
  /** Negative and quiet: the answer to an invalid operation. */
  readonly defaultNan: bigint;
}

function formatOf(size: FloatSize, fractionBits: number, bias: number): FloatFormat {
  const signBit = 1n << BigInt(size - 1);
  const infinity = BigInt(2 * bias + 1) << BigInt(fractionBits);
  const quietBit = 1n << BigInt(fractionBits - 1);
  const fractionMask = (1n << BigInt(fractionBits)) - 1n;
  const defaultNan = signBit | infinity | quietBit;
  return {
    size,
    fractionBits,
    bias,
    lowest: 1 - bias,
    highest: bias,
    signBit,
    fractionMask,
    infinity,
    quietBit,
    defaultNan,
  };
}

export const FORMATS: Readonly<Record<FloatSize, FloatFormat>> = {
  32: formatOf(32, 23, 127),
  64: formatOf(64, 52, 1023),
};

/** A finite number: ±significand × 2^exponent. */
export interface Finite {
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
}

export const isNegative = (f: FloatFormat, bits: bigint): boolean => (bits & f.signBit) !== 0n;
export const magnitude = (f: FloatFormat, bits: bigint): bigint => bits & (f.signBit - 1n);
export const isNan = (f: FloatFormat, bits: bigint): boolean => magnitude(f, bits) > f.infinity;
export const isSignalling = (f: FloatFormat, bits: bigint): boolean =>
  isNan(f, bits) && (bits & f.quietBit) === 0n;
export const isInfinite = (f: FloatFormat, bits: bigint): boolean => magnitude(f, bits) === f.infinity;
export const isZero = (f: FloatFormat, bits: bigint): boolean => magnitude(f, bits) === 0n;
export const isDenormal = (f: FloatFormat, bits: bigint): boolean =>
  magnitude(f, bits) !== 0n && magnitude(f, bits) <= f.fractionMask;

/** A finite number's parts. */
export function unpack(f: FloatFormat, bits: bigint): Finite {
  const field = Number(magnitude(f, bits) >> BigInt(f.fractionBits));
  const fraction = bits & f.fractionMask;
  const negative = isNegative(f, bits);
  const exponent = Math.max(field, 1) - f.bias - f.fractionBits;
  return { negative, significand: field === 0 ? fraction : fraction | (f.fractionMask + 1n), exponent };
}

/** MXCSR's rounding control: 0 nearest even, 1 down, 2 up, 3 towards zero. */
export type RoundingMode = number;

/** significand ÷ 2^shift as an integer, rounded; `inexact` when bits were lost. */
export function shiftRounding(
  significand: bigint,
  shift: number,
  negative: boolean,
  mode: RoundingMode,
): { rounded: bigint; inexact: boolean } {
  if (shift <= 0) return { rounded: significand << BigInt(-shift), inexact: false };
  const quotient = significand >> BigInt(shift);
  const rest = significand - (quotient << BigInt(shift));
  const half = 1n << BigInt(shift - 1);
  const away =
    mode === 0
      ? rest > half || (rest === half && (quotient & 1n) === 1n)
      : rest !== 0n && mode === (negative ? 1 : 2);
  return { rounded: away ? quotient + 1n : quotient, inexact: rest !== 0n };
}

/** How many bits a positive integer has. */
export function bitLength(n: bigint): number {
  const digits = n.toString(16);
  return digits.length * 4 - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
}

/** What rounding into a format gave. */
export interface Rounded {
  readonly bits: bigint;
  /** OVERFLOW, UNDERFLOW and PRECISION, as far as they occurred. */
  readonly flags: number;
}

/** What MXCSR says of rounding. */
export interface RoundingRules {
  readonly mode: RoundingMode;
  /** Unmasked, overflow does not in itself make a result inexact. */
  readonly overflowMasked: boolean;
  /** Unmasked, even an exact tiny result is an underflow. */
  readonly underflowMasked: boolean;
  /** A tiny result becomes zero while underflow is masked. */
  readonly flush: boolean;
}

/** Rounds a positive significand × 2^exponent with its sign. */
export function roundInto(
  f: FloatFormat,
  { negative, significand, exponent }: Finite,
  rules: RoundingRules,
): Rounded {
  const { mode } = rules;
  const sign = negative ? f.signBit : 0n;
  const spare = bitLength(significand) - f.fractionBits - 1;
  const free = shiftRounding(significand, spare, negative, mode);
  const carried = free.rounded >> BigInt(f.fractionBits + 1) !== 0n;
  const top = exponent + spare + f.fractionBits + (carried ? 1 : 0);
  const precision = free.inexact ? EXCEPTION.PRECISION : 0;
  if (top > f.highest) {
    const infinite = mode === 0 || mode === (negative ? 1 : 2);
    return {
      bits: sign | (f.infinity - (infinite ? 0n : 1n)),
      flags: EXCEPTION.OVERFLOW | (rules.overflowMasked ? EXCEPTION.PRECISION : precision),
    };
  }
  if (top >= f.lowest) {
    const fraction = (carried ? free.rounded >> 1n : free.rounded) & f.fractionMask;
    return { bits: sign | (BigInt(top + f.bias) << BigInt(f.fractionBits)) | fraction, flags: precision };
  }
  if (!rules.underflowMasked) return { bits: sign, flags: EXCEPTION.UNDERFLOW | precision };
  if (rules.flush) return { bits: sign, flags: EXCEPTION.UNDERFLOW | EXCEPTION.PRECISION };
  const { rounded, inexact } = shiftRounding(
    significand,
    f.lowest - f.fractionBits - exponent,
    negative,
    mode,
  );
  return { bits: sign | rounded, flags: inexact ? EXCEPTION.UNDERFLOW | EXCEPTION.PRECISION : 0 };
}
