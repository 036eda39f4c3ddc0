/**
 * Writes one region as a function `(block, budget) → budget left`. Registers live in locals from the first instruction
 * to the exit; branches between blocks are branches of the function.
 *
 *     load registers
 *     block end                            ;; the evaluator did the last instruction: registers are in memory
 *       block exit
 *         block departure
 *           loop dispatch                  ;; backward and computed branches: set `next`, branch here
 *             block … block                ;; one for each region block; forward branches leave them
 *               br_table next
 *             end  code of block 0
 *             end  code of block 1 …
 *         end
 *         does the jump cache know a region that goes on?
 *       end
 *       store registers
 *     end
 *     say which exit or which region follows, return the budget
 *
 * The budget is in steps. A block begins only when all its steps fit; whoever leaves it early gives the rest back.
 * Invariant: `next` RIP, registers, flags and budget are exact at every exit.
 */
import type { CodeBuffer } from "./code-buffer.js";
import { CALLOUT, CELL, IMPORT } from "./engine-cells.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import type { RegionBlock, RegionPlan } from "./region-plan.js";
import { changedHomesOf, flagHomesOf, homesOf, readHomes, writeHomes } from "./register-homes.js";
import { BLOCK, BUDGET, TransferTranslation } from "./transfer-translation.js";

export class RegionTranslation extends TransferTranslation {
  constructor(plan: RegionPlan, id: number, user: boolean, exact: boolean) {
    super(plan, id, user);
    this.exact = exact;
  }

  /** Writes everything; returns the function's code with its locals. */
  translate(): CodeBuffer {
    const { body, plan } = this;
    body.later((code) => this.writeEntry(code));
    this.endLabel = body.open(CONTROL.BLOCK);
    this.exitLabel = body.open(CONTROL.BLOCK);
    this.departureLabel = body.open(CONTROL.BLOCK);
    this.dispatchLabel = body.open(CONTROL.LOOP);
    const count = plan.blocks.length;
    for (let n = count - 1; n >= 0; n--) this.labels[n] = body.open(CONTROL.BLOCK);
    body.get(BLOCK);
    body.code.byte(CONTROL.BR_TABLE).unsigned(count - 1);
    for (let n = 0; n < count; n++) body.code.unsigned(body.depth - this.labels[n]!);
    plan.blocks.forEach((block, n) => {
      body.close();
      this.writeBlock(block, n);
    });
    body.close();
    body.close();
    this.writeDeparture();
    body.close();
    body.later((code) => this.writeRegisters(code));
    body.close();
    body.later((code) => this.writeExit(code));
    return body.whole;
  }

  private writeBlock(block: RegionBlock, index: number): void {
    const { body } = this;
    this.current = index;
    this.done = 0;
    this.rip = block.rip;
    this.forget();
    this.selfLabel = body.open(CONTROL.LOOP);
    this.payFor(block.insns.length);
    for (const [n, insn] of block.insns.entries()) {
      this.done = n;
      this.transfer = undefined;
      this.behind = BigInt.asUintN(64, this.rip + BigInt(insn.length));
      this.forgetChecks();
      const { how } = block.kinds[n]!;
      if (how === "last") this.endInEvaluator();
      else if (how === "calledAlone") this.callOut();
      else if (how === "called") {
        if (!this.translateX87(insn)) this.callOut();
      } else insn.semantics(this, insn);
      this.rip = this.behind;
      this.done = n + 1;
      if (this.transfer) this.writeTransfer();
      body.endInstruction();
    }
    if (!endsElsewhere(this.transfer) && block.kinds.at(-1)!.how !== "last") {
      this.flush();
      this.goTo(this.rip);
    }
    body.close();
    body.endBlock();
  }

  /** Takes the steps of the whole block off the budget, or leaves. */
  private payFor(steps: number): void {
    const { body } = this;
    body.get(BUDGET);
    body.i32(steps);
    body.op(OP.I32_LT_S);
    body.open(CONTROL.IF);
    this.leave(this.exit(this.rip, 0));
    body.close();
    body.get(BUDGET);
    body.i32(steps);
    body.op(OP.I32_SUB);
    body.set(BUDGET);
  }

  protected bail(): void {
    this.body.enterScope();
    this.writeFlags();
    this.body.leaveScope();
    this.leave(this.exit(this.rip, this.stepsLeft));
  }

  protected repeat(): void {
    this.body.branch(this.selfLabel);
  }

  /** The evaluator executes the instruction; registers go to memory and come back. */
  private callOut(): void {
    this.flush();
    const { retry, after, answer } = this.callEvaluator();
    this.body.later((code) => this.readRegisters(code));
    this.forget();
    this.obey(answer, retry, after);
  }

  /** The evaluator executes the last instruction of the block, which may do anything, and says who follows. */
  private endInEvaluator(): void {
    const { body } = this;
    this.flush();
    const exit = this.exitToEvaluator(0, true);
    body.later((code) => this.writeRegisters(code));
    body.i32(exit);
    body.set(this.exitLocal);
    body.get(this.exitLocal);
    body.get(BUDGET);
    body.call(IMPORT.END_BLOCK);
    body.set(this.followerLocal);
    body.i32(0);
    body.memory(MEMORY.I32_LOAD, CELL.BUDGET);
    body.set(BUDGET);
    body.branch(this.endLabel);
  }

  protected callOutQuietly(): void {
    const { retry, after, answer } = this.callEvaluator();
    this.obey(answer, retry, after);
  }

  protected reloadFlags(): void {
    this.body.later((code) => readHomes(code, flagHomesOf(this)));
    this.forgetFlags();
  }

  private callEvaluator(): { retry: number; after: number; answer: number } {
    const { body } = this;
    const retry = this.exitToEvaluator(this.stepsLeft, false);
    const after = this.exit(undefined, this.stepsLeft - 1);
    body.later((code) => this.writeRegisters(code));
    body.i32(retry);
    body.get(BUDGET);
    body.call(IMPORT.CALL_OUT);
    const answer = body.scratch(TYPE.I32);
    body.set(answer);
    return { retry, after, answer };
  }

  /** Takes additional steps off the budget and leaves when the answer says so. */
  private obey(answer: number, retry: number, after: number): void {
    const { body } = this;
    body.get(BUDGET);
    body.get(answer);
    body.i32(2);
    body.op(OP.I32_SHR_U);
    body.op(OP.I32_SUB);
    body.set(BUDGET);
    for (const [code, exit] of [
      [CALLOUT.RETRY, retry],
      [CALLOUT.LEAVE, after],
    ] as const) {
      body.get(answer);
      body.i32(3);
      body.op(OP.I32_AND);
      body.i32(code);
      body.op(OP.I32_EQ);
      body.open(CONTROL.IF);
      this.leave(exit);
      body.close();
    }
  }

  private writeEntry(code: CodeBuffer): void {
    code.byte(OP.I32_CONST).signed(0);
    code.byte(OP.I32_CONST).signed(this.id);
    code.opcode(MEMORY.I32_STORE).unsigned(0).unsigned(CELL.REGION);
    this.readRegisters(code);
  }

  private writeExit(code: CodeBuffer): void {
    for (const [local, cell] of [
      [this.exitLocal, CELL.EXIT],
      [this.followerLocal, CELL.FOLLOWER],
    ] as const) {
      code.byte(OP.I32_CONST).signed(0);
      code.byte(CONTROL.LOCAL_GET).unsigned(local);
      code.opcode(MEMORY.I32_STORE).unsigned(0).unsigned(cell);
    }
    code.byte(CONTROL.LOCAL_GET).unsigned(BUDGET);
  }

  private readRegisters(code: CodeBuffer): void {
    readHomes(code, homesOf(this));
  }

  private writeRegisters(code: CodeBuffer): void {
    writeHomes(code, changedHomesOf(this));
  }
}

/** The last instruction of a block went somewhere without condition. */
function endsElsewhere(transfer: { readonly kind: string } | undefined): boolean {
  return transfer !== undefined && transfer.kind !== "conditional";
}
