/**
 * The translator's `Ops`: registers, control flow and what remains, on top of integers, flags, memory and vectors.
 * An instruction's semantics run once against this and leave code. Rule: everything that an instruction may fail of is
 * written before it sets a register, so that leaving in the middle finds all registers as they were.
 */
import { isCanonical } from "../cpu/canonical.js";
import type { Insn } from "../isa/insn.js";
import { effectiveAddress } from "../isa/operands.js";
import type { Assist, Ops } from "../isa/ops.js";
import { HIGH_BYTE, type Size } from "../isa/registers.js";
import { FloatTranslation } from "./float-translation.js";
import { FunctionBody } from "./function-body.js";
import { as32, as64, binary32, binary64, compare64, constant32, constant64, type Node } from "./node.js";
import { CONTROL, OP, TYPE } from "./opcodes.js";
import { RegisterBindings } from "./register-bindings.js";
import { Untranslatable } from "./untranslatable.js";

/** Where an instruction goes on, other than behind itself. */
export type Transfer =
  | { readonly kind: "static"; readonly target: bigint }
  | { readonly kind: "computed"; readonly target: Node }
  /** In the other ring. */
  | { readonly kind: "crossing"; readonly target: Node }
  | { readonly kind: "conditional"; readonly condition: Node; readonly target: bigint };

export abstract class InstructionTranslation extends FloatTranslation implements Ops<Node, Node, Node> {
  readonly general: RegisterBindings;
  readonly vectors: RegisterBindings;
  /** Set by the instruction under way. */
  protected transfer: Transfer | undefined;
  protected rip = 0n;
  /** Where the next instruction is. */
  protected behind = 0n;

  /** @param parameters how many locals are the function's parameters */
  constructor(parameters: number, user: boolean) {
    super(new FunctionBody(parameters), user);
    this.general = new RegisterBindings(this.body, TYPE.I64, 16);
    this.vectors = new RegisterBindings(this.body, TYPE.V128, 16);
  }

  abstract exchangeGsBase(): void;
  /** The code of `again`: back to the begin of this instruction, one step later. */
  protected abstract repeat(): void;

  protected flushRegisters(): void {
    this.general.flush();
    this.vectors.flush();
  }

  protected flush(): void {
    this.flushRegisters();
    this.flushFlags();
  }

  /** All that is known of registers and flags is what is in their homes. */
  protected forget(): void {
    this.general.forget();
    this.vectors.forget();
    this.forgetFlags();
  }

  immediate(i: Insn): Node {
    return constant64(i.immediate);
  }

  address(i: Insn): Node {
    return effectiveAddress(this, i);
  }

  next(i: Insn): Node {
    return constant64(BigInt.asUintN(64, this.rip + BigInt(i.length)));
  }

  get(register: number, size: Size): Node {
    if (size === 64) return this.general.get(register);
    if (size === 32) return as32(this.general.get(register));
    if (size === 16) return binary32(OP.I32_AND, this.general.get(register), constant32(0xffff));
    if (register < HIGH_BYTE) return binary32(OP.I32_AND, this.general.get(register), constant32(0xff));
    const shifted = binary32(OP.I32_SHR_U, this.general.get(register - HIGH_BYTE), constant32(8));
    return binary32(OP.I32_AND, shifted, constant32(0xff));
  }

  set(register: number, size: Size, v: Node): void {
    if (size === 64) this.general.set(register, as64(v));
    else if (size === 32) this.general.set(register, as64(as32(v)));
    else if (size === 16) this.merge(register, 0xffffn, 0n, v);
    else if (register < HIGH_BYTE) this.merge(register, 0xffn, 0n, v);
    else this.merge(register - HIGH_BYTE, 0xff00n, 8n, v);
  }

  private merge(register: number, mask: bigint, shift: bigint, v: Node): void {
    const kept = binary64(OP.I64_AND, this.general.get(register), constant64(BigInt.asUintN(64, ~mask)));
    const part = binary64(OP.I64_SHL, as64(as32(v)), constant64(shift));
    this.general.set(register, binary64(OP.I64_OR, kept, part));
  }

  getVector(register: number): Node {
    return this.vectors.get(register);
  }

  setVector(register: number, v: Node): void {
    this.vectors.set(register, v);
  }

  if(c: Node, yes: () => void, no?: () => void): void {
    if (c.isConstant) {
      if (c.value !== 0n) yes();
      else no?.();
      return;
    }
    this.flush();
    const { body } = this;
    const general = this.general.knowledge;
    const vectors = this.vectors.knowledge;
    const flags = this.flagKnowledge;
    body.push(c);
    body.open(CONTROL.IF);
    this.arm(yes);
    if (no) {
      this.general.afterwards(general);
      this.vectors.afterwards(vectors);
      const changed = this.flagKnowledge !== flags;
      if (changed) this.forgetFlags();
      body.otherwise();
      this.arm(no);
      if (changed) this.forgetFlags();
    }
    body.close();
    this.general.afterwards(general);
    this.vectors.afterwards(vectors);
    if (this.flagKnowledge !== flags) this.forgetFlags();
  }

  private arm(effects: () => void): void {
    this.body.enterScope();
    effects();
    this.flush();
    this.body.leaveScope();
  }

  /** Whether a target of more than 48 bits is canonical, under 5-level paging, or #GP is the evaluator's to say. */
  jump(target: Node): void {
    const extended = binary64(OP.I64_SHR_S, binary64(OP.I64_SHL, target, constant64(16n)), constant64(16n));
    if (!target.isConstant) this.bailIf(compare64(OP.I64_NE, extended, target));
    else if (!isCanonical(target.value, 48)) this.bailIf(this.truth(true));
    this.transfer = { kind: "computed", target };
  }

  branch(i: Insn): void {
    this.transfer = { kind: "static", target: this.targetOf(i) };
  }

  branchIf(c: Node, i: Insn): void {
    this.transfer = { kind: "conditional", condition: c, target: this.targetOf(i) };
  }

  private targetOf(i: Insn): bigint {
    return BigInt.asUintN(64, this.rip + BigInt(i.length + i.relative));
  }

  again(_i: Insn): void {
    this.flush();
    this.repeat();
  }

  raise(): void {
    this.flushRegisters();
    this.bail();
  }

  getSegment(): never {
    return refuse("getSegment");
  }

  assist(_routine: Assist): void {
    refuse("assist");
  }

  requireMmx(): never {
    return refuse("requireMmx");
  }

  getMmx(): never {
    return refuse("getMmx");
  }

  setMmx(): never {
    return refuse("setMmx");
  }

  enterMmx(): never {
    return refuse("enterMmx");
  }

  emptyMmx(): never {
    return refuse("emptyMmx");
  }

  getMxcsr(): never {
    return refuse("getMxcsr");
  }

  setMxcsr(): never {
    return refuse("setMxcsr");
  }
}

function refuse(what: string): never {
  throw new Untranslatable(what);
}
