/**
 * Floating-point lanes of the reference engine, on top of moves and integer lanes. What the host's arithmetic does
 * right is done by `quick-floats.ts`, all else by `exact-floats.ts`, under MXCSR.
 * Source: Intel SDM Vol. 1 §10.2, §11.5 (MXCSR and SIMD floating-point exceptions).
 */
import type {
  FloatFunction,
  FloatOperation,
  FloatSize,
  LaneConversion,
  VectorOps,
} from "../isa/vector-ops.js";
import { ExactFloats } from "./exact-floats.js";
import { VECTOR } from "./guest-fault.js";
import { MmxEvaluator } from "./mmx-evaluator.js";
import {
  areOrdinary,
  isPlain,
  MXCSR,
  quickConversion,
  quickInteger,
  quickOperation,
  quickPredicate,
  quickRoot,
} from "./quick-floats.js";
import { approximateReciprocal, approximateReciprocalRoot } from "./reciprocals.js";

/** Formats of a packed conversion's source and result; an integer has 32 bits. */
interface ConversionFormats {
  readonly from: "integer" | FloatSize;
  readonly to: "integer" | FloatSize;
  readonly truncate: boolean;
}

const CONVERSIONS: Readonly<Record<LaneConversion, ConversionFormats>> = {
  float32ToFloat64: { from: 32, to: 64, truncate: false },
  float64ToFloat32: { from: 64, to: 32, truncate: false },
  int32ToFloat32: { from: "integer", to: 32, truncate: false },
  int32ToFloat64: { from: "integer", to: 64, truncate: false },
  float32ToInt32: { from: 32, to: "integer", truncate: false },
  float64ToInt32: { from: 64, to: "integer", truncate: false },
  float32ToInt32Truncate: { from: 32, to: "integer", truncate: true },
  float64ToInt32Truncate: { from: 64, to: "integer", truncate: true },
};

const ALL_ONES = 0xffffffffffffffffn;

/** Bits of MXCSR that may be set. AMD's bit 17 (misaligned operands) is absent. */
const MXCSR_BITS = 0xffffn;

export abstract class VectorEvaluator extends MmxEvaluator implements VectorOps<bigint, boolean, number> {
  private readonly exact = new ExactFloats();
  private readonly numbers = {
    32: new Float32Array(this.scratch64.buffer),
    64: new Float64Array(this.scratch64.buffer),
  } as const;
  /** Two numbers, to turn bits into values and back. */
  private readonly bits = new BigUint64Array(2);
  private readonly values = {
    32: new Float32Array(this.bits.buffer),
    64: new Float64Array(this.bits.buffer),
  } as const;

  abstract get mxcsr(): number;
  abstract set mxcsr(value: number);

  floats(operation: FloatOperation, size: FloatSize, count: number, a: number, b: number): number {
    const to = this.copyOf(a);
    if (this.quickFloats(operation, size, count, to, a, b)) return to;
    return this.exactly((exact) => {
      for (let n = 0; n < count; n++) {
        this.setLane(
          to,
          size,
          n,
          exact.operation(operation, size, this.lane(a, size, n), this.lane(b, size, n)),
        );
      }
      return to;
    });
  }

  private quickFloats(
    op: FloatOperation,
    size: FloatSize,
    count: number,
    to: number,
    a: number,
    b: number,
  ): boolean {
    const { mxcsr } = this;
    if (!isPlain(mxcsr)) return false;
    const inexact = (mxcsr & MXCSR.PRECISION) !== 0;
    const numbers = this.numbers[size];
    const lanes = 128 / size;
    for (let n = 0; n < count; n++) {
      const result = quickOperation(op, size, inexact, numbers[a * lanes + n]!, numbers[b * lanes + n]!);
      if (Number.isNaN(result)) return false;
      numbers[to * lanes + n] = result;
    }
    return true;
  }

  floatFunction(f: FloatFunction, size: FloatSize, count: number, a: number, b: number): number {
    const to = this.copyOf(a);
    if (f !== "squareRoot") {
      const approximate = f === "reciprocal" ? approximateReciprocal : approximateReciprocalRoot;
      for (let n = 0; n < count; n++) this.scratch32[to * 4 + n] = approximate(this.scratch32[b * 4 + n]!);
      return to;
    }
    return this.quickRoots(size, count, to, b)
      ? to
      : this.exactly((exact) => {
          for (let n = 0; n < count; n++)
            this.setLane(to, size, n, exact.squareRoot(size, this.lane(b, size, n)));
          return to;
        });
  }

  private quickRoots(size: FloatSize, count: number, to: number, from: number): boolean {
    const { mxcsr } = this;
    if (!isPlain(mxcsr)) return false;
    const numbers = this.numbers[size];
    const lanes = 128 / size;
    for (let n = 0; n < count; n++) {
      const root = quickRoot(size, (mxcsr & MXCSR.PRECISION) !== 0, numbers[from * lanes + n]!);
      if (Number.isNaN(root)) return false;
      numbers[to * lanes + n] = root;
    }
    return true;
  }

  addSubtract(size: FloatSize, a: number, b: number): number {
    const to = this.fresh();
    return this.exactly((exact) => {
      for (let n = 0; n < 128 / size; n++) {
        const operation = n % 2 === 0 ? "subtract" : "add";
        this.setLane(
          to,
          size,
          n,
          exact.operation(operation, size, this.lane(a, size, n), this.lane(b, size, n)),
        );
      }
      return to;
    });
  }

  compareFloats(predicate: number, size: FloatSize, count: number, a: number, b: number): number {
    const to = this.copyOf(a);
    if (this.quickComparisons(predicate, size, count, to, a, b)) return to;
    return this.exactly((exact) => {
      for (let n = 0; n < count; n++) {
        const holds = exact.compare(predicate, size, this.lane(a, size, n), this.lane(b, size, n));
        this.setLane(to, size, n, holds ? ALL_ONES : 0n);
      }
      return to;
    });
  }

  private quickComparisons(
    predicate: number,
    size: FloatSize,
    count: number,
    to: number,
    a: number,
    b: number,
  ): boolean {
    const numbers = this.numbers[size];
    const lanes = 128 / size;
    for (let n = 0; n < count; n++) {
      const [x, y] = [numbers[a * lanes + n]!, numbers[b * lanes + n]!];
      if (!areOrdinary(size, x, y)) return false;
      this.setLane(to, size, n, quickPredicate(predicate, x, y) ? ALL_ONES : 0n);
    }
    return true;
  }

  orderFloats(
    size: FloatSize,
    signalling: boolean,
    a: bigint,
    b: bigint,
  ): { unordered: boolean; below: boolean; equal: boolean } {
    const [x, y] = [this.numberOf(size, 0, a), this.numberOf(size, 1, b)];
    if (areOrdinary(size, x, y)) return { unordered: false, below: x < y, equal: x === y };
    return this.exactly((exact) => exact.order(size, signalling, a, b));
  }

  convertLanes(conversion: LaneConversion, v: number): number {
    const { from, to, truncate } = CONVERSIONS[conversion];
    const fromSize = from === "integer" ? 32 : from;
    const toSize = to === "integer" ? 32 : to;
    const result = this.vector(0n, 0n);
    return this.exactly((exact) => {
      for (let n = 0; n < 128 / Math.max(fromSize, toSize); n++) {
        const x = this.lane(v, fromSize, n);
        const converted =
          from === "integer"
            ? exact.fromInteger(32, toSize, x)
            : to === "integer"
              ? exact.toInteger(from, 32, truncate, x)
              : exact.convert(from, to, x);
        this.setLane(result, toSize, n, converted);
      }
      return result;
    });
  }

  convertFloat(from: FloatSize, to: FloatSize, v: bigint): bigint {
    const { mxcsr } = this;
    if (isPlain(mxcsr)) {
      const quick = quickConversion(to, (mxcsr & MXCSR.PRECISION) !== 0, this.numberOf(from, 0, v));
      if (!Number.isNaN(quick)) return this.bitsOf(to, quick);
    }
    return this.exactly((exact) => exact.convert(from, to, v));
  }

  floatToInteger(from: FloatSize, to: 32 | 64, truncate: boolean, v: bigint): bigint {
    const { mxcsr } = this;
    if (isPlain(mxcsr)) {
      const quick = quickInteger(
        from,
        to,
        truncate,
        (mxcsr & MXCSR.PRECISION) !== 0,
        this.numberOf(from, 0, v),
      );
      if (!Number.isNaN(quick)) return BigInt.asUintN(to, BigInt(quick));
    }
    return this.exactly((exact) => exact.toInteger(from, to, truncate, v));
  }

  integerToFloat(from: 32 | 64, to: FloatSize, v: bigint): bigint {
    const value = Number(BigInt.asIntN(from, v));
    const exact = to === 64 ? from === 32 || Number.isSafeInteger(value) : Math.abs(value) <= 2 ** 24;
    if (exact) return this.bitsOf(to, value);
    return this.exactly((floats) => floats.fromInteger(from, to, v));
  }

  getMxcsr(): bigint {
    return BigInt(this.mxcsr);
  }

  setMxcsr(v: bigint): void {
    if ((v & ~MXCSR_BITS) !== 0n) this.raise(VECTOR.GP, 0);
    this.mxcsr = Number(v);
  }

  /** Computes under MXCSR, then sets its flags and, for one that is not masked, raises the exception. */
  private exactly<T>(compute: (exact: ExactFloats) => T): T {
    const { exact } = this;
    exact.begin(this.mxcsr);
    const result = compute(exact);
    this.mxcsr |= exact.flags;
    if (exact.unmasked !== 0) this.raise(this.floatFault);
    return result;
  }

  private numberOf(size: FloatSize, slot: 0 | 1, bits: bigint): number {
    this.bits[slot] = bits;
    return this.values[size][size === 32 ? slot * 2 : slot]!;
  }

  private bitsOf(size: FloatSize, value: number): bigint {
    this.bits[0] = 0n;
    this.values[size][0] = value;
    return this.bits[0]!;
  }
}
