/**
 * The small set of operations in which every instruction's semantics are written. A backend implements it:
 * `Evaluator` computes with values (V = bigint), `ExplainOps` prints (V = string), and a translator emits code.
 *
 * Values of width s are always zero-extended. Where an operation takes a width, its result is modulo 2^width.
 * Faults leave the instruction at once; nothing after them happens. X is a vector of 128 bits; what has no vectors omits it.
 */
import type { Cpu } from "../cpu/cpu.js";
import type { Insn } from "./insn.js";
import type { Size } from "./registers.js";
import type { VectorOps } from "./vector-ops.js";

/**
 * How flags follow from operands a, b and result r:
 * `add` and `sub` (also with carry) write all six; `increment` and `decrement` keep CF;
 * `logic` clears CF, OF and AF.
 */
export type FlagRule = "add" | "sub" | "increment" | "decrement" | "logic";

/** A status flag or DF by its mask in RFLAGS (`FLAG.CF` …). */
export type Flag = number;

/** Host routine for what concerns the whole processor (system instructions, x87). */
export type Assist = (cpu: Cpu, i: Insn) => void;

export interface Ops<V, B, X = unknown> extends VectorOps<V, B, X> {
  constant(n: bigint): V;
  /** The immediate operand, extended to its width. */
  immediate(i: Insn): V;
  /** The effective address of the memory operand, without the segment's base. */
  address(i: Insn): V;
  /** The address of the next instruction. */
  next(i: Insn): V;

  /** Registers 16..19 with size 8 are ah, ch, dh, bh. */
  get(register: number, size: Size): V;
  /** A 32-bit write clears bits 63:32; narrower ones keep the rest. */
  set(register: number, size: Size, v: V): void;
  /** The selector in a segment register. */
  getSegment(segment: number): V;

  /** Reads memory in segment `segment`; may raise #PF, #GP, #SS, #AC. */
  load(size: Size, address: V, segment: number): V;
  store(size: Size, address: V, v: V, segment: number): void;
  /** Faults exactly as a store would, and stores nothing. */
  probeWrite(size: Size, address: V, segment: number): void;

  add(size: Size, a: V, b: V): V;
  sub(size: Size, a: V, b: V): V;
  /** The low `size` bits of the product. */
  mul(size: Size, a: V, b: V): V;
  /** The high `size` bits of the unsigned, or signed, product. */
  mulHigh(size: Size, a: V, b: V): V;
  mulHighSigned(size: Size, a: V, b: V): V;
  /** Divides hi:lo by d ≠ 0; `overflow` when the quotient does not fit in `size` bits. */
  divide(size: Size, hi: V, lo: V, d: V): { quotient: V; remainder: V; overflow: B };
  divideSigned(size: Size, hi: V, lo: V, d: V): { quotient: V; remainder: V; overflow: B };
  and(a: V, b: V): V;
  or(a: V, b: V): V;
  xor(a: V, b: V): V;
  complement(size: Size, a: V): V;
  negate(size: Size, a: V): V;
  /** Shifts and rotates by n, which may be 0 and must be below `size` (`shiftLeft`/`shiftRight`: up to 64 gives 0). */
  shiftLeft(size: Size, a: V, n: V): V;
  shiftRight(size: Size, a: V, n: V): V;
  shiftRightSigned(size: Size, a: V, n: V): V;
  rotateLeft(size: Size, a: V, n: V): V;
  rotateRight(size: Size, a: V, n: V): V;
  /** n modulo a constant, for rotates through carry. */
  modulo(n: V, divisor: bigint): V;
  signExtend(from: Size, to: Size, v: V): V;
  truncate(size: Size, v: V): V;
  swapBytes(size: Size, v: V): V;
  /** Index of the lowest, or highest, set bit; v ≠ 0. */
  lowestBit(size: Size, v: V): V;
  highestBit(size: Size, v: V): V;
  countBits(v: V): V;

  isZero(v: V): B;
  equal(a: V, b: V): B;
  /** Unsigned comparison. */
  below(a: V, b: V): B;
  /** Bit n of v. */
  bit(v: V, n: V): B;
  /** The sign bit. */
  sign(size: Size, v: V): B;
  not(b: B): B;
  both(a: B, b: B): B;
  either(a: B, b: B): B;
  differ(a: B, b: B): B;
  truth(b: boolean): B;
  /** 0 or 1. */
  number(b: B): V;
  /** Both sides are already evaluated. */
  select(c: B, yes: V, no: V): V;
  choose(c: B, yes: B, no: B): B;
  /** Effects under a condition. */
  if(c: B, yes: () => void, no?: () => void): void;

  /** Condition code 0..15 (`CONDITIONS`) of the current flags. */
  condition(code: number): B;
  flag(flag: Flag): B;
  setFlag(flag: Flag, b: B): void;
  /** All status flags from an addition, subtraction or logic operation. */
  flags(rule: FlagRule, size: Size, a: V, b: V, result: V): void;
  /** SF, ZF and PF from a result; the others stay as they are. */
  resultFlags(size: Size, result: V): void;

  /** Continues at an absolute address; #GP(0) when it is not canonical. */
  jump(target: V): void;
  /** Continues at the form's relative target. */
  branch(i: Insn): void;
  branchIf(c: B, i: Insn): void;
  /** This instruction stays current: one iteration of REP is done. */
  again(i: Insn): void;
  /** Raises an exception that the instruction itself defines (#DE, #UD, #GP(0) …). */
  raise(vector: number, errorCode?: number): void;
  /** Exchanges the base of GS with KERNEL_GS_BASE; #GP(0) outside of ring 0. */
  exchangeGsBase(): void;
  /** Hands the instruction to a host routine that sees the whole processor. */
  assist(routine: Assist): void;
}
