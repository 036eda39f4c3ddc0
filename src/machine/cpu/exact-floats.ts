/**
 * SSE's floating-point arithmetic to the last bit: `../float` under MXCSR, one instruction at a time. Slow and
 * complete; `quick-floats.ts` does the usual.
 * Source: Intel SDM Vol. 1 §10.2.3, §11.5; Vol. 2, MINPS, CMPPS, COMISD.
 */
import {
  add,
  BINARY32,
  BINARY64,
  compare,
  convert,
  divide,
  FloatContext,
  type Format,
  fromInteger,
  maximum,
  minimum,
  multiply,
  ROUND,
  type Rounding,
  squareRoot,
  subtract,
  toInteger,
} from "../float/index.js";
import type { FloatOperation, FloatSize } from "../isa/vector-ops.js";
import { MXCSR } from "./quick-floats.js";

/** An exception's mask is this many bits above its flag in MXCSR. */
const MASK_SHIFT = 7;

const FORMATS: Readonly<Record<FloatSize, Format>> = { 32: BINARY32, 64: BINARY64 };

type Operation = (context: FloatContext, f: Format, a: bigint, b: bigint) => bigint;
const OPERATIONS: Readonly<Record<FloatOperation, Operation>> = {
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
};

export class ExactFloats {
  private readonly context = new FloatContext();

  /** Starts an instruction: no exception has occurred yet. */
  begin(mxcsr: number): void {
    const { context } = this;
    context.clear();
    context.rounding = ((mxcsr & MXCSR.ROUNDING) >> 13) as Rounding;
    context.masks = (mxcsr >> MASK_SHIFT) & 0x3f;
    context.denormalsAreZero = (mxcsr & MXCSR.DENORMALS_ARE_ZERO) !== 0;
    context.flushToZero = (mxcsr & MXCSR.FLUSH_TO_ZERO) !== 0;
  }

  /** The exceptions of all lanes; those of rounding count only when no unmasked one came before. */
  get flags(): number {
    return this.context.flags;
  }

  /** Those of `flags` that MXCSR does not mask. */
  get unmasked(): number {
    return this.context.flags & ~this.context.masks;
  }

  operation(operation: FloatOperation, size: FloatSize, a: bigint, b: bigint): bigint {
    return OPERATIONS[operation](this.context, FORMATS[size], a, b);
  }

  squareRoot(size: FloatSize, x: bigint): bigint {
    return squareRoot(this.context, FORMATS[size], x);
  }

  /** Predicate 0..7 of `FLOAT_PREDICATES`: 1, 2, 5 and 6 also refuse quiet NaNs. */
  compare(predicate: number, size: FloatSize, a: bigint, b: bigint): boolean {
    const order = this.order(size, (predicate & 3) === 1 || (predicate & 3) === 2, a, b);
    const positive = [order.equal, order.below, order.below || order.equal, order.unordered][predicate & 3]!;
    return predicate < 4 ? positive : !positive;
  }

  order(
    size: FloatSize,
    signalling: boolean,
    a: bigint,
    b: bigint,
  ): { unordered: boolean; below: boolean; equal: boolean } {
    const order = compare(this.context, FORMATS[size], a, b, signalling);
    return { unordered: order === "unordered", below: order === "less", equal: order === "equal" };
  }

  convert(from: FloatSize, to: FloatSize, x: bigint): bigint {
    return convert(this.context, FORMATS[from], FORMATS[to], x);
  }

  /** What is not a number or does not fit becomes the most negative integer. */
  toInteger(from: FloatSize, to: 32 | 64, truncate: boolean, x: bigint): bigint {
    return toInteger(this.context, FORMATS[from], x, to, truncate ? ROUND.ZERO : this.context.rounding);
  }

  fromInteger(from: 32 | 64, to: FloatSize, x: bigint): bigint {
    return fromInteger(this.context, FORMATS[to], BigInt.asIntN(from, x));
  }
}
