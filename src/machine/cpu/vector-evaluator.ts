/**
 * Floating-point lanes of the reference engine, on top of moves and integer lanes.
 * Source: Intel SDM Vol. 1 §10.2, §11.5 (MXCSR and SIMD floating-point exceptions).
 */
import type {
  FloatFunction,
  FloatOperation,
  FloatSize,
  LaneConversion,
  VectorOps,
} from "../isa/vector-ops.js";
import type { Mmu } from "../memory/mmu.js";
import { VECTOR } from "./guest-fault.js";
import { LaneEvaluator } from "./lane-evaluator.js";
import { MmxRegisters } from "./mmx-registers.js";
import type { X87State } from "./x87-state.js";

/** Bits of MXCSR that may be set: all below 16, and bit 17 on AMD (misaligned access), which this machine lacks. */
const MXCSR_MASK = 0xffffn;

export abstract class VectorEvaluator extends LaneEvaluator implements VectorOps<bigint, boolean, number> {
  private readonly mmx: MmxRegisters;

  constructor(vectors: BigUint64Array, x87: X87State, mmu: Mmu) {
    super(vectors, mmu);
    this.mmx = new MmxRegisters(x87);
  }

  abstract get mxcsr(): number;
  abstract set mxcsr(value: number);
  /** 0, or the exception that MMX instructions now raise: #UD (CR0.EM) or #NM (CR0.TS). */
  mmxFault = 0;

  requireMmx(): void {
    if (this.mmxFault !== 0) this.raise(this.mmxFault);
    if (this.mmx.exceptionPending) this.raise(VECTOR.MF);
  }

  getMmx(register: number): bigint {
    return this.mmx.read(register);
  }

  setMmx(register: number, v: bigint): void {
    this.mmx.write(register, v);
  }

  enterMmx(): void {
    this.mmx.enter();
  }

  emptyMmx(): void {
    this.mmx.empty();
  }

  floats(operation: FloatOperation, size: FloatSize, count: number, a: number, b: number): number {
    throw new Error(`awaits src/machine/float: ${operation} ${size} ${count} ${a} ${b}`);
  }

  floatFunction(f: FloatFunction, size: FloatSize, count: number, a: number, b: number): number {
    throw new Error(`awaits src/machine/float: ${f} ${size} ${count} ${a} ${b}`);
  }

  addSubtract(size: FloatSize, a: number, b: number): number {
    throw new Error(`awaits src/machine/float: ${size} ${a} ${b}`);
  }

  compareFloats(predicate: number, size: FloatSize, count: number, a: number, b: number): number {
    throw new Error(`awaits src/machine/float: ${predicate} ${size} ${count} ${a} ${b}`);
  }

  orderFloats(
    size: FloatSize,
    signalling: boolean,
    a: bigint,
    b: bigint,
  ): { unordered: boolean; below: boolean; equal: boolean } {
    throw new Error(`awaits src/machine/float: ${size} ${signalling} ${a} ${b}`);
  }

  convertLanes(conversion: LaneConversion, v: number): number {
    throw new Error(`awaits src/machine/float: ${conversion} ${v}`);
  }

  convertFloat(from: FloatSize, to: FloatSize, v: bigint): bigint {
    throw new Error(`awaits src/machine/float: ${from} ${to} ${v}`);
  }

  floatToInteger(from: FloatSize, to: 32 | 64, truncate: boolean, v: bigint): bigint {
    throw new Error(`awaits src/machine/float: ${from} ${to} ${truncate} ${v}`);
  }

  integerToFloat(from: 32 | 64, to: FloatSize, v: bigint): bigint {
    throw new Error(`awaits src/machine/float: ${from} ${to} ${v}`);
  }

  getMxcsr(): bigint {
    return BigInt(this.mxcsr);
  }

  setMxcsr(v: bigint): void {
    if ((v & ~MXCSR_MASK) !== 0n) this.raise(VECTOR.GP, 0);
    this.mxcsr = Number(v);
  }
}
