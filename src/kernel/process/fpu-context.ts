/**
 * The SSE and x87 registers of a program that is not running. Models `struct fpu` (Linux arch/x86/include/asm/fpu/types.h).
 */
import type { CpuState } from "../../machine/cpu/state.js";
import { X87State } from "../../machine/cpu/x87-state.js";

export class FpuContext {
  readonly vectors = new BigUint64Array(32);
  readonly x87 = new X87State();
  mxcsr = 0x1f80;

  save(cpu: CpuState): void {
    this.vectors.set(cpu.vectors);
    this.x87.copyFrom(cpu.x87);
    this.mxcsr = cpu.system.mxcsr;
  }

  load(cpu: CpuState): void {
    cpu.vectors.set(this.vectors);
    cpu.x87.copyFrom(this.x87);
    cpu.system.mxcsr = this.mxcsr;
  }

  copyFrom(other: FpuContext): void {
    this.vectors.set(other.vectors);
    this.x87.copyFrom(other.x87);
    this.mxcsr = other.mxcsr;
  }

  /** As execve leaves it. */
  reset(): void {
    this.copyFrom(new FpuContext());
  }
}
