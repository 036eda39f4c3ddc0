/**
 * The processor at rest: registers, flags, privilege and paging, with everything that follows from them and is kept
 * twice for speed. What makes it go is in `cpu.ts`.
 * Source: Intel SDM Vol. 3A chapters 2, 4 and 5.
 */
import type { CodeSize } from "../isa/insn.js";
import { CS, FLAG, FS, GS } from "../isa/registers.js";
import type { AccessWatch } from "../memory/access-watch.js";
import { Mmu } from "../memory/mmu.js";
import type { PhysicalMemory } from "../memory/physical-memory.js";
import type { TlbShape } from "../memory/tlb-shape.js";
import { ATTENTION } from "./attention.js";
import { isCanonical } from "./canonical.js";
import { DebugRegisters } from "./debug-registers.js";
import type { Evaluator } from "./evaluator.js";
import { InstructionFetch } from "./instruction-fetch.js";
import type { CpuObserver, Ports } from "./outside.js";
import { CpuState, CR0, CR4, EFER, type SystemRegisters } from "./state.js";
import type { CallTargets } from "./system-call.js";

const rootOf = (cr3: bigint): number => Number(cr3 & 0xffffff000n);

export abstract class Processor {
  readonly state: CpuState;
  readonly mmu: Mmu;
  /** What executes by the definitions; in 64-bit mode another one than elsewhere. */
  abstract evaluator: Evaluator;
  /** 64 in 64-bit mode; elsewhere the code segment's default size. */
  codeSize: CodeSize = 64;
  ports: Ports = { read: () => 0xffffffff, write: () => {} };
  /** Asserts INTR: asked for the vector when the processor accepts it. */
  acknowledgeInterrupt: () => number = () => 0xff;
  /** The clock in steps, for RDTSC. */
  readClock: () => number = () => this.time;
  observer: CpuObserver = {};
  /** Accesses to memory are to be seen by `watch` from now on, or no more. */
  watchMemory: (watch: AccessWatch, on: boolean) => void = () => {};
  /** A debugger wants to stop behind each SYSCALL. */
  breakAtCall: (() => void) | undefined;
  /** What SYSCALL and SYSRET have worked out; whatever changes one of their MSRs takes it away. */
  callTargets: CallTargets | undefined;
  readonly debug = new DebugRegisters((on) => this.watchMemory(this.debug, on));
  /** HLT: waits for an interrupt. */
  halted = false;
  /** After a triple fault: why; nothing runs any more. */
  shutDownReason: string | undefined;
  /** Exceptions and interrupts delivered so far. */
  deliveries = 0;

  protected readonly code: InstructionFetch;
  protected attention = 0;
  /** INTR is asserted, whether or not IF keeps it back. */
  interruptLine = false;
  /** CR0.AM */
  private mayCheckAlignment = false;
  /** An NMI waits. */
  protected nmi = false;
  /** The handler of an NMI runs: until the next IRET no other one is taken. */
  protected inNmi = false;
  /** The instruction under way began with TF set and will end with #DB. */
  protected stepping = false;
  constructor(
    readonly memory: PhysicalMemory,
    shape?: TlbShape,
  ) {
    this.state = new CpuState(memory.linear);
    this.mmu = new Mmu(memory, shape);
    this.code = new InstructionFetch(memory, this.mmu);
  }

  /** t: steps since the machine was made. */
  abstract get time(): number;

  get system(): SystemRegisters {
    return this.state.system;
  }

  get rip(): bigint {
    return this.evaluator.rip;
  }

  /** Continues at `rip`; for use between instructions and in deliveries. An assist uses `evaluator.jump`. */
  set rip(rip: bigint) {
    this.evaluator.moveTo(rip);
    this.code.forget();
  }

  /** RFLAGS. */
  get flags(): number {
    return this.evaluator.lazyFlags.value;
  }

  set flags(flags: number) {
    this.evaluator.lazyFlags.value = flags;
    this.flagsChanged();
  }

  /** Must follow a change of IF, TF or AC that did not go through `flags`. */
  flagsChanged(): void {
    const flags = this.evaluator.lazyFlags;
    const allowed = flags.control(FLAG.AC);
    this.note(ATTENTION.TRAP, flags.control(FLAG.TF));
    this.note(ATTENTION.INTERRUPT, this.interruptLine && flags.control(FLAG.IF));
    this.evaluator.alignmentChecked = allowed && this.mayCheckAlignment && this.system.cpl === 3;
    if (allowed !== this.mmu.userPagesAllowed) {
      this.mmu.userPagesAllowed = allowed;
      if (this.mmu.mode.smap) this.mmu.tlb.flush();
    }
  }

  protected note(bit: number, on: boolean): void {
    this.attention = on ? this.attention | bit : this.attention & ~bit;
  }

  /** The interrupt controller raises or lowers INTR. */
  setInterruptLine(on: boolean): void {
    this.interruptLine = on;
    this.note(ATTENTION.INTERRUPT, on && this.evaluator.lazyFlags.control(FLAG.IF));
  }

  /** The NMI pin: an interrupt that IF does not keep back. One more waits while the handler runs. */
  raiseNmi(): void {
    this.nmi = true;
    this.nmiChanged();
  }

  /** IRET: NMIs are taken again. */
  allowNmi(): void {
    if (!this.inNmi) return;
    this.inNmi = false;
    this.nmiChanged();
  }

  protected nmiChanged(): void {
    this.note(ATTENTION.NMI, this.nmi && !this.inNmi);
  }

  /** No interrupt is taken before the next instruction has ended (STI, MOV SS); after MOV SS no single-step #DB either. */
  shadowInterrupts(trapsToo: boolean): void {
    this.attention |= ATTENTION.SHADOW;
    if (trapsToo) this.stepping = false;
  }

  /** After INT n, SYSCALL and SYSRET it is TF as it is now, not as it was before, that decides about a single-step #DB. */
  trapByNewFlags(): void {
    this.stepping = false;
    this.note(ATTENTION.STEPPED, this.evaluator.lazyFlags.control(FLAG.TF));
  }

  /** DR0–DR3, DR7 or CR4.DE changed. */
  debugChanged(): void {
    this.debug.changed(this.system);
    this.note(ATTENTION.ARMED, this.debug.armed);
  }

  /** A breakpoint of the debug registers is enabled. */
  get isArmed(): boolean {
    return (this.attention & ATTENTION.ARMED) !== 0;
  }

  /** `run` returns after the current instruction. */
  yield(): void {
    this.attention |= ATTENTION.YIELD;
  }

  setPrivilege(cpl: 0 | 1 | 2 | 3): void {
    this.system.cpl = cpl;
    this.mmu.setUser(cpl === 3);
    this.code.forget();
    this.flagsChanged();
  }

  /** CR0, CR3, CR4 or EFER changed: paging and the use of SSE and MMX follow. */
  pagingChanged(): void {
    const { cr0, cr3, cr4, efer } = this.system;
    const { mode } = this.mmu;
    this.callTargets = undefined;
    this.mayCheckAlignment = (cr0 & CR0.AM) !== 0n;
    mode.enabled = (cr0 & CR0.PG) !== 0n;
    mode.levels = (cr4 & CR4.LA57) === 0n ? 4 : 5;
    mode.root = rootOf(cr3);
    mode.writeProtect = (cr0 & CR0.WP) !== 0n;
    mode.noExecute = (efer & EFER.NXE) !== 0n;
    mode.smep = (cr4 & CR4.SMEP) !== 0n;
    mode.smap = (cr4 & CR4.SMAP) !== 0n;
    this.mmu.globalPages = (cr4 & CR4.PGE) !== 0n;
    this.evaluator.unitsChanged(cr0, cr4);
    this.flushTranslations();
    this.mmu.tlb.enterSpace(this.pcid, true);
    this.flagsChanged();
  }

  /** CR3 changed and nothing else. What is known of its address space is forgotten unless `keeps`. */
  rootChanged(keeps: boolean): void {
    this.mmu.mode.root = rootOf(this.system.cr3);
    this.mmu.tlb.enterSpace(this.pcid, keeps);
    this.code.forget();
  }

  /** The current address space: 0 while CR4.PCIDE is clear. */
  get pcid(): number {
    const { cr3, cr4 } = this.system;
    return (cr4 & CR4.PCIDE) === 0n ? 0 : Number(cr3 & 0xfffn);
  }

  /** SYSCALL and SYSRET: ring, flags and RIP at once. It is the new TF that decides about a single-step #DB. */
  continueIn(cpl: 0 | 3, flags: number, rip: bigint): void {
    const { evaluator } = this;
    this.system.cpl = cpl;
    this.mmu.setUser(cpl === 3);
    evaluator.lazyFlags.value = flags;
    this.flagsChanged();
    evaluator.moveTo(rip);
    this.code.forget();
    this.trapByNewFlags();
  }

  flushTranslations(): void {
    this.mmu.tlb.flush();
    this.code.forget();
  }

  /** The TLB forgot something: fetching, too, must look again. */
  translationsChanged(): void {
    this.code.forget();
  }

  /** Whether code may branch to an address and use it for memory: all bits from 47 or, with CR4.LA57, 56 on are equal. */
  isCanonical(address: bigint): boolean {
    return isCanonical(address, this.mmu.mode.levels === 5 ? 57 : 48);
  }

  /** CR0.PE: not in real-address mode. */
  get isProtected(): boolean {
    return (this.system.cr0 & CR0.PE) !== 0n;
  }

  /** EFER.LMA: in 64-bit or compatibility mode. */
  get isLong(): boolean {
    return (this.system.efer & EFER.LMA) !== 0n;
  }

  /** RIP as a linear address. */
  get linearRip(): bigint {
    if (this.codeSize === 64) return this.rip;
    return BigInt.asUintN(32, this.system.segments[CS]!.base + this.rip);
  }

  /** CS was loaded: with it the mode may change, and RIP must be set next. */
  abstract codeSizeChanged(): void;

  /** INVLPG. */
  invalidatePage(linear: bigint): void {
    this.mmu.tlb.invalidate(Number(BigInt.asIntN(32, linear)), Number(BigInt.asIntN(32, linear >> 32n)));
    this.code.forget();
  }

  /** The time-stamp counter: machine time, moved by WRMSR. */
  get timeStamp(): bigint {
    return BigInt.asUintN(64, BigInt(Math.floor(this.readClock())) + this.system.tscOffset);
  }

  /** SWAPGS. */
  exchangeGsBase(): void {
    const { gsBase } = this.evaluator;
    this.setSegmentBase(GS, this.system.kernelGsBase);
    this.system.kernelGsBase = gsBase;
  }

  /** Sets the base of FS or GS without a descriptor (WRMSR, SWAPGS). */
  setSegmentBase(segment: number, base: bigint): void {
    this.system.segments[segment]!.base = base;
    if (segment === FS) this.evaluator.fsBase = base;
    else if (segment === GS) this.evaluator.gsBase = base;
  }
}
