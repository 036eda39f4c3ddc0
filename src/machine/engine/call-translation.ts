/**
 * SYSCALL, SYSRET and SWAPGS as generated code: the way into the kernel and back goes on from region to region. What else
 * follows from a change of the ring (segments, rights) the processor learns when it is asked for anything again: see
 * `EvaluatorCalls.catchUp`. Whatever is unusual (traps, alignment checks, a waiting interrupt, a breakpoint on calls) is left
 * to the evaluator, before anything has changed.
 * Source: Intel SDM Vol. 2B SYSCALL, SYSRET and SWAPGS.
 */
import { SYSRET_FLAGS, systemCall, systemReturn } from "../cpu/system-call.js";
import type { Assist } from "../isa/ops.js";
import { FLAG, R11, RCX } from "../isa/registers.js";
import { CELL, CROSSED } from "./engine-cells.js";
import { InstructionTranslation } from "./instruction-translation.js";
import { as32, as64, binary32, binary64, compare64, constant32, constant64, type Node } from "./node.js";
import { MEMORY, OP } from "./opcodes.js";

/** Flags with which something happens at the next instruction, or to the rights of accesses. */
const UNUSUAL = FLAG.TF | FLAG.AC;

export abstract class CallTranslation extends InstructionTranslation {
  override assist(routine: Assist): void {
    if (routine === systemCall) this.enterKernel();
    else if (routine === systemReturn) this.leaveKernel();
    else super.assist(routine);
  }

  private enterKernel(): void {
    const allowed = this.body.cell32(CELL.CALLS);
    const here = this.truth(this.user);
    this.bailIf(this.not(this.both(here, this.both(allowed, this.not(this.anyFlag(UNUSUAL))))));
    const flags = this.body.settled(this.wholeFlags());
    this.general.set(RCX, constant64(this.behind));
    this.general.set(R11, as64(binary32(OP.I32_AND, flags, constant32(~FLAG.RF))));
    const kept = this.body.cell32(CELL.KEPT_FLAGS);
    this.setWholeFlags(binary32(OP.I32_AND, flags, kept));
    this.crossTo(CROSSED.TO_RING_0, this.body.cell64(CELL.LSTAR));
  }

  private leaveKernel(): void {
    const flags = binary32(OP.I32_AND, as32(this.general.get(R11)), constant32(SYSRET_FLAGS));
    const rip = this.general.get(RCX);
    const allowed = this.body.cell32(CELL.RETURNS);
    const low = compare64(OP.I64_EQ, binary64(OP.I64_SHR_U, rip, constant64(47n)), constant64(0n));
    const usual = this.isZero(binary32(OP.I32_AND, flags, constant32(UNUSUAL)));
    const here = this.truth(!this.user);
    this.bailIf(this.not(this.both(here, this.both(allowed, this.both(low, usual)))));
    this.setWholeFlags(this.body.settled(flags));
    this.crossTo(CROSSED.TO_RING_3, rip);
  }

  private crossTo(ring: number, target: Node): void {
    const { body } = this;
    body.settle(target);
    body.i32(0);
    body.i32(ring);
    body.memory(MEMORY.I32_STORE, CELL.CROSSED);
    this.transfer = { kind: "crossing", target };
  }

  /** Loads and stores read the base anew each time. The processor itself hears of it later. */
  exchangeGsBase(): void {
    if (this.user) {
      this.raise();
      return;
    }
    const { body } = this;
    body.i32(0);
    body.i32(0);
    body.memory(MEMORY.I64_LOAD, CELL.KERNEL_GS_BASE);
    body.i32(0);
    body.i32(0);
    body.memory(MEMORY.I64_LOAD, CELL.GS_BASE);
    body.memory(MEMORY.I64_STORE, CELL.KERNEL_GS_BASE);
    body.memory(MEMORY.I64_STORE, CELL.GS_BASE);
    body.i32(0);
    body.i32(0);
    body.memory(MEMORY.I32_LOAD, CELL.EXCHANGED);
    body.i32(1);
    body.op(OP.I32_XOR);
    body.memory(MEMORY.I32_STORE, CELL.EXCHANGED);
  }
}
