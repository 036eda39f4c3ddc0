/**
 * How a region goes on after a block: to another of its blocks, to another region, or out of the function. Static
 * branches are branches of the function; computed ones find their block in the jump cache; whatever is not of this
 * region departs: the same cache may know a region that follows (see `region-module.ts`).
 */
import type { Insn } from "../isa/insn.js";
import { PAGE_MASK } from "../memory/physical-memory.js";
import { FETCH, QUICK_ENTRY, Tlb } from "../memory/tlb.js";
import { CELL, JUMP_CACHE, JUMP_SHIFT, jumpCacheAddress, jumpSalt } from "./engine-cells.js";
import { as32, binary32, binary64, constant32, constant64, LOCAL, Node } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import type { RegionBlock, RegionPlan } from "./region-plan.js";
import { X87Translation } from "./x87-translation.js";

/** A place where the function can be left. */
export interface RegionExit {
  /** Where the guest goes on; undefined: at `CELL.NEXT_RIP`. */
  readonly rip: bigint | undefined;
  /** Steps of the block that were paid and not taken. */
  readonly refund: number;
  /** The page in which the last instruction lay. */
  readonly page: number;
  /** What the evaluator is to execute there, and where in its page that begins. */
  readonly insn: Insn | undefined;
  readonly offset: number;
  /** The evaluator has executed the last instruction, which began at `rip`, and knows where the guest goes on. */
  readonly evaluated: boolean;
}

/** The function's parameters. */
export const BLOCK = 0;
export const BUDGET = 1;
const PARAMETERS = 2;
const JUMP_MASK = (JUMP_CACHE.ENTRIES - 1) * JUMP_CACHE.BYTES;
const FETCH_MASK = (QUICK_ENTRY.COUNT - 1) * QUICK_ENTRY.BYTES;

const fetchTable = (user: boolean): number => Tlb.tableAddress(FETCH, user);

export abstract class TransferTranslation extends X87Translation {
  readonly exits: RegionExit[] = [];
  protected readonly exitLocal: number;
  protected readonly followerLocal: number;
  private readonly targetLocal: number;
  protected exitLabel = 0;
  /** Where registers are in memory already. */
  protected endLabel = 0;
  protected departureLabel = 0;
  protected dispatchLabel = 0;
  protected selfLabel = 0;
  /** Labels of the blocks by index; branching to one that is already written is not possible. */
  protected readonly labels: number[] = [];
  /** The block under way, and its instructions before the one under way. */
  protected current = 0;
  protected done = 0;
  private readonly indexOf = new Map<bigint, number>();

  constructor(
    protected readonly plan: RegionPlan,
    protected readonly id: number,
    user: boolean,
  ) {
    super(PARAMETERS, user);
    this.exitLocal = this.body.local(TYPE.I32);
    this.targetLocal = this.body.local(TYPE.I64);
    this.followerLocal = this.body.local(TYPE.I32);
    plan.blocks.forEach((block, n) => {
      this.indexOf.set(block.rip, n);
    });
  }

  protected get block(): RegionBlock {
    return this.plan.blocks[this.current]!;
  }

  protected exit(rip: bigint | undefined, refund: number): number {
    const { page } = this.block;
    return this.exits.push({ rip, refund, page, insn: undefined, offset: 0, evaluated: false }) - 1;
  }

  /** In front of the instruction under way, which the evaluator is to execute. */
  protected exitToEvaluator(refund: number, evaluated: boolean): number {
    const { block, done, rip } = this;
    const insn = block.insns[done]!;
    const offset = Number(rip & BigInt(PAGE_MASK));
    return this.exits.push({ rip, refund, page: block.page, insn, offset, evaluated }) - 1;
  }

  protected leave(exit: number): void {
    const { body } = this;
    body.i32(exit);
    body.set(this.exitLocal);
    body.branch(this.exitLabel);
  }

  protected get stepsLeft(): number {
    return this.block.insns.length - this.done;
  }

  protected writeTransfer(): void {
    const { body } = this;
    const transfer = this.transfer!;
    this.flush();
    if (transfer.kind === "static") this.goTo(transfer.target);
    else if (transfer.kind === "computed") this.goToComputed(transfer.target);
    else if (transfer.kind === "crossing") this.cross(transfer.target);
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
  protected goTo(target: bigint): void {
    const index = this.indexOf.get(target);
    if (index === undefined) {
      this.depart(constant64(target));
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
    const entry = fetchTable(this.user) + (Number((base >> 8n) & 0xffffffffn) & FETCH_MASK);
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
    this.lookUp(target, index, this.user, jumpSalt(this.id));
    body.open(CONTROL.IF);
    body.enterScope();
    body.get(index);
    body.memory(MEMORY.I32_LOAD, jumpCacheAddress(this.user) + 8);
    body.tee(BLOCK);
    body.i32(8);
    body.op(OP.I32_SHR_U);
    body.i32(this.id);
    body.op(OP.I32_EQ);
    if (this.plan.pages.length > 1) this.andSamePage(target, index, this.user);
    body.open(CONTROL.IF);
    body.get(BLOCK);
    body.i32(0xff);
    body.op(OP.I32_AND);
    body.set(BLOCK);
    body.branch(this.dispatchLabel);
    body.close();
    body.leaveScope();
    body.close();
    this.depart(target);
  }

  /** Leaves for another region, or the function. Registers are at home, the budget is right. */
  private depart(target: Node): void {
    const { body } = this;
    body.push(target);
    body.set(this.targetLocal);
    body.i32(this.exit(undefined, 0));
    body.set(this.exitLocal);
    body.branch(this.departureLabel);
  }

  protected writeDeparture(): void {
    this.findFollower(new Node(TYPE.I64, LOCAL, [], BigInt(this.targetLocal)), this.user);
    this.body.endInstruction();
  }

  /** Leaves for a region of the other ring, or the function. Registers are at home, the budget is right. */
  private cross(target: Node): void {
    const { body } = this;
    body.i32(this.exit(undefined, 0));
    body.set(this.exitLocal);
    this.findFollower(target, !this.user);
    body.branch(this.exitLabel);
  }

  /** Finds who follows when it is another region, whose needs are given and whose page is still where it was. */
  private findFollower(target: Node, user: boolean): void {
    const { body } = this;
    const index = body.scratch(TYPE.I32);
    body.i32(0);
    body.push(target);
    body.memory(MEMORY.I64_STORE, CELL.NEXT_RIP);
    this.lookUp(target, index, user, 0);
    body.open(CONTROL.IF);
    body.get(index);
    body.memory(MEMORY.I32_LOAD, jumpCacheAddress(user) + 12);
    body.i32(0);
    body.memory(MEMORY.I32_LOAD, CELL.GIVEN);
    body.i32(-1);
    body.op(OP.I32_XOR);
    body.op(OP.I32_AND);
    body.i32(PAGE_MASK);
    body.op(OP.I32_AND);
    body.op(OP.I32_EQZ);
    this.andSamePage(target, index, user);
    body.open(CONTROL.IF);
    body.get(index);
    body.memory(MEMORY.I32_LOAD, jumpCacheAddress(user) + 8);
    body.set(this.followerLocal);
    body.close();
    body.close();
  }

  /** Leaves on the stack whether the jump cache knows the target, and where in the cache in `index`. */
  private lookUp(target: Node, index: number, user: boolean, salt: number): void {
    const { body } = this;
    const low = as32(target);
    const folded = binary32(OP.I32_XOR, low, binary32(OP.I32_SHR_U, low, constant32(JUMP_SHIFT)));
    const hash = salt === 0 ? folded : binary32(OP.I32_XOR, folded, constant32(salt));
    body.push(binary32(OP.I32_AND, binary32(OP.I32_SHL, hash, constant32(4)), constant32(JUMP_MASK)));
    body.tee(index);
    body.memory(MEMORY.I64_LOAD, jumpCacheAddress(user));
    body.push(target);
    body.op(OP.I64_EQ);
  }

  /** On the stack: whether so far all is well. Adds: the target's page is fetched from where the jump cache says. */
  private andSamePage(target: Node, index: number, user: boolean): void {
    const { body } = this;
    const shifted = binary32(OP.I32_SHR_U, as32(target), constant32(8));
    const entry = binary32(OP.I32_AND, shifted, constant32(FETCH_MASK));
    body.settle(entry);
    body.push(entry);
    body.memory(MEMORY.I64_LOAD, fetchTable(user));
    body.push(binary64(OP.I64_OR, target, constant64(0xfffn)));
    body.op(OP.I64_EQ);
    body.op(OP.I32_AND);
    body.push(entry);
    body.memory(MEMORY.I32_LOAD, fetchTable(user) + QUICK_ENTRY.PHYSICAL);
    body.get(index);
    body.memory(MEMORY.I32_LOAD, jumpCacheAddress(user) + 12);
    body.i32(~PAGE_MASK);
    body.op(OP.I32_AND);
    body.op(OP.I32_EQ);
    body.op(OP.I32_AND);
  }
}
