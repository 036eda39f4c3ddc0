/**
 * Comparison, and the minimum and maximum of SSE, which are comparisons too.
 * Source: IEEE 754-2008 §5.11; Intel SDM Vol. 2A, FCOM, FUCOM, COMISD; Vol. 2B, MINSD, MAXSD.
 */
import { EXCEPTION, type FloatContext } from "./context.js";
import {
  areNormal,
  canonical,
  type Format,
  isNan,
  isNegative,
  isSignalling,
  isUnsupported,
  magnitude,
} from "./format.js";
import { noteDenormals, operand } from "./nan-rules.js";

export type Order = "less" | "equal" | "greater" | "unordered";

/** How a stands to b. A signalling NaN is always invalid, a quiet one only when `signalling`. */
export function compare(
  context: FloatContext,
  f: Format,
  first: bigint,
  second: bigint,
  signalling: boolean,
): Order {
  if (areNormal(f, first, second)) return inOrder(ordinal(f, first), ordinal(f, second));
  const [a, b] = [operand(context, f, first), operand(context, f, second)];
  if (isUnsupported(f, a) || isUnsupported(f, b)) {
    context.raise(EXCEPTION.INVALID);
    return "unordered";
  }
  if (isNan(f, a) || isNan(f, b)) {
    if (signalling || isSignalling(f, a) || isSignalling(f, b)) context.raise(EXCEPTION.INVALID);
    return "unordered";
  }
  noteDenormals(context, f, a, b);
  return inOrder(ordinal(f, a), ordinal(f, b));
}

const inOrder = (x: bigint, y: bigint): Order => (x < y ? "less" : x > y ? "greater" : "equal");

/** A pattern's place in the order of all that are not NaN; both zeros are the same. */
function ordinal(f: Format, bits: bigint): bigint {
  const rest = magnitude(f, canonical(f, bits));
  return isNegative(f, bits) ? -rest : rest;
}

/** MINSS and its kin: the second operand unless the first is truly smaller. */
export function minimum(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  return compare(context, f, a, b, true) === "less" ? operand(context, f, a) : operand(context, f, b);
}

/** MAXSS and its kin: the second operand unless the first is truly greater. */
export function maximum(context: FloatContext, f: Format, a: bigint, b: bigint): bigint {
  return compare(context, f, a, b, true) === "greater" ? operand(context, f, a) : operand(context, f, b);
}
