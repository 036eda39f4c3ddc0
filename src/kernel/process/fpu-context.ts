/**
 * The SSE and x87 registers of a program that is not running, and their image in memory.
 * Models `struct fpu` (Linux arch/x86/include/asm/fpu/types.h).
 *
 *     FXSAVE image   0 FCW  2 FSW  4 abridged tags  6 FOP  8 FIP  16 FDP  24 MXCSR  28 MXCSR_MASK
 *                    32 ST0…ST7, 16 bytes each   160 XMM0…XMM15, 16 bytes each       (Intel SDM Vol. 1 §10.5.1)
 */
import type { CpuState } from "../../machine/cpu/state.js";
import { X87State } from "../../machine/cpu/x87-state.js";

const IMAGE_SIZE = 512;
const MXCSR_MASK = 0xffff;
const ST = 32;
const XMM = 160;

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

  /** As FXSAVE64 stores it. */
  toImage(): Uint8Array {
    const image = new Uint8Array(IMAGE_SIZE);
    const view = new DataView(image.buffer);
    const { x87 } = this;
    view.setUint16(0, x87.control, true);
    view.setUint16(2, x87.statusWord, true);
    image[4] = x87.usedRegisters;
    view.setUint16(6, x87.lastOpcode, true);
    view.setBigUint64(8, x87.lastInstruction, true);
    view.setBigUint64(16, x87.lastData, true);
    view.setUint32(24, this.mxcsr, true);
    view.setUint32(28, MXCSR_MASK, true);
    for (let n = 0; n < 8; n++) {
      const register = (x87.top + n) & 7;
      view.setBigUint64(ST + n * 16, x87.significands[register]!, true);
      view.setUint16(ST + n * 16 + 8, x87.signExponents[register]!, true);
    }
    this.vectors.forEach((half, n) => view.setBigUint64(XMM + n * 8, half, true));
    return image;
  }

  /** Takes an image back; reserved bits of MXCSR are dropped. */
  fromImage(image: Uint8Array): void {
    const view = new DataView(image.buffer, image.byteOffset);
    const { x87 } = this;
    x87.control = view.getUint16(0, true);
    x87.statusWord = view.getUint16(2, true);
    x87.lastOpcode = view.getUint16(6, true);
    x87.lastInstruction = view.getBigUint64(8, true);
    x87.lastData = view.getBigUint64(16, true);
    this.mxcsr = view.getUint32(24, true) & MXCSR_MASK;
    for (let n = 0; n < 8; n++) {
      const register = (x87.top + n) & 7;
      x87.significands[register] = view.getBigUint64(ST + n * 16, true);
      x87.signExponents[register] = view.getUint16(ST + n * 16 + 8, true);
    }
    x87.usedRegisters = image[4]!;
    for (let n = 0; n < 32; n++) this.vectors[n] = view.getBigUint64(XMM + n * 8, true);
  }
}
