/**
 * RCPPS and RSQRTPS as the AMD processor does them with which the silicon vectors were recorded: the manuals only
 * bound the error. All of its 2^24 single-precision significands were asked; each answer depends on the 12 highest
 * fraction bits, and is the sum of two table entries, one for bits 11:4 and one for bits 11:8 with 3:0.
 * Source: Intel SDM Vol. 2B, RCPSS and RSQRTSS (special cases); measurement (tables).
 */
import { decodeTable } from "./reciprocal-tables.js";

const SIGN = 0x80000000;
const FRACTION = 0x7fffff;
const INFINITY = 0x7f800000;
const QUIET_BIT = 0x400000;
const DEFAULT_NAN = 0xffc00000;
/** Fraction bits that are not looked at, and are 0 in the result. */
const DROPPED = 11;

let reciprocals: Uint16Array | undefined;
let oddRoots: Uint16Array | undefined;
let evenRoots: Uint16Array | undefined;

/** About 1/x, of binary32 bits. Denormals count as zero, and denormal results become zero. */
export function approximateReciprocal(x: number): number {
  const sign = x & SIGN;
  const exponent = (x >>> 23) & 0xff;
  if (exponent === 0xff) return (x & FRACTION) === 0 ? sign >>> 0 : (x | QUIET_BIT) >>> 0;
  if (exponent === 0) return (sign | INFINITY) >>> 0;
  if (exponent >= 253) return sign >>> 0;
  reciprocals ??= decodeTable("reciprocal");
  return (sign | number(253 - exponent, reciprocals, x)) >>> 0;
}

/** About 1/√x, of binary32 bits. Denormals count as zero; a number below zero gives the default NaN. */
export function approximateReciprocalRoot(x: number): number {
  const sign = x & SIGN;
  const exponent = (x >>> 23) & 0xff;
  if (exponent === 0xff && (x & FRACTION) !== 0) return (x | QUIET_BIT) >>> 0;
  if (exponent === 0) return (sign | INFINITY) >>> 0;
  if (sign !== 0) return DEFAULT_NAN;
  if (exponent === 0xff) return 0;
  oddRoots ??= decodeTable("oddRoot");
  evenRoots ??= decodeTable("evenRoot");
  return number(126 - ((exponent - 127) >> 1), (exponent & 1) === 1 ? oddRoots : evenRoots, x) >>> 0;
}

/** The number with this exponent field whose upper fraction bits the table gives for x. */
function number(exponent: number, table: Uint16Array, x: number): number {
  return (exponent << 23) | ((table[(x & FRACTION) >>> DROPPED]! << DROPPED) & FRACTION);
}
