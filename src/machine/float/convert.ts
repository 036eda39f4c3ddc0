/** From one format to another. Source: IEEE 754-2008 §5.4.2, §6.2.3; Intel SDM Vol. 1 §4.8.3.5, §8.5.1.2. */
import { EXCEPTION, type FloatContext } from "./context.js";
import { type Format, isInfinite, isNan, isNegative, isSignalling, isUnsupported, isZero } from "./format.js";
import { invalid, noteDenormals, operand } from "./nan-rules.js";
import { roundPack } from "./round-pack.js";
import { type Finite, unpack } from "./unpack.js";

const OUT_OF_RANGE = EXCEPTION.OVERFLOW | EXCEPTION.UNDERFLOW;

/** The number in format `to`, rounded. A NaN is made quiet and keeps its sign and the upper bits of its payload. */
export function convert(context: FloatContext, from: Format, to: Format, bits: bigint): bigint {
  const a = operand(context, from, bits);
  if (isUnsupported(from, a)) return invalid(context, to);
  const sign = isNegative(from, a) ? to.signBit : 0n;
  if (isNan(from, a)) {
    if (isSignalling(from, a)) context.raise(EXCEPTION.INVALID);
    return sign | to.infinity | to.quietBit | payload(from, to, a);
  }
  if (isInfinite(from, a)) return sign | to.infinity;
  if (isZero(from, a)) return sign;
  if (from.width === 80) return store(context, to, unpack(from, a));
  noteDenormals(context, from, a);
  return roundPack(context, to, unpack(from, a));
}

/** Narrowing from the x87's format does not mind denormals, and an unmasked overflow or underflow comes alone. */
function store(context: FloatContext, to: Format, exact: Finite): bigint {
  const bits = roundPack(context, to, exact);
  if ((context.flags & ~context.masks & OUT_OF_RANGE) !== 0) context.forgetLoss();
  return bits;
}

/** The bits below the leading one, as far as `to` has room, at its upper end. */
function payload(from: Format, to: Format, bits: bigint): bigint {
  const fraction = bits & (from.quietBit - 1n);
  const shift = to.precision - from.precision;
  return shift >= 0 ? fraction << BigInt(shift) : fraction >> BigInt(-shift);
}
