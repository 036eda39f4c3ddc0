/** The square root. Source: IEEE 754-2008 §5.4.1; Intel SDM Vol. 2A, FSQRT. */
import type { FloatContext } from "./context.js";
import { type Format, isInfinite, isNegative, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { resultPrecision, roundPack } from "./round-pack.js";
import { bitLength, unpack } from "./unpack.js";

/** √x; √−0 is −0, and no other negative number has a root. */
export function squareRoot(context: FloatContext, f: Format, x: bigint): bigint {
  const a = operand(context, f, x);
  const nan = nanAnswer(context, f, a);
  if (nan !== undefined) return nan;
  if (isZero(f, a)) return a;
  if (isNegative(f, a)) return invalid(context, f);
  if (isInfinite(f, a)) return a;
  noteDenormals(context, f, a);
  const { significand, exponent } = unpack(f, a);
  // The exponent must be even to be halved, and the root needs two bits more than the result.
  const widen = 2 * (f.precision + 2) + (exponent & 1);
  const radicand = significand << BigInt(widen);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  const exact = { negative: false, significand: (root << 1n) | sticky, exponent: (exponent - widen) / 2 - 1 };
  return roundPack(context, f, exact, resultPrecision(context, f));
}

/** ⌊√n⌋ for n > 0, by Newton's method from above. */
export function integerRoot(n: bigint): bigint {
  let root = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
