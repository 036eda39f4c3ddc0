/**
 * Packed decimal integers of 80 bits, as FBLD and FBSTP know them.
 *
 *     79 sign   78:72 unused   71:0 eighteen digits, 4 bits each
 *
 * Source: Intel SDM Vol. 1 §4.7, table 4-4 (decimal indefinite).
 */

const DIGITS = 18;
const SIGN = 1n << 79n;
const LARGEST = 10n ** BigInt(DIGITS) - 1n;

/** What stands for an integer that does not fit. */
export const DECIMAL_INDEFINITE = 0xffff_c000000000000000n;

export const fitsDecimal = (n: bigint): boolean => n >= -LARGEST && n <= LARGEST;

/** The magnitude and sign of a packed decimal. A digit above 9 counts as what it is. */
export function fromDecimal(bits: bigint): { negative: boolean; magnitude: bigint } {
  let magnitude = 0n;
  for (let n = DIGITS - 1; n >= 0; n--) magnitude = magnitude * 10n + ((bits >> BigInt(4 * n)) & 15n);
  return { negative: (bits & SIGN) !== 0n, magnitude };
}

/** An integer that `fitsDecimal`; zero keeps the sign that it is given. */
export function toDecimal(negative: boolean, magnitude: bigint): bigint {
  let bits = negative ? SIGN : 0n;
  let rest = magnitude;
  for (let n = 0; rest > 0n; n++, rest /= 10n) bits |= (rest % 10n) << BigInt(4 * n);
  return bits;
}
