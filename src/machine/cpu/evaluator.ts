/**
 * The reference engine: `Ops` with values. V = bigint (zero-extended), B = boolean.
 * Registers live in typed arrays; memory goes through the MMU; RIP is the base of the current code page plus an
 * offset, so that straight code and near branches need no arithmetic on 64 bits.
 */
import { type Insn, NONE } from "../isa/insn.js";
import { effectiveAddress } from "../isa/operands.js";
import type { Assist, FlagRule, Ops } from "../isa/ops.js";
import { FS, HIGH_BYTE, type Size } from "../isa/registers.js";
import type { Mmu } from "../memory/mmu.js";
import { PAGE_MASK } from "../memory/physical-memory.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { IntegerEvaluator } from "./integer-evaluator.js";
import type { LazyFlags } from "./lazy-flags.js";
import { requireRing0 } from "./privilege.js";
import type { CpuState } from "./state.js";

/** `nextOffset` when the next instruction is at `farTarget`. */
export const FAR = 0x20000000;
const NEAR_LIMIT = 0x10000000;
export class Evaluator extends IntegerEvaluator implements Ops<bigint, boolean> {
  /** The instruction being executed. */
  insn!: Insn;
  /** RIP is the page at `pageHigh`:`pageLow`, two int32, plus `offset`, with 0 ≤ offset < 4096 between instructions. */
  pageLow = 0;
  pageHigh = 0;
  offset = 0;
  /** Where the next instruction begins, relative to the page: any small number, or `FAR`. */
  nextOffset = 0;
  farTarget = 0n;
  /** Bases of FS and GS, kept here for quick access. */
  fsBase = 0n;
  gsBase = 0n;
  /** #AC is armed: CR0.AM, EFLAGS.AC and ring 3. */
  alignmentChecked = false;

  private readonly general: BigUint64Array;
  private readonly dwords: Uint32Array;
  private readonly words: Uint16Array;
  private readonly bytes: Uint8Array;

  constructor(
    protected readonly cpu: Cpu,
    protected readonly state: CpuState,
    mmu: Mmu,
    readonly lazyFlags: LazyFlags,
  ) {
    super(state.vectors, state.x87, mmu);
    this.general = state.general;
    const { buffer, byteOffset, byteLength } = state.general;
    this.dwords = new Uint32Array(buffer, byteOffset, byteLength / 4);
    this.words = new Uint16Array(buffer, byteOffset, byteLength / 2);
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
  }

  get mxcsr(): number {
    return this.state.system.mxcsr;
  }

  set mxcsr(value: number) {
    this.state.system.mxcsr = value;
  }

  constant(n: bigint): bigint {
    return n;
  }

  immediate(i: Insn): bigint {
    return i.immediate;
  }

  /** One register with a displacement is by far the most frequent, and quicker written out. */
  address(i: Insn): bigint {
    const { base } = i;
    if (i.index !== NONE || base < 0 || i.addressSize !== 64) return effectiveAddress(this, i);
    return BigInt.asUintN(64, this.general[base]! + i.displacement);
  }

  next(i: Insn): bigint {
    return this.addressAt(this.offset + i.length);
  }

  /** The address at a small distance from the begin of the page. */
  private addressAt(distance: number): bigint {
    const low = (this.pageLow >>> 0) + distance;
    this.halves[0] = low;
    this.halves[1] = this.pageHigh + (low < 0 ? -1 : low > 0xffffffff ? 1 : 0);
    return this.word[0]!;
  }

  get rip(): bigint {
    return this.addressAt(this.offset);
  }

  /** The same into a register, given by its halves as `CpuState.halves` has them. */
  keepNext(i: Insn, register: number): void {
    const low = (this.pageLow >>> 0) + this.offset + i.length;
    this.dwords[2 * register] = low;
    this.dwords[2 * register + 1] = this.pageHigh + (low > 0xffffffff ? 1 : 0);
  }

  get(register: number, size: Size): bigint {
    switch (size) {
      case 64:
        return this.general[register]!;
      case 32:
        return BigInt(this.dwords[register * 2]!);
      case 16:
        return BigInt(this.words[register * 4]!);
      default:
        return BigInt(this.bytes[register < HIGH_BYTE ? register * 8 : (register - HIGH_BYTE) * 8 + 1]!);
    }
  }

  set(register: number, size: Size, v: bigint): void {
    if (size >= 32) this.general[register] = v;
    else if (size === 16) this.words[register * 4] = Number(v);
    else this.bytes[register < HIGH_BYTE ? register * 8 : (register - HIGH_BYTE) * 8 + 1] = Number(v);
  }

  getSegment(segment: number): bigint {
    return BigInt(this.state.system.segments[segment]!.selector);
  }

  load(size: number, address: bigint, segment: number): bigint {
    const linear = segment < FS ? address : this.withBase(address, segment);
    this.mmu.segment = segment;
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    return size === 64 ? this.mmu.read64(linear) : BigInt(this.mmu.read32(linear, size >> 3));
  }

  store(size: number, address: bigint, v: bigint, segment: number): void {
    const linear = segment < FS ? address : this.withBase(address, segment);
    this.mmu.segment = segment;
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    if (size === 64) this.mmu.write64(linear, v);
    else this.mmu.write32(linear, size >> 3, Number(v));
  }

  probeWrite(size: number, address: bigint, segment: number): void {
    const linear = segment < FS ? address : this.withBase(address, segment);
    this.mmu.segment = segment;
    if (this.alignmentChecked) this.checkAlignment(size, linear);
    this.mmu.probeWrite(linear, size >> 3);
  }

  /** The linear address of an address in a segment: with the base of FS or GS. */
  linear(address: bigint, segment: number): bigint {
    this.mmu.segment = segment;
    return segment < FS ? address : this.withBase(address, segment);
  }

  private withBase(address: bigint, segment: number): bigint {
    return BigInt.asUintN(64, address + (segment === FS ? this.fsBase : this.gsBase));
  }

  /** Numbers of 80 bits are aligned to 8. Source: SDM Vol. 3A table 6-7. */
  protected checkAlignment(size: number, linear: bigint): void {
    const boundary = size === 80 ? 8 : size >> 3;
    if ((Number(linear & 0xfn) & (boundary - 1)) !== 0) throw new GuestFault(VECTOR.AC, 0);
  }

  condition(code: number): boolean {
    return this.lazyFlags.condition(code);
  }

  flag(flag: number): boolean {
    return this.lazyFlags.get(flag);
  }

  setFlag(flag: number, b: boolean): void {
    this.lazyFlags.set(flag, b);
  }

  flags(rule: FlagRule, size: Size, a: bigint, b: bigint, result: bigint): void {
    this.lazyFlags.leave(rule, size, a, b, result);
  }

  resultFlags(size: Size, result: bigint): void {
    this.lazyFlags.leaveResult(size, result);
  }

  jump(target: bigint): void {
    this.word[0] = target;
    const low = this.halves[0]!;
    const high = this.halves[1]!;
    if ((low & ~PAGE_MASK) === this.pageLow && high === this.pageHigh) {
      this.nextOffset = low & PAGE_MASK;
      return;
    }
    if (!this.cpu.isCanonical(target))
      throw new GuestFault(VECTOR.GP, 0, undefined, "the branch target is not canonical");
    this.nextOffset = FAR;
    this.farTarget = target;
  }

  /** The next instruction is at `rip`, wherever that is. */
  moveTo(rip: bigint): void {
    this.word[0] = rip;
    const low = this.halves[0]!;
    this.moveInto(low & ~PAGE_MASK, this.halves[1]!, low & PAGE_MASK);
  }

  /** The same, for who knows the halves of the page's address. */
  moveInto(pageLow: number, pageHigh: number, offset: number): void {
    this.pageLow = pageLow;
    this.pageHigh = pageHigh;
    this.offset = this.nextOffset = offset;
  }

  /** Where the next instruction begins. */
  following(): bigint {
    return this.nextOffset === FAR ? this.farTarget : this.addressAt(this.nextOffset);
  }

  branch(i: Insn): void {
    const { relative } = i;
    if (relative > -NEAR_LIMIT && relative < NEAR_LIMIT) this.nextOffset += relative;
    else this.jump(BigInt.asUintN(64, this.next(i) + BigInt(relative)));
  }

  branchIf(c: boolean, i: Insn): void {
    if (c) this.branch(i);
  }

  again(i: Insn): void {
    this.cpu.repeat(i);
  }

  raise(vector: number, errorCode?: number): never {
    throw new GuestFault(vector, errorCode);
  }

  exchangeGsBase(): void {
    requireRing0(this.cpu, "SWAPGS");
    this.cpu.exchangeGsBase();
  }

  assist(routine: Assist): void {
    routine(this.cpu, this.insn);
  }
}
