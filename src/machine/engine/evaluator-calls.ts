/**
 * What generated code leaves to the evaluator: single instructions in the middle of a block, and those that may do anything
 * to the processor as the last of one. Keeps the processor's time right meanwhile.
 * Invariant: what generated code can see in linear memory (registers, flags, bases) is true whenever it goes on.
 */
import type { Cpu } from "../cpu/cpu.js";
import { GuestFault } from "../cpu/guest-fault.js";
import type { InstructionFetch } from "../cpu/instruction-fetch.js";
import { isPlain, MXCSR } from "../cpu/quick-floats.js";
import { type CallTargets, crossed, quickCalls } from "../cpu/system-call.js";
import type { Insn } from "../isa/insn.js";
import { PAGE_MASK } from "../memory/physical-memory.js";
import { FETCH, Tlb } from "../memory/tlb.js";
import { CALLOUT, CELL, CROSSED, GIVEN } from "./engine-cells.js";
import type { JumpCache } from "./jump-cache.js";
import type { Region } from "./region.js";
import type { RegionExit } from "./transfer-translation.js";

export class EvaluatorCalls {
  /** The budget at which the processor's time was last brought up to date. */
  synchronized = 0;
  /** What the last instruction of a block has raised instead of ending. */
  fault: GuestFault | undefined;
  /** Generated code has changed control flags, and the processor does not know yet. */
  private flagsChanged = false;
  /** What the cells hold. */
  private targets: CallTargets | undefined;

  constructor(
    private readonly cpu: Cpu,
    private readonly code: InstructionFetch,
    private readonly cells: Int32Array,
    private readonly wideCells: BigUint64Array,
    private readonly jumpCache: JumpCache,
    /** The region with this number. */
    private readonly region: (id: number) => Region,
  ) {}

  /** The region that runs or ran last. */
  get running(): Region {
    return this.region(this.cells[CELL.REGION >> 2]!);
  }

  /** Executes the instruction of a retry exit, in all its repetitions. See `CALLOUT` for the answer. */
  callOut(exitNumber: number, budget: number): number {
    const { cpu } = this;
    const { evaluator } = cpu;
    const region = this.running;
    const exit = region.exits[exitNumber]!;
    const insn = this.begin(region, exit, budget + exit.refund);
    const start = cpu.time;
    const outcome = this.evaluate(insn);
    this.keepFlags();
    const additional = cpu.time - start;
    this.synchronized = budget + exit.refund - additional;
    const goesOn = evaluator.nextOffset === evaluator.offset + insn.length;
    if (outcome === CALLOUT.RETRY) return additional * 4 + CALLOUT.RETRY;
    if (goesOn && region.alive && cpu.isUndisturbed) return additional * 4 + CALLOUT.GO_ON;
    this.wideCells[CELL.NEXT_RIP >> 3] = evaluator.following();
    return additional * 4 + CALLOUT.LEAVE;
  }

  /**
   * Executes the last instruction of a block, which is paid for. Returns the region that goes on and its block, as the jump
   * cache has them, or 0 when the processor's loop must go on: with `fault` if there is one, else where the evaluator says.
   */
  endBlock(exitNumber: number, budget: number): number {
    const { cpu, cells } = this;
    const region = this.running;
    const insn = this.begin(region, region.exits[exitNumber]!, budget + 1);
    this.synchronized = budget + 1;
    const { evaluator } = cpu;
    evaluator.insn = insn;
    evaluator.nextOffset = evaluator.offset + insn.length;
    try {
      insn.semantics(evaluator, insn);
    } catch (caught) {
      if (!(caught instanceof GuestFault)) throw caught;
      this.fault = caught;
      return 0;
    } finally {
      this.keepFlags();
      cells[CELL.BUDGET >> 2] = budget;
    }
    // The routine may have let time pass.
    const rest = Math.min(budget, cpu.room - 1);
    this.synchronized = rest + 1;
    cells[CELL.BUDGET >> 2] = rest;
    return cpu.isUndisturbed && rest > 0 ? this.follower() : 0;
  }

  /** The processor hears what generated code has done without it: SWAPGS, SYSCALL, SYSRET. */
  catchUp(): void {
    const { cells, cpu } = this;
    if (cells[CELL.EXCHANGED >> 2] !== 0) cpu.exchangeGsBase();
    const ring = cells[CELL.CROSSED >> 2]!;
    cells[CELL.EXCHANGED >> 2] = 0;
    if (ring === CROSSED.NOT) return;
    cells[CELL.CROSSED >> 2] = CROSSED.NOT;
    crossed(cpu, ring === CROSSED.TO_RING_0 ? 0 : 3);
    this.flagsChanged = true;
  }

  /** The processor takes over the flags. */
  takeFlags(): void {
    const { cells, cpu } = this;
    cpu.evaluator.lazyFlags.setLazy(cells[CELL.FLAG_BITS >> 2]!, cells[CELL.FLAG_RULE >> 2]!);
    if (!this.flagsChanged) return;
    this.flagsChanged = false;
    cpu.flagsChanged();
  }

  /** The evaluator goes on at `rip`. In the same page it needs no new translation for fetching, as always. */
  continueAt(region: Region, exit: RegionExit, rip: bigint): void {
    const { evaluator } = this.cpu;
    evaluator.moveTo(rip);
    const page = region.pages[exit.page]!;
    const samePage = evaluator.pageLow === page.low && evaluator.pageHigh === page.high;
    if (samePage && region.alive) this.code.page = page.code;
    else this.code.forget();
  }

  /** Generated code finds what the processor holds outside of linear memory: flags, bases, what is given. */
  prepare(): void {
    const { wideCells } = this;
    const { fsBase, gsBase } = this.cpu.evaluator;
    this.keepFlags();
    wideCells[CELL.FS_BASE >> 3] = fsBase;
    wideCells[CELL.GS_BASE >> 3] = gsBase;
    wideCells[CELL.KERNEL_GS_BASE >> 3] = this.cpu.system.kernelGsBase;
    this.allowCalls();
  }

  /** Notes whether generated code may do SYSCALL and SYSRET itself. An interrupt that waits would come behind the latter. */
  private allowCalls(): void {
    const { cpu, cells } = this;
    const targets = quickCalls(cpu);
    cells[CELL.CALLS >> 2] = targets ? 1 : 0;
    cells[CELL.RETURNS >> 2] = targets && !cpu.interruptLine ? 1 : 0;
    if (targets === undefined || targets === this.targets) return;
    this.targets = targets;
    cells[CELL.KEPT_FLAGS >> 2] = ~targets.cleared;
    this.wideCells[CELL.LSTAR >> 3] = targets.lstar;
  }

  /** Finds out, and notes, what regions may take for granted now: bits of `GIVEN`. */
  given(): number {
    const { evaluator, system } = this.cpu;
    const { mxcsr } = system;
    const floats = (mxcsr & MXCSR.PRECISION) !== 0 ? GIVEN.FLOATS : GIVEN.EXACT_FLOATS;
    const given =
      (evaluator.vectorFault === 0 ? GIVEN.VECTORS : 0) |
      (evaluator.mmxFault === 0 ? GIVEN.X87 : 0) |
      (isPlain(mxcsr) ? floats : 0);
    this.cells[CELL.GIVEN >> 2] = given;
    return given;
  }

  /** The processor stands in front of the instruction of this exit, at the time that `budget` says. */
  private begin(region: Region, exit: RegionExit, budget: number): Insn {
    const { cpu } = this;
    const { evaluator } = cpu;
    const page = region.pages[exit.page]!;
    this.catchUp();
    evaluator.moveInto(page.low, page.high, exit.offset);
    if (region.alive) this.code.page = page.code;
    else this.code.forget();
    this.takeFlags();
    cpu.spend(this.synchronized - budget);
    return exit.insn!;
  }

  private keepFlags(): void {
    const { lazyBits, lazyRule } = this.cpu.evaluator.lazyFlags;
    this.cells[CELL.FLAG_BITS >> 2] = lazyBits;
    this.cells[CELL.FLAG_RULE >> 2] = lazyRule;
  }

  /** All steps but the last are counted here. */
  private evaluate(insn: Insn): number {
    const { cpu } = this;
    const { evaluator } = cpu;
    for (;;) {
      evaluator.insn = insn;
      evaluator.nextOffset = evaluator.offset + insn.length;
      try {
        insn.semantics(evaluator, insn);
      } catch (caught) {
        if (caught instanceof GuestFault) return CALLOUT.RETRY;
        throw caught;
      }
      const repeats = evaluator.nextOffset === evaluator.offset;
      if (!repeats || cpu.room <= 1 || !cpu.isUndisturbed) return CALLOUT.GO_ON;
      cpu.spend(1);
    }
  }

  /** Who goes on where the evaluator says, if the TLB leads there and what it needs is given. */
  private follower(): number {
    const { cpu, jumpCache } = this;
    const { evaluator } = cpu;
    const { nextOffset, pageHigh } = evaluator;
    if ((nextOffset & ~PAGE_MASK) !== 0 || evaluator.alignmentChecked) return 0;
    const user = cpu.system.cpl === 3;
    const low = evaluator.pageLow + nextOffset;
    const at = jumpCache.find(user, low, pageHigh);
    if (at < 0 || (jumpCache.needsAt(at) & ~this.given()) !== 0) return 0;
    const physical = cpu.mmu.tlb.lookup(Tlb.table(FETCH, user), low, pageHigh);
    if ((physical & ~PAGE_MASK) !== jumpCache.pageAt(at)) return 0;
    this.prepare();
    return jumpCache.blockAt(at);
  }
}
