/**
 * Writes one region as a function `(block, budget) → budget left`. Registers live in locals from the first instruction
 * to the exit; branches between blocks are branches of the function.
 *
 *     load registers
 *     block exit
 *       loop dispatch                    ;; backward and computed branches: set `next`, branch here
 *         block … block                  ;; one for each region block; forward branches leave them
 *           br_table next
 *         end  code of block 0
 *         end  code of block 1 …
 *     end
 *     store registers, say which exit, return the budget
 *
 * The budget is in steps. A block begins only when all its steps fit; whoever leaves it early gives the rest back.
 * Invariant: `next` RIP, registers, flags and budget are exact at every exit.
 */

import { LINEAR } from "../memory/linear-memory.js";
import { FETCH, QUICK_ENTRY, Tlb } from "../memory/tlb.js";
import { CodeBuffer } from "./code-buffer.js";
import { CALLOUT, CELL, IMPORT, JUMP_CACHE } from "./engine-cells.js";
import { as32, binary32, binary64, constant32, constant64, type Node } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import type { RegionBlock, RegionPlan } from "./region-plan.js";
import { changedHomesOf, flagHomesOf, homesOf, readHomes, writeHomes } from "./register-homes.js";
import { X87Translation } from "./x87-translation.js";

/** A place where the function can be left. */
export interface RegionExit {
  /** Where the guest goes on; undefined: at `CELL.NEXT_RIP`. */
  readonly rip: bigint | undefined;
  /** Steps of the block that were paid and not taken. */
  readonly refund: number;
  /** The page in which the last instruction lay. */
  readonly page: number;
}

const BLOCK = 0;
const BUDGET = 1;
const PARAMETERS = 2;
const JUMP_MASK = (JUMP_CACHE.ENTRIES - 1) * JUMP_CACHE.BYTES;
const FETCH_MASK = (QUICK_ENTRY.COUNT - 1) * QUICK_ENTRY.BYTES;

export class RegionTranslation extends X87Translation {
  readonly exits: RegionExit[] = [];
  private readonly exitLocal: number;
  private exitLabel = 0;
  private dispatchLabel = 0;
  private selfLabel = 0;
  /** Labels of the blocks by index; branching to one that is already written is not possible. */
  private readonly labels: number[] = [];
  private readonly indexOf = new Map<bigint, number>();
  private readonly fetchTable: number;
  private current = 0;
  /** Instructions of the block before the one under way. */
  private done = 0;

  constructor(
    private readonly plan: RegionPlan,
    private readonly id: number,
    user: boolean,
    exact: boolean,
  ) {
    super(PARAMETERS, user);
    this.exact = exact;
    this.fetchTable = Tlb.tableAddress(FETCH, user);
    this.exitLocal = this.body.local(TYPE.I32);
    plan.blocks.forEach((block, n) => {
      this.indexOf.set(block.rip, n);
    });
  }

  /** Writes everything; returns the function's code with its locals. */
  translate(): CodeBuffer {
    const { body, plan } = this;
    body.later((code) => this.writeEntry(code));
    this.exitLabel = body.open(CONTROL.BLOCK);
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
    body.later((code) => this.writeExit(code));
    const whole = new CodeBuffer().append(body.declarations).append(body.finished);
    return whole.byte(CONTROL.END);
  }

  private get block(): RegionBlock {
    return this.plan.blocks[this.current]!;
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
      this.forgetChecks();
      const { how } = block.kinds[n]!;
      if (how === "calledAlone") this.callOut();
      else if (how === "called") {
        if (!this.translateX87(insn)) this.callOut();
      } else insn.semantics(this, insn);
      this.rip = BigInt.asUintN(64, this.rip + BigInt(insn.length));
      this.done = n + 1;
      if (this.transfer) this.writeTransfer();
      body.endInstruction();
    }
    if (!endsElsewhere(this.transfer)) {
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

  private exit(rip: bigint | undefined, refund: number): number {
    return this.exits.push({ rip, refund, page: this.block.page }) - 1;
  }

  private leave(exit: number): void {
    const { body } = this;
    body.i32(exit);
    body.set(this.exitLocal);
    body.branch(this.exitLabel);
  }

  private get stepsLeft(): number {
    return this.block.insns.length - this.done;
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

  private writeTransfer(): void {
    const { body } = this;
    const transfer = this.transfer!;
    this.flush();
    if (transfer.kind === "static") this.goTo(transfer.target);
    else if (transfer.kind === "computed") this.goToComputed(transfer.target);
    else {
      body.push(transfer.condition);
      body.open(CONTROL.IF);
      body.enterScope();
      this.giveBack(this.stepsLeft);
      this.goTo(transfer.target);
      body.leaveScope();
      body.close();
    }
  }

  private giveBack(steps: number): void {
    if (steps === 0) return;
    const { body } = this;
    body.get(BUDGET);
    body.i32(steps);
    body.op(OP.I32_ADD);
    body.set(BUDGET);
  }

  /** Registers are at home and the budget is right. */
  private goTo(target: bigint): void {
    const index = this.indexOf.get(target);
    if (index === undefined) {
      this.leave(this.exit(target, 0));
      return;
    }
    const page = this.plan.blocks[index]!.page;
    if (page !== this.block.page) this.checkPage(page, target);
    this.enter(index);
  }

  private enter(index: number): void {
    const { body } = this;
    if (index === this.current) body.branch(this.selfLabel);
    else if (index > this.current) body.branch(this.labels[index]!);
    else {
      body.i32(index);
      body.set(BLOCK);
      body.branch(this.dispatchLabel);
    }
  }

  /** Entering another page: it must still be where it was, as the processor would find it. */
  private checkPage(page: number, target: bigint): void {
    const { body } = this;
    const { base, physical } = this.plan.pages[page]!;
    const entry = this.fetchTable + (Number((base >> 8n) & 0xffffffffn) & FETCH_MASK);
    body.i32(0);
    body.memory(MEMORY.I64_LOAD, entry);
    body.push(constant64(base | 0xfffn));
    body.op(OP.I64_NE);
    body.i32(0);
    body.memory(MEMORY.I32_LOAD, entry + QUICK_ENTRY.PHYSICAL);
    body.i32(physical);
    body.op(OP.I32_NE);
    body.op(OP.I32_OR);
    body.open(CONTROL.IF);
    this.leave(this.exit(target, 0));
    body.close();
  }

  /** A branch whose target is in a register or on the stack: through the jump cache, or out. */
  private goToComputed(target: Node): void {
    if (target.isConstant) {
      this.goTo(target.value);
      return;
    }
    const { body } = this;
    body.settle(target);
    const index = body.scratch(TYPE.I32);
    const low = as32(target);
    const hash = binary32(OP.I32_XOR, low, binary32(OP.I32_SHR_U, low, constant32(10)));
    body.push(binary32(OP.I32_AND, binary32(OP.I32_SHL, hash, constant32(4)), constant32(JUMP_MASK)));
    body.tee(index);
    body.memory(MEMORY.I64_LOAD, LINEAR.JUMP_CACHE);
    body.push(target);
    body.op(OP.I64_EQ);
    body.open(CONTROL.IF);
    body.enterScope();
    body.get(index);
    body.memory(MEMORY.I32_LOAD, LINEAR.JUMP_CACHE + 8);
    body.tee(BLOCK);
    body.i32(8);
    body.op(OP.I32_SHR_U);
    body.i32(this.id);
    body.op(OP.I32_EQ);
    if (this.plan.pages.length > 1) this.andSamePage(target, index);
    body.open(CONTROL.IF);
    body.get(BLOCK);
    body.i32(0xff);
    body.op(OP.I32_AND);
    body.set(BLOCK);
    body.branch(this.dispatchLabel);
    body.close();
    body.leaveScope();
    body.close();
    body.i32(0);
    body.push(target);
    body.memory(MEMORY.I64_STORE, CELL.NEXT_RIP);
    this.leave(this.exit(undefined, 0));
  }

  /** On the stack: whether so far all is well. Adds: the target's page is fetched from where the jump cache says. */
  private andSamePage(target: Node, index: number): void {
    const { body } = this;
    const shifted = binary32(OP.I32_SHR_U, as32(target), constant32(8));
    const entry = binary32(OP.I32_AND, shifted, constant32(FETCH_MASK));
    body.settle(entry);
    body.push(entry);
    body.memory(MEMORY.I64_LOAD, this.fetchTable);
    body.push(binary64(OP.I64_OR, target, constant64(0xfffn)));
    body.op(OP.I64_EQ);
    body.op(OP.I32_AND);
    body.push(entry);
    body.memory(MEMORY.I32_LOAD, this.fetchTable + QUICK_ENTRY.PHYSICAL);
    body.get(index);
    body.memory(MEMORY.I32_LOAD, LINEAR.JUMP_CACHE + 12);
    body.op(OP.I32_EQ);
    body.op(OP.I32_AND);
  }

  /** The evaluator executes the instruction; registers go to memory and come back. */
  private callOut(): void {
    this.flush();
    const { retry, after, answer } = this.callEvaluator();
    this.body.later((code) => this.readRegisters(code));
    this.forget();
    this.obey(answer, retry, after);
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
    const { page } = this.block;
    const retry = this.exit(this.rip, this.stepsLeft);
    const after = this.exits.push({ rip: undefined, refund: this.stepsLeft - 1, page }) - 1;
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
    this.readRegisters(code);
  }

  private writeExit(code: CodeBuffer): void {
    this.writeRegisters(code);
    code.byte(OP.I32_CONST).signed(0);
    code.byte(CONTROL.LOCAL_GET).unsigned(this.exitLocal);
    code.opcode(MEMORY.I32_STORE).unsigned(0).unsigned(CELL.EXIT);
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
