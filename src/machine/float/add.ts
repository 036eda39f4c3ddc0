/** Addition and subtraction. Source: IEEE 754-2008 §5.4.1, §6.3 (sign of zero); Intel SDM Vol. 2A, FADD. */
import { type FloatContext, ROUND } from "./context.js";
import { areNormal, type Format, isInfinite, isNegative } from "./format.js";
import { invalid, nanAnswer, noteDenormals, operand } from "./nan-rules.js";
import { resultPrecision, roundPack } from "./round-pack.js";
import { fromSigned, inUnits, unpack } from "./unpack.js";

/** a + b. */
export function add(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  if (areNormal(f, a, b)) return finiteSum(context, f, a, b);
  const [x, y] = [operand(context, f, a), operand(context, f, b)];
  return nanAnswer(context, f, x, y) ?? sum(context, f, x, y);
}

/** a − b. */
export function subtract(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  if (areNormal(f, a, b)) return finiteSum(context, f, a, b ^ f.signBit);
  const [x, y] = [operand(context, f, a), operand(context, f, b)];
  return nanAnswer(context, f, x, y) ?? sum(context, f, x, y ^ f.signBit);
}

function sum(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  if (isInfinite(f, a) && isInfinite(f, b) && a !== b) return invalid(context, f);
  noteDenormals(context, f, a, b);
  if (isInfinite(f, a)) return a;
  if (isInfinite(f, b)) return b;
  return finiteSum(context, f, a, b);
}

function finiteSum(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const [x, y] = [unpack(f, a), unpack(f, b)];
  const unit = Math.min(x.exponent, y.exponent);
  const total = inUnits(x, unit) + inUnits(y, unit);
  if (total === 0n) return zeroSum(context, f, a, b);
  return roundPack(context, f, fromSigned(total, unit), resultPrecision(context, f));
}

/** Two zeros of one sign keep it; what cancels out is +0, and −0 when rounding down. */
function zeroSum(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  const sameSign = isNegative(f, a) === isNegative(f, b);
  return (sameSign ? isNegative(f, a) : context.rounding === ROUND.DOWN) ? f.signBit : 0n;
}
