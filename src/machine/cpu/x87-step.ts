/**
 * One x87 instruction under way: what it reads, which exceptions it meets, and how it ends.
 *
 * Every instruction goes the same way: it reads memory and registers, computes, stores to memory if it must (until
 * here it may fault and has changed nothing), then `commit`s status and pointers, and last, unless an unmasked
 * exception withholds the result, writes registers and pops. An unmasked exception is reported by the next
 * instruction that waits for it.
 *
 *     status   15  14  13:11  10  9   8   7   6   5   4   3   2   1   0
 *              B   C3  TOP    C2  C1  C0  ES  SF  PE  UE  OE  ZE  DE  IE
 *
 * Source: Intel SDM Vol. 1 §8.1.3, §8.5 to §8.7.
 */
import { EXCEPTION, EXTENDED, FloatContext, type Rounding } from "../float/index.js";
import type { Insn } from "../isa/insn.js";
import { Kind } from "../isa/operand.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { CR0 } from "./state.js";
import type { X87State } from "./x87-state.js";

/** Bits of the status word. `CONDITIONS` are C3, C2 and C0. */
export const STATUS = {
  EXCEPTIONS: 0x3f,
  STACK_FAULT: 1 << 6,
  SUMMARY: 1 << 7,
  C0: 1 << 8,
  C1: 1 << 9,
  C2: 1 << 10,
  C3: 1 << 14,
  BUSY: 1 << 15,
  CONDITIONS: (1 << 8) | (1 << 10) | (1 << 14),
} as const;

/** Significand bits that the control word's precision field (bits 9:8) asks for; 1 is reserved. */
const PRECISIONS = [24, 24, 53, 64] as const;

/** Exceptions that keep a result from being stored to memory. */
const WITHHOLD_STORE = STATUS.EXCEPTIONS & ~EXCEPTION.PRECISION;

/** Raises #NM when the unit is not to be used now, and #MF for an exception that waits. Source: SDM Vol. 3A §2.5. */
export function requireX87(cpu: Cpu, waits: boolean): void {
  if ((cpu.system.cr0 & (CR0.EM | CR0.TS)) !== 0n) throw new GuestFault(VECTOR.NM);
  if (waits && (cpu.state.x87.status & STATUS.SUMMARY) !== 0) throw new GuestFault(VECTOR.MF);
}

/** Sets or clears ES and B: whether an unmasked exception waits. Must follow every change of masks or flags. */
export function summarize(x87: X87State): void {
  const pending = (x87.status & ~x87.control & STATUS.EXCEPTIONS) !== 0;
  const summary = STATUS.SUMMARY | STATUS.BUSY;
  x87.status = pending ? x87.status | summary : x87.status & ~summary;
}

export class X87Step {
  readonly x87: X87State;
  readonly context = new FloatContext();
  private stackFault = 0;

  constructor(
    readonly cpu: Cpu,
    readonly insn: Insn,
  ) {
    this.x87 = cpu.state.x87;
    const { control } = this.x87;
    this.context.masks = control & STATUS.EXCEPTIONS;
    this.context.rounding = ((control >> 10) & 3) as Rounding;
    this.context.precision = PRECISIONS[(control >> 8) & 3]!;
  }

  /** The number of the register that operand `n` names. */
  register(n: number): number {
    return this.insn.operands[n]!.register;
  }

  st(i: number): bigint {
    return this.x87.read(i);
  }

  /** One of these registers is empty. */
  lacks(...registers: number[]): boolean {
    return registers.some((i) => this.x87.isEmpty(i));
  }

  /** The answer when an operand is an empty register: a stack fault and, if that is masked, the default NaN. */
  missing(): bigint {
    this.context.raise(EXCEPTION.INVALID);
    this.stackFault = STATUS.STACK_FAULT;
    return EXTENDED.defaultNan;
  }

  /** Reads the memory operand, whose width its form tells. */
  load(): bigint {
    const { size } = this.insn.operands[0]!;
    const { evaluator } = this.cpu;
    const address = evaluator.address(this.insn);
    if (size < 80) return evaluator.load(size, address, this.insn.segment);
    const low = evaluator.load(64, address, this.insn.segment);
    return (evaluator.load(16, BigInt.asUintN(64, address + 8n), this.insn.segment) << 64n) | low;
  }

  /** Stores to the memory operand, unless an unmasked exception withholds it. */
  store(bits: bigint): void {
    if (this.storeWithheld) return;
    const { size } = this.insn.operands[0]!;
    const { evaluator, mmu } = this.cpu;
    const address = evaluator.address(this.insn);
    if (size < 80) {
      evaluator.store(size, address, bits, this.insn.segment);
      return;
    }
    mmu.probeWrite(evaluator.linear(address, this.insn.segment), size >> 3);
    evaluator.store(64, address, BigInt.asUintN(64, bits), this.insn.segment);
    evaluator.store(16, BigInt.asUintN(64, address + 8n), bits >> 64n, this.insn.segment);
  }

  /** An unmasked exception leaves memory, and the stack, as they were. */
  get storeWithheld(): boolean {
    return (this.context.flags & ~this.context.masks & WITHHOLD_STORE) !== 0;
  }

  /** Status and pointers change: flags gather, C1 tells of rounding or a full stack. Nothing faults after this. */
  commit(c1 = this.context.roundedUp && !this.context.stopped): void {
    const { x87, context } = this;
    x87.status = (x87.status & ~STATUS.C1) | context.flags | this.stackFault | (c1 ? STATUS.C1 : 0);
    if (context.flags !== 0) summarize(x87);
    this.notePointers();
  }

  /** Keeps C1 as it is, except that a stack fault clears it. */
  commitKeepingC1(): void {
    this.commit(this.stackFault === 0 && (this.x87.status & STATUS.C1) !== 0);
  }

  /** C3, C2 and C0. */
  setConditions(conditions: number): void {
    this.x87.status = (this.x87.status & ~STATUS.CONDITIONS) | conditions;
  }

  /** The result of a computation goes to ST(i), then `pops` registers are popped. Commits. */
  finish(i: number, result: bigint, pops = 0): void {
    this.commit();
    this.conclude(i, result, pops);
  }

  /** `finish` without `commit`. */
  conclude(i: number, result: bigint, pops = 0): void {
    if (this.context.stopped) return;
    this.x87.write(i, result);
    this.pop(pops);
  }

  /**
   * A new number on the stack, computed only if there is room: a full stack is a stack fault. Only an unmasked invalid
   * operation withholds it; that a number in memory was denormal is told, and the number loaded. Commits.
   */
  push(number: () => bigint): void {
    const full = !this.x87.isEmpty(7);
    const result = full ? this.missing() : number();
    this.commit(full);
    if (!this.isInvalid) this.x87.push(result);
  }

  private get isInvalid(): boolean {
    return (this.context.flags & ~this.context.masks & EXCEPTION.INVALID) !== 0;
  }

  pop(count: number): void {
    for (let n = 0; n < count; n++) this.x87.pop();
  }

  /** Where this instruction and its operand lie, for an exception handler. */
  private notePointers(): void {
    const { x87, cpu, insn } = this;
    x87.lastInstruction = cpu.rip;
    x87.lastOpcode = ((insn.form.opcode & 7) << 8) | insn.modrm;
    if (insn.operands[0]?.kind === Kind.Memory) x87.lastData = cpu.evaluator.address(insn);
  }
}
