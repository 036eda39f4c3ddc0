/**
 * The three binary floating-point formats as bit patterns in a bigint, and what a pattern is.
 *
 *     binary32     31 sign    30:23 exponent + 127        22:0 fraction
 *     binary64     63 sign    62:52 exponent + 1023       51:0 fraction
 *     extended     79 sign    78:64 exponent + 16383      63 integer bit    62:0 fraction
 *
 * The first two imply the significand's leading 1; the x87's format writes it out, so it has patterns that mean
 * nothing any more (`isUnsupported`) and denormals whose integer bit is set (pseudo-denormals).
 * Source: IEEE 754-2008 §3.4; Intel SDM Vol. 1 §4.2.2, §8.2.2.
 */

export interface Format {
  /** Bits of the whole pattern. */
  readonly width: 32 | 64 | 80;
  /** Bits of a significand, the leading one included. */
  readonly precision: 24 | 53 | 64;
  /** Bits that the pattern has for the significand: below them lies nothing, above them the exponent. */
  readonly fieldBits: number;
  readonly bias: number;
  /** Unbiased exponents of the smallest and largest normal numbers. */
  readonly lowest: number;
  readonly highest: number;
  readonly signBit: bigint;
  /** All bits but the sign. */
  readonly magnitudeMask: bigint;
  readonly fieldMask: bigint;
  /** The leading one is written out. */
  readonly explicit: boolean;
  /** The written leading one; 0 where it is implied. */
  readonly integerBit: bigint;
  readonly quietBit: bigint;
  readonly infinity: bigint;
  /** The answer to an invalid operation: negative, quiet, without payload. */
  readonly defaultNan: bigint;
}

function format(width: Format["width"], precision: Format["precision"], bias: number): Format {
  const explicit = width === 80;
  const fieldBits = explicit ? precision : precision - 1;
  const signBit = 1n << BigInt(width - 1);
  const integerBit = explicit ? 1n << BigInt(precision - 1) : 0n;
  const quietBit = 1n << BigInt(precision - 2);
  const infinity = (BigInt(2 * bias + 1) << BigInt(fieldBits)) | integerBit;
  return {
    ...{ width, precision, fieldBits, bias, lowest: 1 - bias, highest: bias },
    ...{ signBit, magnitudeMask: signBit - 1n, fieldMask: (1n << BigInt(fieldBits)) - 1n },
    ...{ explicit, integerBit, quietBit, infinity },
    defaultNan: signBit | infinity | quietBit,
  };
}

export const BINARY32 = format(32, 24, 127);
export const BINARY64 = format(64, 53, 1023);
export const EXTENDED = format(80, 64, 16383);

export const isNegative = (f: Format, bits: bigint): boolean => (bits & f.signBit) !== 0n;

/** The pattern without its sign. */
export const magnitude = (f: Format, bits: bigint): bigint => bits & f.magnitudeMask;

export const isNan = (f: Format, bits: bigint): boolean => magnitude(f, bits) > f.infinity;

export const isSignalling = (f: Format, bits: bigint): boolean =>
  isNan(f, bits) && (bits & f.quietBit) === 0n;

export const isInfinite = (f: Format, bits: bigint): boolean => magnitude(f, bits) === f.infinity;

export const isZero = (f: Format, bits: bigint): boolean => magnitude(f, bits) === 0n;

/** Neither zero nor denormal nor infinite nor NaN: what nearly every number is. */
export function isNormal(f: Format, bits: bigint): boolean {
  const rest = magnitude(f, bits);
  return rest > f.fieldMask && rest < f.infinity && (!f.explicit || (bits & f.integerBit) !== 0n);
}

export const areNormal = (f: Format, a: bigint, b: bigint): boolean => isNormal(f, a) && isNormal(f, b);

/** Not zero, and smaller than any normal number can be written; pseudo-denormals count. */
export function isDenormal(f: Format, bits: bigint): boolean {
  const rest = magnitude(f, bits);
  return rest !== 0n && rest <= f.fieldMask;
}

/** An exponent that promises an integer bit without one: pseudo-NaN, pseudo-infinity, unnormal. */
export function isUnsupported(f: Format, bits: bigint): boolean {
  return f.explicit && (bits & f.integerBit) === 0n && magnitude(f, bits) > f.fieldMask;
}

/** The usual pattern of the same number: a pseudo-denormal is written with exponent field 1. */
export function canonical(f: Format, bits: bigint): bigint {
  const pseudo = f.explicit && (bits & f.integerBit) !== 0n && magnitude(f, bits) <= f.fieldMask;
  return pseudo ? bits | (f.fieldMask + 1n) : bits;
}
