/**
 * Status flags in the translator, lazy as in `cpu/lazy-flags.ts` and in the same terms: the rule and size of the last
 * arithmetic with its operands and result, or single flags. While a block is translated the rule is known and a
 * condition becomes one comparison; where it is not (flags of another block), `settled` computes all flags at once.
 */
import { FLAG_RULES, type FlagSource } from "../cpu/lazy-flags.js";
import type { FlagRule } from "../isa/ops.js";
import { FLAG, type Size, STATUS_FLAGS } from "../isa/registers.js";
import { IMPORT } from "./engine-cells.js";
import type { FunctionBody } from "./function-body.js";
import { IntegerTranslation } from "./integer-translation.js";
import {
  as32,
  as64,
  binary32,
  binary64,
  compare64,
  constant32,
  constant64,
  LOCAL,
  Node,
  unary,
} from "./node.js";
import { CONTROL, OP, TYPE, type Type } from "./opcodes.js";

/** Flags that a rule about a result alone says nothing of. */
const APART: readonly number[] = [FLAG.CF, FLAG.AF, FLAG.OF];
const STATUS: readonly number[] = [FLAG.CF, FLAG.PF, FLAG.AF, FLAG.ZF, FLAG.SF, FLAG.OF];

const indexOf = (flag: number): number => 31 - Math.clz32(flag);

/** The locals in which flags are at home; see `LINEAR.FLAG_VALUES` and `Translator` for where they are kept outside. */
export interface FlagHomes {
  readonly a: number;
  readonly b: number;
  readonly result: number;
  readonly bits: number;
  readonly rule: number;
}

export abstract class FlagTranslation extends IntegerTranslation {
  readonly flagHomes: FlagHomes;
  private rule: FlagSource | "unknown" = "unknown";
  private size: Size = 64;
  private a: Node = constant64(0n);
  private b: Node = constant64(0n);
  private result: Node = constant64(0n);
  /** Flags that the rule does not give. */
  private single = new Map<number, Node>();
  private flagsDirty = false;
  /** The function has changed flags. */
  flagsWritten = false;
  /** The function looks at flags in their homes or leaves them there. */
  flagsUsed = false;

  constructor(body: FunctionBody) {
    super(body);
    const wide = () => body.local(TYPE.I64);
    const narrow = () => body.local(TYPE.I32);
    this.flagHomes = { a: wide(), b: wide(), result: wide(), bits: narrow(), rule: narrow() };
  }

  /** Changes with every change of flags and when they are forgotten. */
  protected flagKnowledge = 0;

  /** A block begins, or paths met. */
  protected forgetFlags(): void {
    this.flagKnowledge++;
    this.rule = "unknown";
    this.flagsDirty = false;
    this.single.clear();
  }

  /** All flags are as the bits in their home say. */
  protected readFlags(): void {
    this.takeBits(this.body.settled(new Node(TYPE.I32, LOCAL, [], BigInt(this.flagHomes.bits))));
  }

  /** All status flags are bits of RFLAGS. */
  private takeBits(flags: Node): void {
    for (const flag of STATUS) this.putSingle(flag, this.bit(flags, constant32(indexOf(flag))));
    this.rule = "none";
    this.flagKnowledge++;
  }

  flags(rule: FlagRule, size: Size, a: Node, b: Node, result: Node): void {
    const keepsCarry = rule === "increment" || rule === "decrement";
    const carry = keepsCarry ? this.flag(FLAG.CF) : undefined;
    this.single = new Map();
    if (carry) this.putSingle(FLAG.CF, carry);
    this.rule = rule;
    this.size = size;
    [this.a, this.b, this.result] = [a, b, result];
    for (const node of [a, b, result]) node.uses++;
    this.flagsDirty = true;
    this.flagKnowledge++;
  }

  resultFlags(size: Size, result: Node): void {
    if (this.rule !== "result") this.settleApart();
    for (const flag of [FLAG.ZF, FLAG.SF, FLAG.PF]) this.single.delete(flag);
    this.rule = "result";
    this.size = size;
    this.result = result;
    result.uses++;
    this.flagsDirty = true;
    this.flagKnowledge++;
  }

  setFlag(flag: number, b: Node): void {
    if ((flag & STATUS_FLAGS) === 0) {
      this.setControl(flag, b);
      return;
    }
    this.known();
    if (APART.includes(flag) && this.rule !== "none") {
      if (this.rule !== "result") this.settleApart();
      this.rule = "result";
    } else if (this.rule !== "none") this.settle();
    this.putSingle(flag, b);
    this.flagsDirty = true;
    this.flagKnowledge++;
  }

  private setControl(flag: number, b: Node): void {
    const { body, flagHomes } = this;
    const bits = new Node(TYPE.I32, LOCAL, [], BigInt(flagHomes.bits));
    const cleared = binary32(OP.I32_AND, bits, constant32(~flag));
    body.push(binary32(OP.I32_OR, cleared, binary32(OP.I32_SHL, b, constant32(indexOf(flag)))));
    body.set(flagHomes.bits);
    this.flagsUsed = true;
    this.flagsWritten = true;
  }

  /** One of these flags, none of which arithmetic writes, is set. */
  protected anyFlag(mask: number): Node {
    this.flagsUsed = true;
    const home = new Node(TYPE.I32, LOCAL, [], BigInt(this.flagHomes.bits));
    return this.not(this.isZero(binary32(OP.I32_AND, home, constant32(mask))));
  }

  /** RFLAGS, all of them in their home. */
  protected wholeFlags(): Node {
    this.settle();
    this.flagsDirty = true;
    this.flushFlags();
    return new Node(TYPE.I32, LOCAL, [], BigInt(this.flagHomes.bits));
  }

  protected setWholeFlags(bits: Node): void {
    const { body, flagHomes } = this;
    body.push(bits);
    body.set(flagHomes.bits);
    body.i32(FLAG_RULES.indexOf("none"));
    body.set(flagHomes.rule);
    this.flagsUsed = this.flagsWritten = true;
    this.forgetFlags();
  }

  private putSingle(flag: number, node: Node): void {
    node.uses++;
    this.single.set(flag, node);
  }

  flag(flag: number): Node {
    if ((flag & STATUS_FLAGS) === 0) {
      this.flagsUsed = true;
      const home = new Node(TYPE.I32, LOCAL, [], BigInt(this.flagHomes.bits));
      return this.bit(this.body.settled(home), constant32(indexOf(flag)));
    }
    this.known();
    return this.single.get(flag) ?? this.ruled(flag);
  }

  /** Flags that this block did not make are computed from their homes. */
  private known(): void {
    if (this.rule !== "unknown") return;
    this.flagsUsed = true;
    const { body, flagHomes } = this;
    const home = (type: Type, local: number) => body.settled(new Node(type, LOCAL, [], BigInt(local)));
    const parameters = [
      home(TYPE.I32, flagHomes.bits),
      home(TYPE.I32, flagHomes.rule),
      home(TYPE.I64, flagHomes.a),
      home(TYPE.I64, flagHomes.b),
      home(TYPE.I64, flagHomes.result),
    ];
    // The call is written only if somebody uses one of the flags.
    this.takeBits(new Node(TYPE.I32, CONTROL.CALL, parameters, 0n, [IMPORT.SETTLE_FLAGS]));
  }

  private settleApart(): void {
    this.known();
    for (const flag of APART) {
      if (!this.single.has(flag)) this.putSingle(flag, this.ruled(flag));
    }
  }

  private settle(): void {
    const all = STATUS.map((flag): [number, Node] => [flag, this.flag(flag)]);
    for (const [flag, node] of all) this.putSingle(flag, node);
    this.rule = "none";
  }

  private ruled(flag: number): Node {
    switch (flag) {
      case FLAG.CF:
        return this.carry();
      case FLAG.OF:
        return this.overflow();
      case FLAG.ZF:
        return this.isPlainDifference ? this.equal(this.a, this.b) : this.isZero(this.result);
      case FLAG.SF:
        return this.sign(this.size, this.result);
      case FLAG.PF:
        return this.parity();
      default:
        return this.auxiliary();
    }
  }

  private parity(): Node {
    const low = binary32(OP.I32_AND, as32(this.result), constant32(0xff));
    const odd = binary32(OP.I32_AND, unary(TYPE.I32, OP.I32_POPCNT, low), constant32(1));
    return this.not(odd);
  }

  private auxiliary(): Node {
    if (this.rule === "logic") return this.truth(false);
    const changed = binary32(OP.I32_XOR, binary32(OP.I32_XOR, this.a, this.b), this.result);
    return this.bit(changed, constant32(4));
  }

  /** The result is a − b without a borrow that came in: then a comparison of a and b says more. */
  private get isPlainDifference(): boolean {
    return this.rule === "sub" && this.isResultOf(OP.I64_SUB, OP.I32_SUB);
  }

  private isResultOf(op64: number, op32: number): boolean {
    const wide = this.size === 64;
    const [a, b] = wide ? [as64(this.a), as64(this.b)] : [as32(this.a), as32(this.b)];
    const masked = this.result.op === OP.I32_AND && this.size < 32;
    const node = masked ? this.result.inputs[0]! : this.result;
    if (node.op === (wide ? op64 : op32)) return node.inputs[0] === a && node.inputs[1] === b;
    return b.isConstant && b.value === 0n && node === a;
  }

  private carry(): Node {
    if (this.rule === "logic") return this.truth(false);
    if (this.isPlainDifference) return this.below(this.a, this.b);
    if (this.rule === "add" && this.isResultOf(OP.I64_ADD, OP.I32_ADD))
      return this.below(this.result, this.a);
    const [a, b, r] = this.wideOperands();
    const xor = (x: Node) => binary64(OP.I64_XOR, x, constant64(0xffffffffffffffffn));
    const [first, rest] = this.rule === "add" ? [a, xor(r)] : [xor(a), r];
    const both = binary64(OP.I64_AND, first, b);
    const either = binary64(OP.I64_AND, binary64(OP.I64_OR, first, b), rest);
    return this.topBit(binary64(OP.I64_OR, both, either));
  }

  private overflow(): Node {
    if (this.rule === "logic") return this.truth(false);
    const [a, b, r] = this.wideOperands();
    const sum = this.rule === "add" || this.rule === "increment";
    const same = binary64(OP.I64_XOR, a, b);
    const differs = binary64(OP.I64_XOR, a, r);
    const signs = sum ? binary64(OP.I64_XOR, same, constant64(0xffffffffffffffffn)) : same;
    return this.topBit(binary64(OP.I64_AND, signs, differs));
  }

  private wideOperands(): [Node, Node, Node] {
    return [as64(this.a), as64(this.b), as64(this.result)];
  }

  private topBit(v: Node): Node {
    return this.bit(v, constant32(this.size - 1));
  }

  condition(code: number): Node {
    this.known();
    const positive = this.positive(code >> 1);
    return (code & 1) === 0 ? positive : this.not(positive);
  }

  private positive(pair: number): Node {
    switch (pair) {
      case 0:
        return this.flag(FLAG.OF);
      case 1:
        return this.flag(FLAG.CF);
      case 2:
        return this.flag(FLAG.ZF);
      case 3:
        if (this.isPlainDifference) return this.not(this.below(this.b, this.a));
        return this.either(this.flag(FLAG.CF), this.flag(FLAG.ZF));
      case 4:
        return this.flag(FLAG.SF);
      case 5:
        return this.flag(FLAG.PF);
      case 6:
        return this.less();
      default:
        return this.lessOrEqual();
    }
  }

  /** SF ≠ OF. */
  private less(): Node {
    if (this.rule === "logic") return this.flag(FLAG.SF);
    if (this.isPlainDifference) return this.signedBelow(this.a, this.b);
    return this.differ(this.flag(FLAG.SF), this.flag(FLAG.OF));
  }

  private lessOrEqual(): Node {
    if (this.isPlainDifference) return this.not(this.signedBelow(this.b, this.a));
    return this.either(this.flag(FLAG.ZF), this.less());
  }

  private signedBelow(a: Node, b: Node): Node {
    if (this.size === 32) return binary32(OP.I32_LT_S, a, b);
    return compare64(OP.I64_LT_S, this.signed64(this.size, a), this.signed64(this.size, b));
  }

  /** Writes flags home; what is known of them stays known. */
  protected flushFlags(): void {
    this.writeFlags();
    this.flagsDirty = false;
  }

  /** Writes flags home on a way out, while here they remain to be written. */
  protected writeFlags(): void {
    if (!this.flagsDirty || this.rule === "unknown") return;
    const { body, flagHomes, rule } = this;
    this.flagsUsed = this.flagsWritten = true;
    if (this.single.size > 0) this.flushSingle();
    if (rule !== "none") {
      if (rule !== "logic" && rule !== "result") {
        body.push(as64(this.a));
        body.set(flagHomes.a);
        body.push(as64(this.b));
        body.set(flagHomes.b);
      }
      body.push(as64(this.result));
      body.set(flagHomes.result);
    }
    body.i32(FLAG_RULES.indexOf(rule) | (this.size << 8));
    body.set(flagHomes.rule);
  }

  private flushSingle(): void {
    const { body, flagHomes } = this;
    let mask = 0;
    let bits: Node | undefined;
    for (const [flag, node] of this.single) {
      mask |= flag;
      const placed = binary32(OP.I32_SHL, node, constant32(indexOf(flag)));
      bits = bits ? binary32(OP.I32_OR, bits, placed) : placed;
    }
    const home = new Node(TYPE.I32, LOCAL, [], BigInt(flagHomes.bits));
    body.push(binary32(OP.I32_OR, binary32(OP.I32_AND, home, constant32(~mask)), bits!));
    body.set(flagHomes.bits);
  }
}
