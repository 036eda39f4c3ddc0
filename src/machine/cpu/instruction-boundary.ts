/**
 * What can come between two instructions: traps, breakpoints, interrupts, and instructions that are looked at one by one.
 * Source: Intel SDM Vol. 3A §6.9 (priorities), §6.7 (NMI), §6.8 (masking), Vol. 3B §17.3.1 (single step).
 */
import type { CodeSize, Insn } from "../isa/insn.js";
import { CS, FLAG } from "../isa/registers.js";
import { ATTENTION } from "./attention.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import type { Source } from "./interrupts.js";
import { Processor } from "./processor.js";
import { DR6, DR7_GD } from "./state.js";

/** Reasons to look at every single instruction. */
const STEPWISE = ATTENTION.ARMED | ATTENTION.LEGACY;

export abstract class InstructionBoundary extends Processor {
  /** Steps until somebody outside of the quick loop must look. */
  protected countdown = 0;
  /** `run` returns now, because of `yield`. */
  protected leaving = false;
  /** t at which the last protection from interrupts began to be used up. */
  protected unshadowedAt = -1;

  /** Goes on where the evaluator says. */
  protected abstract leavePage(): void;

  /** Delivers an exception or interrupt, in whatever mode. */
  protected abstract enterHandler(vector: number, errorCode: number | undefined, source: Source): void;

  /** Handles what awaits at an instruction boundary, again behind each instruction that was stepped; true when the loop must end. */
  protected attend(): boolean {
    for (;;) {
      if ((this.attention & ATTENTION.YIELD) !== 0) {
        this.attention &= ~ATTENTION.YIELD;
        this.leaving = true;
        return true;
      }
      const stepped = this.attendOnce();
      if (this.shutDownReason !== undefined) return true;
      // Who asked for the run's end at a delivery sees it before the handler's first instruction.
      if ((this.attention & ATTENTION.YIELD) !== 0) continue;
      if (this.countdown <= 0) return true;
      if (!stepped || this.attention === 0) return false;
    }
  }

  /** The most urgent of trap, interrupt and step. True when that executed an instruction. */
  private attendOnce(): boolean {
    const shadowed = (this.attention & ATTENTION.SHADOW) !== 0;
    if ((this.attention & (ATTENTION.STEPPED | ATTENTION.TOUCHED)) !== 0) this.endStep();
    else if ((this.attention & ATTENTION.NMI) !== 0 && !shadowed) this.acceptNmi();
    else if ((this.attention & ATTENTION.INTERRUPT) !== 0 && !shadowed) this.acceptInterrupt();
    else {
      this.attention &= ~ATTENTION.SHADOW;
      if (shadowed) this.unshadowedAt = this.time;
      if ((this.attention & (ATTENTION.TRAP | STEPWISE)) === 0) return false;
      if (!this.meetsBreakpoint()) this.singleStep();
      return true;
    }
    return (this.attention & STEPWISE) !== 0;
  }

  /** #DB in front of an instruction with a breakpoint, unless RF is set. */
  private meetsBreakpoint(): boolean {
    if (!this.isArmed || (this.flags & FLAG.RF) !== 0) return false;
    const bits = this.debug.atInstruction(this.linearRip);
    if (bits === 0n) return false;
    this.system.dr[6] = this.system.dr[6]! | bits;
    this.deliverNow(VECTOR.DB, undefined, "trap", "instruction breakpoint");
    return true;
  }

  private acceptNmi(): void {
    this.halted = false;
    this.nmi = false;
    this.inNmi = true;
    this.nmiChanged();
    this.deliverNow(VECTOR.NMI, undefined, "external", undefined);
  }

  private acceptInterrupt(): void {
    this.halted = false;
    this.deliverNow(this.acknowledgeInterrupt(), undefined, "external", undefined);
  }

  /**
   * One instruction with TF set, with breakpoints enabled or outside of 64-bit mode, then #DB if that is due, even when time ran out between them.
   * Source: SDM Vol. 3B §17.3.1.
   */
  private singleStep(): void {
    const { evaluator } = this;
    const insn = this.codeSize === 64 ? this.code.fetch(evaluator) : this.fetchLegacy(this.codeSize);
    evaluator.insn = insn;
    evaluator.nextOffset = evaluator.offset + insn.length;
    this.stepping = (this.attention & ATTENTION.TRAP) !== 0;
    const resumes = (this.flags & FLAG.RF) !== 0;
    this.debug.begin();
    insn.semantics(evaluator, insn);
    if (resumes) this.evaluator.lazyFlags.value &= ~FLAG.RF;
    this.leavePage();
    this.countdown--;
    if (this.stepping) this.attention |= ATTENTION.STEPPED;
    const touched = this.debug.taken();
    if (touched !== 0n) {
      this.system.dr[6] = this.system.dr[6]! | touched;
      this.attention |= ATTENTION.TOUCHED;
    }
    if (this.countdown > 0 && (this.attention & (ATTENTION.STEPPED | ATTENTION.TOUCHED)) !== 0)
      this.endStep();
  }

  /** The instruction at CS:EIP, all of which must lie in the segment. */
  private fetchLegacy(codeSize: CodeSize): Insn {
    const insn = this.code.fetchLegacy(Number(this.linearRip), codeSize);
    if (Number(this.rip) + insn.length - 1 > this.system.segments[CS]!.limit)
      throw new GuestFault(VECTOR.GP, 0, undefined, "the instruction is beyond the code segment's limit");
    return insn;
  }

  private endStep(): void {
    const stepped = (this.attention & ATTENTION.STEPPED) !== 0;
    this.attention &= ~(ATTENTION.STEPPED | ATTENTION.TOUCHED);
    if (stepped) this.system.dr[6] = (this.system.dr[6] ?? 0n) | DR6.BS;
    this.halted = false;
    this.deliverNow(VECTOR.DB, undefined, "trap", stepped ? "single step" : "data breakpoint");
  }

  protected deliverFault(fault: GuestFault): void {
    if (fault.vector === VECTOR.PF) this.system.cr2 = fault.address ?? 0n;
    this.deliverNow(fault.vector, fault.errorCode, "fault", fault.detail);
  }

  private deliverNow(
    vector: number,
    errorCode: number | undefined,
    source: Source,
    detail: string | undefined,
  ): void {
    this.observer.delivered?.(vector, errorCode, source, detail);
    if (vector === VECTOR.DB) this.system.dr[7] = this.system.dr[7]! & ~DR7_GD;
    this.enterHandler(vector, errorCode, source);
    this.deliveries++;
    this.countdown--;
  }
}
