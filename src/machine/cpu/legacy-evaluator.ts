/**
 * The evaluator outside of 64-bit mode: the same definitions with registers of 32 bits, and memory in segments that have
 * a base, a limit and rights. The definitions' arithmetic on 64 bits, as for the stack pointer, is brought back here to
 * what the mode has.
 * Source: Intel SDM Vol. 3A §5.3 (limits), §5.4–5.6 (types), §20.1 (real-address mode).
 * Leaves out: virtual-8086 mode.
 */
import type { Insn } from "../isa/insn.js";
import { CS, RSP, type Size, SS } from "../isa/registers.js";
import { Evaluator, FAR } from "./evaluator.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { SEGMENT_ATTRIBUTE as A, CR0, type Segment } from "./state.js";

/** Bit 1 of a type: data that may be written, code that may be read. Bit 2 of data: the segment lies above its limit. */
const READABLE_OR_WRITABLE = 2;
const EXPANDS_DOWN = 4;

export class LegacyEvaluator extends Evaluator {
  override next(i: Insn): bigint {
    return BigInt.asUintN(32, super.next(i));
  }

  override following(): bigint {
    return BigInt.asUintN(32, super.following());
  }

  /** Bits of the stack pointer. */
  private get stackSize(): 16 | 32 {
    return (this.state.system.segments[SS]!.attributes & A.DEFAULT_32) === 0 ? 16 : 32;
  }

  override get(register: number, size: Size): bigint {
    if (size !== 64) return super.get(register, size);
    return super.get(register, register === RSP ? this.stackSize : 32);
  }

  override set(register: number, size: Size, v: bigint): void {
    if (size !== 64) super.set(register, size, v);
    else {
      const width = register === RSP ? this.stackSize : 32;
      super.set(register, width, BigInt.asUintN(width, v));
    }
  }

  override load(size: number, address: bigint, segment: number): bigint {
    const linear = this.checked(size >> 3, address, segment, false);
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    return size === 64 ? this.mmu.read64(linear) : BigInt(this.mmu.read32(linear, size >> 3));
  }

  override store(size: number, address: bigint, v: bigint, segment: number): void {
    const linear = this.checked(size >> 3, address, segment, true);
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    if (size === 64) this.mmu.write64(linear, v);
    else this.mmu.write32(linear, size >> 3, Number(BigInt.asUintN(32, v)));
  }

  override probeWrite(size: number, address: bigint, segment: number): void {
    const linear = this.checked(size >> 3, address, segment, true);
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    this.mmu.probeWrite(linear, size >> 3);
  }

  /** Of one byte that is read: operands of 16 bytes and more are checked at their first. */
  override linear(address: bigint, segment: number): bigint {
    return this.checked(1, address, segment, false);
  }

  override jump(target: bigint): void {
    const offset = BigInt.asUintN(32, target);
    if (Number(offset) > this.state.system.segments[CS]!.limit)
      throw new GuestFault(VECTOR.GP, 0, undefined, "the branch target is beyond the code segment's limit");
    this.nextOffset = FAR;
    this.farTarget = offset;
  }

  /** With operands of 16 bits the target is cut to them. */
  override branch(i: Insn): void {
    this.jump(BigInt.asUintN(i.size === 16 ? 16 : 32, this.next(i) + BigInt(i.relative)));
  }

  /** The linear address of `bytes` bytes in a segment, if it allows the access. */
  private checked(bytes: number, address: bigint, register: number, writes: boolean): bigint {
    const segment = this.state.system.segments[register]!;
    this.mmu.segment = register;
    // Arithmetic on a narrow stack pointer has left its width; every other address was cut by the definitions.
    const width = register === SS && address > 0xffffffffn ? this.stackSize : 32;
    const offset = Number(BigInt.asUintN(width, address));
    const protectedMode = (this.state.system.cr0 & CR0.PE) !== 0n;
    if (protectedMode)
      refuseUnless(allows(segment, writes), register, "the segment does not allow this access");
    refuseUnless(contains(segment, offset, bytes), register, "the address is beyond the segment's limit");
    return BigInt.asUintN(32, segment.base + BigInt(offset));
  }
}

/** A null segment has no attributes, and allows nothing. */
function allows({ attributes }: Segment, writes: boolean): boolean {
  if ((attributes & A.PRESENT) === 0) return false;
  const isCode = (attributes & A.CODE) !== 0;
  const has = (attributes & READABLE_OR_WRITABLE) !== 0;
  return writes ? !isCode && has : !isCode || has;
}

function contains({ attributes, limit }: Segment, offset: number, bytes: number): boolean {
  const last = offset + bytes - 1;
  if ((attributes & (A.CODE | EXPANDS_DOWN)) !== EXPANDS_DOWN) return last <= limit;
  return offset > limit && last <= ((attributes & A.DEFAULT_32) === 0 ? 0xffff : 0xffffffff);
}

function refuseUnless(allowed: boolean, register: number, detail: string): void {
  if (!allowed) throw new GuestFault(register === SS ? VECTOR.SS : VECTOR.GP, 0, undefined, detail);
}
