/**
 * The explaining backend: what one instruction does, step by step, in words. V, B and X are texts of expressions.
 * An arithmetic result gets a name, `t0`, `t1` …; names of registers stand for their values before the instruction,
 * because all writes of registers and flags come last. Where the semantics write earlier (inside a condition), a
 * register that is needed later is first copied to a name; a dry run finds out which ones these are.
 * Leaves out: what host routines do in detail; of these it gives the definition's sentence.
 */
import { EXCEPTION_NAMES } from "../cpu/guest-fault.js";
import { ExplainLines, type Foreknowledge, flagName } from "./explain-lines.js";
import { numberText, operand as part } from "./explain-words.js";
import { type Insn, NONE, RIP } from "./insn.js";
import { Kind } from "./operand.js";
import type { FlagRule, Ops } from "./ops.js";
import { FS, GENERAL_NAMES, SEGMENT_NAMES, type Size } from "./registers.js";

/** Micro-operations of `insn`, which lies at `address`; lines under a condition are indented. */
export function explain(insn: Insn, address: bigint): string[] {
  const dry = new ExplainOps(insn, address, { copied: new Set(), stored: new Set() });
  insn.semantics(dry, insn);
  const ops = new ExplainOps(insn, address, dry.finish());
  insn.semantics(ops, insn);
  ops.finish();
  return ops.lines.length > 0 ? ops.lines : ["nothing changes"];
}

const CONDITION_WORDS = [
  "OF",
  "CF",
  "ZF",
  "CF or ZF",
  "SF",
  "PF",
  "SF != OF",
  "ZF or SF != OF",
  "not OF",
  "not CF",
  "not ZF",
  "neither CF nor ZF",
  "not SF",
  "not PF",
  "SF == OF",
  "not ZF and SF == OF",
];

const RULES: Readonly<Record<FlagRule, [flags: string, sign: string]>> = {
  add: ["OF SF ZF AF PF CF", "+"],
  sub: ["OF SF ZF AF PF CF", "-"],
  increment: ["OF SF ZF AF PF", "+"],
  decrement: ["OF SF ZF AF PF", "-"],
  logic: ["", ""],
};

class ExplainOps extends ExplainLines implements Ops<string, string, string> {
  constructor(
    private readonly insn: Insn,
    private readonly at: bigint,
    known: Foreknowledge,
  ) {
    super(known);
  }

  protected memory(bits: number, address: string, segment: number): string {
    return `memory${bits}[${segment >= FS ? `${SEGMENT_NAMES[segment]}:` : ""}${address}]`;
  }

  constant(n: bigint): string {
    return numberText(n, 64);
  }

  immediate(i: Insn): string {
    const size = i.operands.find((one) => one.kind === Kind.Immediate)?.size ?? 64;
    return numberText(i.immediate, size);
  }

  address(i: Insn): string {
    const width = i.addressSize;
    if (i.base === RIP)
      return numberText(BigInt.asUintN(width, this.at + BigInt(i.length) + i.displacement), 64);
    const parts: string[] = [];
    if (i.base !== NONE) parts.push(this.get(i.base, width));
    if (i.index !== NONE) parts.push(this.get(i.index, width) + (i.scale > 0 ? ` * ${1 << i.scale}` : ""));
    if (parts.length === 0) return numberText(BigInt.asUintN(width, i.displacement), 64);
    const sum = parts.join(" + ");
    if (i.displacement === 0n) return sum;
    return i.displacement < 0n
      ? `${sum} - ${numberText(-i.displacement, 64)}`
      : `${sum} + ${numberText(i.displacement, 64)}`;
  }

  next(i: Insn): string {
    return numberText(this.at + BigInt(i.length), 64);
  }

  get(register: number, size: Size): string {
    const written = this.values.get(`r${register}:${size}`);
    if (written !== undefined) return written;
    return this.current(`r${register & 15}`, GENERAL_NAMES[size][register]!);
  }

  set(register: number, size: Size, v: string): void {
    const key = `r${register}:${size}`;
    this.write(key, `${GENERAL_NAMES[size][register]} <- ${v}`);
    this.values.set(key, v);
  }

  getSegment(segment: number): string {
    return SEGMENT_NAMES[segment]!;
  }

  load(size: Size, address: string, segment: number): string {
    return this.named(this.memory(size, address, segment));
  }

  store(size: Size, address: string, v: string, segment: number): void {
    const to = this.memory(size, address, segment);
    this.seen.stored.add(to);
    this.effect(`${to} <- ${v}`);
    this.forget(to);
  }

  probeWrite(size: Size, address: string, segment: number): void {
    const to = this.memory(size, address, segment);
    if (!this.known.stored.has(to)) this.effect(`check that ${to} may be written`);
  }

  if(c: string, yes: () => void, no: () => void = () => {}): void {
    if (c === "true") yes();
    else if (c === "false") no();
    else {
      this.flush();
      if (!this.block(`if ${c}:`, yes)) this.block(`unless ${c}:`, no);
      else this.block("else:", no);
    }
  }

  condition(code: number): string {
    return CONDITION_WORDS[(code >> 1) + (code & 1) * 8]!;
  }

  flag(flag: number): string {
    const name = flagName(flag);
    if (this.waits(name) || this.waits("status")) this.flush();
    return this.current(name, name);
  }

  setFlag(flag: number, b: string): void {
    const name = flagName(flag);
    this.write(name, `${name} <- ${b === "true" ? 1 : b === "false" ? 0 : b}`);
  }

  flags(rule: FlagRule, size: Size, a: string, b: string, result: string): void {
    const [flags, sign] = RULES[rule];
    if (rule === "logic") this.write("status", `SF ZF PF <- ${size}-bit ${result}; OF AF CF <- 0`);
    else this.write("status", `${flags} <- ${size}-bit ${part(a)} ${sign} ${part(b)} = ${result}`);
  }

  resultFlags(size: Size, result: string): void {
    this.write("status", `SF ZF PF <- ${size}-bit ${result}`);
  }

  jump(target: string): void {
    this.write("rip", `rip <- ${target}`);
  }

  branch(i: Insn): void {
    this.jump(this.target(i));
  }

  branchIf(c: string, i: Insn): void {
    this.write("rip", `if ${c}: rip <- ${this.target(i)}`);
  }

  private target(i: Insn): string {
    return numberText(BigInt.asUintN(64, this.at + BigInt(i.length + i.relative)), 64);
  }

  again(_i: Insn): void {
    this.write("rip", "rip stays: the instruction repeats");
  }

  raise(vector: number, errorCode?: number): void {
    const name = EXCEPTION_NAMES[vector]?.[0] ?? `exception ${vector}`;
    this.effect(`raise ${name}${errorCode === undefined ? "" : `(${errorCode})`}`);
  }

  exchangeGsBase(): void {
    this.effect(this.insn.form.instruction.says);
  }

  assist(): void {
    const { says } = this.insn.form.instruction;
    const operands = this.insn.operands.map((one) => this.operandName(one.kind, one.size, one.register));
    this.effect(operands.length > 0 ? `${says} (${operands.join(", ")})` : says);
  }

  private operandName(kind: Kind, size: number, register: number): string {
    switch (kind) {
      case Kind.General:
        return GENERAL_NAMES[size as Size][register]!;
      case Kind.Memory:
        return this.memory(size, this.address(this.insn), this.insn.segment);
      case Kind.Immediate:
        return this.immediate(this.insn);
      case Kind.Segment:
        return SEGMENT_NAMES[register]!;
      case Kind.Relative:
        return this.target(this.insn);
      default:
        return `${PREFIXES[kind]}${register}`;
    }
  }
}

const PREFIXES: Readonly<Record<number, string>> = {
  [Kind.Xmm]: "xmm",
  [Kind.Mmx]: "mm",
  [Kind.Control]: "cr",
  [Kind.Debug]: "dr",
  [Kind.X87]: "st",
};
