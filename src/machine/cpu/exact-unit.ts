/**
 * What every exact floating-point operation of SSE has in common: MXCSR, exceptions, NaNs, denormals and rounding.
 * Source: Intel SDM Vol. 1 §4.8.3.5 (which NaN), §4.9.1 (priorities), §10.2.3, §11.5.2.
 */
import {
  EXCEPTION,
  type Finite,
  type FloatFormat,
  isDenormal,
  isNan,
  isSignalling,
  roundInto,
} from "./float-format.js";
import { MXCSR } from "./quick-floats.js";

/** An exception's mask is this many bits above its flag in MXCSR. */
const MASK_SHIFT = 7;

/** One instruction's work under MXCSR: which exceptions have occurred, and what applies to every operation. */
export abstract class ExactUnit {
  /** Flags that are known before the result is computed, and those that its rounding added. */
  protected before = 0;
  protected after = 0;
  private mxcsr = 0;

  /** Starts an instruction: no exception has occurred yet. */
  begin(mxcsr: number): void {
    this.before = 0;
    this.after = 0;
    this.mxcsr = mxcsr;
  }

  /** The exceptions of all lanes; those of rounding count only when no unmasked one came before. */
  get flags(): number {
    return this.unmaskedOf(this.before) !== 0 ? this.before : this.before | this.after;
  }

  /** Those of `flags` that MXCSR does not mask. */
  get unmasked(): number {
    return this.unmaskedOf(this.flags);
  }

  private unmaskedOf(flags: number): number {
    return flags & ~(this.mxcsr >> MASK_SHIFT) & 0x3f;
  }

  protected get rounding(): number {
    return (this.mxcsr & MXCSR.ROUNDING) >> 13;
  }

  /** An operand as the unit sees it: with DAZ, denormals are zeros. */
  protected operand(f: FloatFormat, bits: bigint): bigint {
    return (this.mxcsr & MXCSR.DENORMALS_ARE_ZERO) !== 0 && isDenormal(f, bits) ? bits & f.signBit : bits;
  }

  protected noteDenormals(f: FloatFormat, a: bigint, b = 0n): void {
    if (isDenormal(f, a) || isDenormal(f, b)) this.before |= EXCEPTION.DENORMAL;
  }

  /** The NaN that an operation on these gives: the first of them, made quiet. */
  protected nanOf(f: FloatFormat, a: bigint, b: bigint): bigint | undefined {
    if (!isNan(f, a) && !isNan(f, b)) return undefined;
    if (isSignalling(f, a) || isSignalling(f, b)) this.before |= EXCEPTION.INVALID;
    return (isNan(f, a) ? a : b) | f.quietBit;
  }

  protected invalid(f: FloatFormat): bigint {
    this.before |= EXCEPTION.INVALID;
    return f.defaultNan;
  }

  protected round(f: FloatFormat, exact: Finite): bigint {
    const { bits, flags } = roundInto(f, exact, {
      mode: this.rounding,
      overflowMasked: (this.mxcsr & (EXCEPTION.OVERFLOW << MASK_SHIFT)) !== 0,
      underflowMasked: (this.mxcsr & (EXCEPTION.UNDERFLOW << MASK_SHIFT)) !== 0,
      flush: (this.mxcsr & MXCSR.FLUSH_TO_ZERO) !== 0,
    });
    this.after |= flags;
    return bits;
  }
}
