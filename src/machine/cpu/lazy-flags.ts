/**
 * RFLAGS with the six status flags computed only when somebody asks: an instruction leaves its operands
 * and result here, and the next one that writes flags simply overwrites them.
 *
 * With a, b, r and the top bit of each, carry and overflow follow without knowing the carry that came in
 * (so ADC and SBB need no rule of their own):
 *
 *     add   CF = a·b + (a+b)·¬r      OF = ¬(a⊕b)·(a⊕r)
 *     sub   CF = ¬a·b + (¬a+b)·r     OF = (a⊕b)·(a⊕r)       AF = bit 4 of a⊕b⊕r
 *
 * Source: Intel SDM Vol. 1 §3.4.3.1; the formulas are the majority function of a full adder.
 */
import type { FlagRule } from "../isa/ops.js";
import { FLAG, STATUS_FLAGS } from "../isa/registers.js";
import { LINEAR, type LinearMemory } from "../memory/linear-memory.js";

const FIXED_ONE = 2;
/** Flags that do not follow from a result alone. */
const APART = FLAG.CF | FLAG.AF | FLAG.OF;

/** Where status flags come from: a rule, SF ZF PF from a result, or plain bits. The order is that of the numbers outside. */
export type FlagSource = FlagRule | "result" | "none";
export const FLAG_RULES: readonly FlagSource[] = [
  "none",
  "add",
  "sub",
  "increment",
  "decrement",
  "logic",
  "result",
];

export class LazyFlags {
  /** All bits; of the status bits all are valid under the rule "none", CF, OF and AF under "result". */
  private bits = FIXED_ONE;
  private rule: FlagSource = "none";
  private size = 64;
  /** a, b, result. */
  private readonly values: BigUint64Array;
  private readonly words: Int32Array;

  /** @param linear where operands and result shall live; without it they get an array of their own */
  constructor(linear?: LinearMemory) {
    this.values = linear ? new BigUint64Array(linear.buffer, LINEAR.FLAG_VALUES, 3) : new BigUint64Array(3);
    this.words = new Int32Array(this.values.buffer, this.values.byteOffset, 6);
  }

  /** RFLAGS as PUSHFQ would show it. */
  get value(): number {
    this.settle();
    return this.bits;
  }

  set value(flags: number) {
    this.rule = "none";
    this.bits = flags | FIXED_ONE;
  }

  /** RFLAGS' bits as far as no rule gives them, and rule and size as one number: what an engine keeps elsewhere meanwhile. */
  get lazyBits(): number {
    return this.bits;
  }

  get lazyRule(): number {
    const { rule } = this;
    return (rule === "none" ? 0 : FLAG_RULES.indexOf(rule)) | (this.size << 8);
  }

  /** Takes back what `lazyBits` and `lazyRule` gave. */
  setLazy(bits: number, rule: number): void {
    this.bits = bits;
    this.rule = FLAG_RULES[rule & 0xff]!;
    this.size = rule >>> 8;
  }

  /** A flag that arithmetic does not write: IF, DF, TF, AC … */
  control(flag: number): boolean {
    return (this.bits & flag) !== 0;
  }

  set(flag: number, on: boolean): void {
    if ((flag & APART) !== 0) this.keepResult();
    else if ((flag & STATUS_FLAGS) !== 0) this.settle();
    this.bits = on ? this.bits | flag : this.bits & ~flag;
  }

  get(flag: number): boolean {
    switch (flag) {
      case FLAG.CF:
        return this.carry();
      case FLAG.ZF:
        return this.zero();
      case FLAG.SF:
        return this.sign();
      case FLAG.OF:
        return this.overflow();
      case FLAG.PF:
        return this.parity();
      case FLAG.AF:
        return (this.value & FLAG.AF) !== 0;
      default:
        return this.control(flag);
    }
  }

  leave(rule: FlagRule, size: number, a: bigint, b: bigint, result: bigint): void {
    if (rule === "increment" || rule === "decrement") this.keepCarry();
    this.rule = rule;
    this.size = size;
    this.values[0] = a;
    this.values[1] = b;
    this.values[2] = result;
  }

  /** SF, ZF and PF from a result; the others stay. */
  leaveResult(size: number, result: bigint): void {
    this.keepResult();
    this.rule = "result";
    this.size = size;
    this.values[2] = result;
  }

  /** Condition code 0..15 of Jcc, SETcc, CMOVcc. */
  condition(code: number): boolean {
    return this.positive(code >> 1) !== ((code & 1) !== 0);
  }

  private positive(pair: number): boolean {
    switch (pair) {
      case 0:
        return this.overflow();
      case 1:
        return this.carry();
      case 2:
        return this.zero();
      case 3:
        return this.carry() || this.zero();
      case 4:
        return this.sign();
      case 5:
        return this.parity();
      case 6:
        return this.sign() !== this.overflow();
      default:
        return this.zero() || this.sign() !== this.overflow();
    }
  }

  private keepCarry(): void {
    const carry = this.carry();
    this.bits = carry ? this.bits | FLAG.CF : this.bits & ~FLAG.CF;
  }

  /** Bit of the operands' top position, of an expression over their top 32-bit words. */
  private top(word: number): boolean {
    return ((word >>> (this.size >= 32 ? 31 : this.size - 1)) & 1) !== 0;
  }

  private carry(): boolean {
    const high = this.size === 64 ? 1 : 0;
    const a = this.words[high]!;
    const b = this.words[2 + high]!;
    const r = this.words[4 + high]!;
    switch (this.rule) {
      case "add":
        return this.top((a & b) | ((a | b) & ~r));
      case "sub":
        return this.top((~a & b) | ((~a | b) & r));
      case "logic":
        return false;
      default:
        return (this.bits & FLAG.CF) !== 0;
    }
  }

  private overflow(): boolean {
    const high = this.size === 64 ? 1 : 0;
    const a = this.words[high]!;
    const b = this.words[2 + high]!;
    const r = this.words[4 + high]!;
    switch (this.rule) {
      case "add":
      case "increment":
        return this.top(~(a ^ b) & (a ^ r));
      case "sub":
      case "decrement":
        return this.top((a ^ b) & (a ^ r));
      case "logic":
        return false;
      default:
        return (this.bits & FLAG.OF) !== 0;
    }
  }

  private zero(): boolean {
    if (this.rule === "none") return (this.bits & FLAG.ZF) !== 0;
    return this.words[4] === 0 && this.words[5] === 0;
  }

  private sign(): boolean {
    if (this.rule === "none") return (this.bits & FLAG.SF) !== 0;
    return this.top(this.words[this.size === 64 ? 5 : 4]!);
  }

  private parity(): boolean {
    if (this.rule === "none") return (this.bits & FLAG.PF) !== 0;
    return evenParity(this.words[4]! & 0xff);
  }

  private auxiliary(): boolean {
    if (this.rule === "logic") return false;
    if (this.rule === "result") return (this.bits & FLAG.AF) !== 0;
    return ((this.words[0]! ^ this.words[2]! ^ this.words[4]!) & 0x10) !== 0;
  }

  /** From now on only SF, ZF and PF follow from the result. */
  private keepResult(): void {
    if (this.rule === "none" || this.rule === "result") return;
    this.settleApart();
    this.rule = "result";
  }

  /** The three flags that do not follow from a result alone. */
  private settleApart(): void {
    let bits = this.bits & ~APART;
    if (this.carry()) bits |= FLAG.CF;
    if (this.auxiliary()) bits |= FLAG.AF;
    if (this.overflow()) bits |= FLAG.OF;
    this.bits = bits;
  }

  private settle(): void {
    if (this.rule === "none") return;
    this.settleApart();
    let bits = this.bits & ~(FLAG.PF | FLAG.ZF | FLAG.SF);
    if (this.parity()) bits |= FLAG.PF;
    if (this.zero()) bits |= FLAG.ZF;
    if (this.sign()) bits |= FLAG.SF;
    this.bits = bits;
    this.rule = "none";
  }
}

function evenParity(byte: number): boolean {
  const folded = byte ^ (byte >> 4);
  return ((0x6996 >> (folded & 15)) & 1) === 0;
}
