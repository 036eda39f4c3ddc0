/**
 * MMX registers of the reference engine, and which of the media units a program may use.
 * Source: Intel SDM Vol. 1 chapter 9; Vol. 3A §2.5, chapters 12 and 13.
 */
import type { Mmu } from "../memory/mmu.js";
import { VECTOR } from "./guest-fault.js";
import { LaneEvaluator } from "./lane-evaluator.js";
import { MmxRegisters } from "./mmx-registers.js";
import { CR0, CR4 } from "./state.js";
import type { X87State } from "./x87-state.js";

export abstract class MmxEvaluator extends LaneEvaluator {
  /** 0, or the exception that MMX instructions now raise: #UD (CR0.EM) or #NM (CR0.TS). */
  mmxFault = 0;
  /** The vector that reports floating-point exceptions: #XM, or #UD while CR4.OSXMMEXCPT is clear. */
  floatFault: number = VECTOR.XM;
  private readonly mmx: MmxRegisters;

  constructor(vectors: BigUint64Array, x87: X87State, mmu: Mmu) {
    super(vectors, mmu);
    this.mmx = new MmxRegisters(x87);
  }

  /** CR0 or CR4 changed: which units a program may use follows. Source: SDM Vol. 3A §2.5, table 13-1. */
  unitsChanged(cr0: bigint, cr4: bigint): void {
    const unavailable = (cr0 & CR0.EM) !== 0n ? VECTOR.UD : (cr0 & CR0.TS) !== 0n ? VECTOR.NM : 0;
    this.mmxFault = unavailable;
    this.vectorFault = (cr4 & CR4.OSFXSR) === 0n ? VECTOR.UD : unavailable;
    this.floatFault = (cr4 & CR4.OSXMMEXCPT) === 0n ? VECTOR.UD : VECTOR.XM;
  }

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
}
