/** Multiplication. Source: IEEE 754-2008 §5.4.1, §7.2; Intel SDM Vol. 2A, FMUL. */
import type { FloatContext } from "./context.js";
import { areNormal, type Format, isInfinite, isZero } from "./format.js";
import { invalid, nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { resultPrecision, roundPack } from "./round-pack.js";
import { unpack } from "./unpack.js";

/** a × b. */
export function multiply(context: FloatContext, f: Format, first: bigint, second: bigint): bigint {
  if (areNormal(f, first, second)) return finiteProduct(context, f, first, second);
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
  return zero ? sign : finiteProduct(context, f, a, b);
}

function finiteProduct(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const [x, y] = [unpack(f, a), unpack(f, b)];
  const exact = {
    negative: x.negative !== y.negative,
    significand: x.significand * y.significand,
    exponent: x.exponent + y.exponent,
  };
  return roundPack(context, f, exact, resultPrecision(context, f));
}
