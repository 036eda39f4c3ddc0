/** Multiplication. Source: IEEE 754-2008 §5.4.1, §7.2; Intel SDM Vol. 2A, FMUL. */
import type { FloatContext } from "./context.js";
import { type Format, isInfinite, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { resultPrecision, roundPack } from "./round-pack.js";
import { unpack } from "./unpack.js";

/** a × b. */
export function multiply(context: FloatContext, f: Format, first: bigint, second: bigint): bigint {
  const [a, b] = [operand(context, f, first), operand(context, f, second)];
  return nanAnswer(context, f, a, b) ?? product(context, f, a, b);
}

function product(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const sign = (a ^ b) & f.signBit;
  const infinite = isInfinite(f, a) || isInfinite(f, b);
  const zero = isZero(f, a) || isZero(f, b);
  if (infinite && zero) return invalid(context, f);
  noteDenormals(context, f, a, b);
  if (infinite) return sign | f.infinity;
  if (zero) return sign;
  const [x, y] = [unpack(f, a), unpack(f, b)];
  const exact = {
    negative: sign !== 0n,
    significand: x.significand * y.significand,
    exponent: x.exponent + y.exponent,
  };
  return roundPack(context, f, exact, resultPrecision(context, f));
}
