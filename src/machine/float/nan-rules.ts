/**
 * What operations do with operands before they compute: NaNs, patterns without meaning, denormals.
 * SSE answers with its first NaN, the x87 unit with the NaN that has the larger significand; both make it quiet.
 * Source: Intel SDM Vol. 1 §4.8.3.5 and table 4-7, §8.2.2, §4.9.1.2, §10.2.3.4.
 */
import { EXCEPTION, type FloatContext } from "./context.js";
import { type Format, isDenormal, isNan, isNegative, isSignalling, isUnsupported } from "./format.js";

/** The operand as the operation sees it: under DAZ a denormal is a zero. */
export function operand(context: FloatContext, f: Format, bits: bigint): bigint {
  return context.denormalsAreZero && isDenormal(f, bits) ? bits & f.signBit : bits;
}

/** Raises the denormal exception if one of the operands is denormal. */
export function noteDenormals(context: FloatContext, f: Format, a: bigint, b = 0n): void {
  if (isDenormal(f, a) || isDenormal(f, b)) context.raise(EXCEPTION.DENORMAL);
}

/** Raises the invalid exception and gives its default answer. */
export function invalid(context: FloatContext, f: Format): bigint {
  context.raise(EXCEPTION.INVALID);
  return f.defaultNan;
}

/** The answer to an operation one of whose operands is no number; undefined when both are numbers. */
export function nanAnswer(context: FloatContext, f: Format, a: bigint, b: bigint = a): bigint | undefined {
  if (isUnsupported(f, a) || isUnsupported(f, b)) return invalid(context, f);
  if (!isNan(f, a) && !isNan(f, b)) return undefined;
  if (isSignalling(f, a) || isSignalling(f, b)) context.raise(EXCEPTION.INVALID);
  return (f.width === 80 ? largerNan(f, a, b) : isNan(f, a) ? a : b) | f.quietBit;
}

/** A quiet NaN goes before a signalling one, then the larger significand, then the positive one. */
function largerNan(f: Format, a: bigint, b: bigint): bigint {
  if (!isNan(f, a)) return b;
  if (!isNan(f, b)) return a;
  if (isSignalling(f, a) !== isSignalling(f, b)) return isSignalling(f, a) ? b : a;
  const [x, y] = [a & f.fieldMask, b & f.fieldMask];
  if (x !== y) return x > y ? a : b;
  return isNegative(f, a) ? b : a;
}
