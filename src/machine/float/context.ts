/**
 * What an operation is told besides its operands, and what it tells besides its result.
 * Source: Intel SDM Vol. 1 §4.8.4 (rounding), §4.9.1 (exceptions and their order), §8.1.3, §10.2.3.
 */

/** Bits 5:0 of MXCSR and of the x87 status word; in MXCSR the masks lie 7 bits higher, in the x87 in another word. */
export const EXCEPTION = {
  INVALID: 1,
  DENORMAL: 2,
  ZERO_DIVIDE: 4,
  OVERFLOW: 8,
  UNDERFLOW: 16,
  PRECISION: 32,
} as const;

export const ALL_EXCEPTIONS = 0x3f;

/** Noticed in the operands, before anything is computed; what is computed then may be left undone. */
const OF_OPERANDS = EXCEPTION.INVALID | EXCEPTION.DENORMAL | EXCEPTION.ZERO_DIVIDE;

/** The rounding control as both units number it. */
export const ROUND = { NEAREST: 0, DOWN: 1, UP: 2, ZERO: 3 } as const;

export type Rounding = 0 | 1 | 2 | 3;

export class FloatContext {
  rounding: Rounding = ROUND.NEAREST;
  /** Masked exceptions. What an unmasked one leaves undone is up to the caller. */
  masks: number = ALL_EXCEPTIONS;
  /** Denormal operands count as zeros (MXCSR.DAZ). */
  denormalsAreZero = false;
  /** Tiny results become zeros while underflow is masked (MXCSR.FTZ). */
  flushToZero = false;
  /** Significand bits to which the x87 unit rounds its basic operations (control word, PC). */
  precision: 24 | 53 | 64 = 64;
  /** The last rounding went away from zero (x87's C1). */
  roundedUp = false;
  private ofOperands = 0;
  private ofResult = 0;

  /** A new instruction: nothing has happened yet. */
  clear(): void {
    this.ofOperands = this.ofResult = 0;
    this.roundedUp = false;
  }

  raise(exceptions: number): void {
    this.ofOperands |= exceptions & OF_OPERANDS;
    this.ofResult |= exceptions & ~OF_OPERANDS;
  }

  /** The result is given up before it is known whether it lost bits. */
  forgetLoss(): void {
    this.ofResult &= ~EXCEPTION.PRECISION;
    this.roundedUp = false;
  }

  /** An unmasked exception of the operands: there is no result. */
  get stopped(): boolean {
    return (this.ofOperands & ~this.masks) !== 0;
  }

  /** All exceptions since `clear`; those of the result count only if the operands let it come about. */
  get flags(): number {
    return this.stopped ? this.ofOperands : this.ofOperands | this.ofResult;
  }

  isMasked(exception: number): boolean {
    return (this.masks & exception) !== 0;
  }
}
