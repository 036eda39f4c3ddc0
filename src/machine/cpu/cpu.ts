/**
 * The processor: fetch, decode, execute, and what interrupts that.
 * Time t counts steps: an instruction retired (one iteration of a REP string instruction counts as one), or an
 * exception or interrupt delivered; so every t is a different moment. `deliveries` tells the two apart.
 * Source: Intel SDM Vol. 3A chapters 2, 5, 6.
 */
import { Translator } from "../engine/translator.js";
import type { Insn } from "../isa/insn.js";
import { CS, FLAG, FS, GS, RCX } from "../isa/registers.js";
import { PAGE_MASK, type PhysicalMemory } from "../memory/physical-memory.js";
import type { TlbShape } from "../memory/tlb-shape.js";
import { ATTENTION, SLICE } from "./attention.js";
import type { Traps } from "./code-cache.js";
import { Evaluator } from "./evaluator.js";
import { GuestFault } from "./guest-fault.js";
import { InstructionBoundary } from "./instruction-boundary.js";
import { deliver, type Source } from "./interrupts.js";
import { LazyFlags } from "./lazy-flags.js";
import { LegacyEvaluator } from "./legacy-evaluator.js";
import type { CpuObserver, Ports } from "./outside.js";
import { SEGMENT_ATTRIBUTE as A, type CpuSnapshot, CpuState } from "./state.js";
import { runAhead } from "./string-runs.js";

export type { CpuObserver, CpuSnapshot, Ports };

export class Cpu extends InstructionBoundary {
  evaluator: Evaluator;
  /** What serves in 64-bit mode, and what elsewhere, which is made when it is needed first. */
  private readonly longEvaluator: Evaluator;
  private legacyEvaluator: LegacyEvaluator | undefined;
  /** VMCALL in ring 0; without it VMCALL is #UD. */
  hypercall: ((cpu: Cpu) => void) | undefined;
  /** t at which `run` returns. */
  private limit = 0;
  /** t at which `countdown` reaches 0: the end of a slice of evaluated steps. */
  private deadline = 0;
  /** Evaluated steps until the next look at where the time goes. */
  private unsampled = SLICE;
  /** The quick engine, when there is one. */
  private translator: Translator | undefined;

  constructor(memory: PhysicalMemory, shape?: TlbShape) {
    super(memory, shape);
    this.longEvaluator = new Evaluator(this, this.state, this.mmu, new LazyFlags(memory.linear));
    this.evaluator = this.longEvaluator;
  }

  /** A CS that was never loaded counts as one of 64 bits, so that a machine may be set up in long mode at once. */
  codeSizeChanged(): void {
    const { attributes } = this.system.segments[CS]!;
    const isLong = this.isLong && ((attributes & A.LONG) !== 0 || attributes === 0);
    this.codeSize = isLong ? 64 : (attributes & A.DEFAULT_32) === 0 ? 16 : 32;
    const before = this.evaluator;
    this.evaluator = isLong ? this.longEvaluator : this.forLegacyModes();
    this.note(ATTENTION.LEGACY, !isLong);
    if (this.evaluator === before) return;
    this.evaluator.moveTo(before.following());
    this.evaluator.insn = before.insn;
    this.derive();
  }

  private forLegacyModes(): LegacyEvaluator {
    this.legacyEvaluator ??= new LegacyEvaluator(this, this.state, this.mmu, this.longEvaluator.lazyFlags);
    return this.legacyEvaluator;
  }

  /** Translates hot code from now on. Nothing else changes. */
  useTranslator(): void {
    this.translator ??= new Translator(this, this.code);
  }

  /**
   * A debugger wants to be asked before certain instructions. Translated code is dropped, and none is made of these. While
   * nobody wants that, it costs nothing.
   */
  setTraps(traps: Traps | undefined): void {
    this.code.setTraps(traps);
  }

  /** A debugger is asked before certain instructions. */
  get hasTraps(): boolean {
    return this.code.cache.traps !== undefined;
  }

  /** The instruction under way, which has done nothing yet, is not executed after all: `run` returns in front of it. */
  refuse(): void {
    const { evaluator } = this;
    evaluator.nextOffset = evaluator.offset;
    this.stepping = false;
    if (this.time === this.unshadowedAt) this.attention |= ATTENTION.SHADOW;
    this.spend(-1);
    this.yield();
  }

  /** Translates what is at RIP, however seldom it ran. False when there is no translator or it cannot. May raise what fetching raises. */
  translateHere(): boolean {
    if (this.codeSize !== 64) return false;
    this.code.fetch(this.evaluator);
    return this.translator?.translateNow(this.rip) ?? false;
  }

  /** Regions translated so far. */
  get translatedRegions(): number {
    return this.translator?.made ?? 0;
  }

  /** Steps that translated code has taken so far. */
  get translatedSteps(): number {
    return this.translator?.steps ?? 0;
  }

  /** t: steps since the machine was made. */
  get time(): number {
    return this.deadline - this.countdown;
  }

  set time(t: number) {
    this.deadline = t;
    this.countdown = 0;
  }

  /** Steps that may follow the current one before something else must be looked at; 0 if that is now. */
  get stepsAhead(): number {
    return this.attention === 0 ? this.room - 1 : 0;
  }

  /** Steps until the limit of this run. */
  get room(): number {
    return this.limit - this.time;
  }

  /** Nothing waits to be handled before the next instruction. */
  get isUndisturbed(): boolean {
    return this.attention === 0;
  }

  /** Another engine has executed `steps` steps; they do not count as evaluated ones. */
  spend(steps: number): void {
    this.deadline += steps;
    this.obeyLimit();
  }

  /** This run ends at t = `limit` already, but not before the end of the instruction under way. */
  endBy(limit: number): void {
    if (limit >= this.limit) return;
    this.limit = Math.max(limit, this.time + 1);
    this.obeyLimit();
  }

  /** The slice of evaluated steps ends no later than the run. */
  private obeyLimit(): void {
    if (this.deadline <= this.limit) return;
    const beyond = this.deadline - this.limit;
    this.countdown -= beyond;
    this.unsampled += beyond;
    this.deadline = this.limit;
  }

  /** A REP instruction goes on. Its next iterations are steps like any; some are done here at once. */
  repeat(i: Insn): void {
    const { evaluator } = this;
    this.spend(runAhead(this, i));
    if (this.state.general[RCX] !== 0n) evaluator.nextOffset = evaluator.offset;
  }

  shutDown(reason: string): void {
    this.shutDownReason = reason;
    this.yield();
  }

  /** Executes until time `limit`, or until something outside must act (halt, shutdown, `yield`). */
  run(limit: number): void {
    if (this.isWaiting) return;
    this.limit = limit;
    this.leaving = false;
    while (this.room > 0 && this.shutDownReason === undefined) {
      const slice = Math.min(this.room, this.unsampled);
      const end = this.time + slice;
      this.deadline = end;
      this.countdown = slice;
      this.runSlice();
      this.unsampled -= slice - this.countdown;
      if (this.unsampled <= 0) {
        this.unsampled = SLICE;
        this.translator?.sample();
      }
      if (this.leaving) return;
    }
  }

  /** Runs until the countdown ends or `attend` says so, through all faults. */
  private runSlice(): void {
    while (this.countdown > 0 && this.shutDownReason === undefined) {
      try {
        this.loop();
        return;
      } catch (caught) {
        if (!(caught instanceof GuestFault)) throw caught;
        this.deliverFault(caught);
      }
    }
  }

  /** The quick loop. Leaves when the countdown ends or `attend` says so; a fault leaves by throwing. */
  private loop(): void {
    const { longEvaluator: evaluator, code } = this;
    while (this.countdown > 0) {
      if (this.attention !== 0 && this.attend()) return;
      const insn = code.page.insns[evaluator.offset] ?? code.fetch(evaluator);
      evaluator.insn = insn;
      evaluator.nextOffset = evaluator.offset + insn.length;
      insn.semantics(evaluator, insn);
      if ((evaluator.nextOffset & ~PAGE_MASK) === 0) evaluator.offset = evaluator.nextOffset;
      else this.leavePage();
      this.countdown--;
    }
  }

  protected enterHandler(vector: number, errorCode: number | undefined, source: Source): void {
    deliver(this, vector, errorCode, source);
  }

  /** RIP left its page: finds the new base. */
  protected leavePage(): void {
    this.rip = this.evaluator.following();
  }

  /** HLT was executed and no interrupt is there to end it. */
  get isWaiting(): boolean {
    return this.halted && (this.attention & (ATTENTION.INTERRUPT | ATTENTION.NMI)) === 0;
  }

  /** IF. */
  get interruptsEnabled(): boolean {
    return this.evaluator.lazyFlags.control(FLAG.IF);
  }

  snapshot(): CpuSnapshot {
    const state = new CpuState();
    state.copyFrom(this.state);
    return { ...this.look(), state };
  }

  /** As `snapshot`, but with the registers themselves instead of a copy: to be looked at now. */
  look(): CpuSnapshot {
    const { state, rip, flags, time, halted, deliveries, shutDownReason, nmi, inNmi } = this;
    const shadow = (this.attention & ATTENTION.SHADOW) !== 0;
    const stepped = (this.attention & ATTENTION.STEPPED) !== 0;
    const touched = (this.attention & ATTENTION.TOUCHED) !== 0;
    return {
      state,
      rip,
      flags,
      time,
      halted,
      deliveries,
      shutDownReason,
      shadow,
      stepped,
      touched,
      nmi,
      inNmi,
    };
  }

  restore(snapshot: CpuSnapshot): void {
    this.state.copyFrom(snapshot.state);
    this.evaluator.lazyFlags.value = snapshot.flags;
    this.time = snapshot.time;
    this.halted = snapshot.halted;
    this.deliveries = snapshot.deliveries;
    this.shutDownReason = snapshot.shutDownReason;
    this.nmi = snapshot.nmi;
    this.inNmi = snapshot.inNmi;
    this.rip = snapshot.rip;
    this.stateReplaced();
    if (snapshot.shadow) this.shadowInterrupts(false);
    if (snapshot.stepped) this.attention |= ATTENTION.STEPPED;
    if (snapshot.touched) this.attention |= ATTENTION.TOUCHED;
  }

  /** Called after state was replaced as a whole: derives everything that is kept twice. */
  private stateReplaced(): void {
    this.attention = 0;
    this.codeSizeChanged();
    this.derive();
    this.nmiChanged();
    this.debugChanged();
    this.pagingChanged();
    this.setPrivilege(this.system.cpl);
  }

  /** What the evaluator keeps of the state. */
  private derive(): void {
    const { segments, cr0, cr4 } = this.system;
    this.evaluator.fsBase = segments[FS]!.base;
    this.evaluator.gsBase = segments[GS]!.base;
    this.evaluator.unitsChanged(cr0, cr4);
  }
}
