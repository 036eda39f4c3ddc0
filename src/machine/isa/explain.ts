/**
 * The explaining backend: what one instruction does, step by step, in words. V, B and X are texts of expressions.
 * An arithmetic result gets a name, `t0`, `t1` …; names of registers stand for their values before the instruction,
 * because all writes of registers and flags come last. Where the semantics write earlier (inside a condition), a
 * register that is needed later is first copied to a name; a dry run finds out which ones these are.
 * Leaves out: what host routines do in detail; of these it gives the definition's sentence.
 */
import { EXCEPTION_NAMES } from "../cpu/guest-fault.js";
import { ExplainVectors } from "./explain-vectors.js";
import { asNumber, decimal, folded, negated, numberText, operand as part } from "./explain-words.js";
import { type Insn, NONE, RIP } from "./insn.js";
import { Kind } from "./operand.js";
import type { FlagRule, Ops } from "./ops.js";
import { FLAG, FS, GENERAL_NAMES, SEGMENT_NAMES, type Size } from "./registers.js";

/** Micro-operations of `insn`, which lies at `address`; lines under a condition are indented. */
export function explain(insn: Insn, address: bigint): string[] {
  const dry = new ExplainOps(insn, address, { copied: new Set(), stored: new Set() });
  insn.semantics(dry, insn);
  const ops = new ExplainOps(insn, address, dry.finish());
  insn.semantics(ops, insn);
  ops.finish();
  return ops.lines.length > 0 ? ops.lines : ["nothing changes"];
}

/** What the dry run tells the real one. */
interface Foreknowledge {
  /** Registers (`r0` …) and flags that change before their last use. */
  copied: Set<string>;
  /** Memory operands that are stored to: checking them first needs no words. */
  stored: Set<string>;
}

const FLAG_NAMES = new Map<number, string>(Object.entries(FLAG).map(([name, mask]) => [mask, name]));

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

class ExplainOps extends ExplainVectors implements Ops<string, string, string> {
  readonly lines: string[] = [];
  private indent = "";
  private temporaries = 0;
  private readonly names = new Map<string, string>();
  /** Writes that wait for the end of the block: what to print, by what is written. */
  private pending = new Map<string, string>();
  private readonly values = new Map<string, string>();
  private readonly seen: Foreknowledge = { copied: new Set(), stored: new Set() };
  /** What has been written, with the names under which a line could still mean its old value. */
  private readonly flushed = new Map<string, RegExp>();

  constructor(
    private readonly insn: Insn,
    private readonly at: bigint,
    private readonly known: Foreknowledge,
  ) {
    super();
  }

  /** Prints what waits and returns what was learnt. */
  finish(): Foreknowledge {
    this.flush();
    return this.seen;
  }

  protected effect(text: string): void {
    const reads = text.replace(/^\w+( \w+)* <- /, "");
    for (const [key, names] of this.flushed) if (names.test(reads)) this.seen.copied.add(key);
    this.lines.push(this.indent + text);
  }

  protected memory(bits: number, address: string, segment: number): string {
    return `memory${bits}[${segment >= FS ? `${SEGMENT_NAMES[segment]}:` : ""}${address}]`;
  }

  /** Gives the expression a name, one for equal expressions. */
  private named(expression: string): string {
    const known = this.names.get(expression);
    if (known !== undefined) return known;
    const name = `t${this.temporaries++}`;
    this.names.set(expression, name);
    this.effect(`${name} = ${expression}`);
    return name;
  }

  private flush(): void {
    for (const [key, line] of this.pending) {
      this.effect(line);
      if (isRegister(key)) this.writtenRegister(Number(key.slice(1).split(":")[0]));
      else for (const flag of key === "status" ? line.match(/\b[OSZAPC]F\b/g)! : [key]) this.written(flag, [flag]);
    }
    this.pending = new Map();
    this.values.clear();
  }

  private writtenRegister(register: number): void {
    this.written(`r${register & 15}`, registerNames(register));
  }

  private written(key: string, names: readonly string[]): void {
    this.flushed.set(key, new RegExp(`\\b(${names.join("|")})\\b`));
  }

  /** The name of a register or flag, or of a copy when the original changes too early. */
  private current(key: string, name: string): string {
    return this.known.copied.has(key) && !this.flushed.has(key) ? this.named(name) : name;
  }

  /** Flags before registers, so that registers in their lines still have the old values. */
  private write(key: string, line: string): void {
    if (isRegister(key)) {
      this.pending.delete(key);
      this.pending.set(key, line);
      return;
    }
    const registers = [...this.pending].filter(([other]) => isRegister(other));
    const flags = [...this.pending].filter(([other]) => !isRegister(other));
    this.pending = new Map([...flags, [key, line], ...registers]);
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
    if (i.base === RIP) return numberText(BigInt.asUintN(width, this.at + BigInt(i.length) + i.displacement), 64);
    const parts: string[] = [];
    if (i.base !== NONE) parts.push(this.get(i.base, width));
    if (i.index !== NONE) parts.push(this.get(i.index, width) + (i.scale > 0 ? ` * ${1 << i.scale}` : ""));
    if (parts.length === 0) return numberText(BigInt.asUintN(width, i.displacement), 64);
    const sum = parts.join(" + ");
    if (i.displacement === 0n) return sum;
    return i.displacement < 0n ? `${sum} - ${numberText(-i.displacement, 64)}` : `${sum} + ${numberText(i.displacement, 64)}`;
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
    this.names.delete(to);
  }

  probeWrite(size: Size, address: string, segment: number): void {
    const to = this.memory(size, address, segment);
    if (!this.known.stored.has(to)) this.effect(`check that ${to} may be written`);
  }

  private binary(a: string, sign: string, b: string, size = 64, remark = ""): string {
    return folded(a, sign, b, size) ?? this.named(`${part(a)} ${sign} ${part(b)}${remark}`);
  }

  add(size: Size, a: string, b: string): string {
    return this.binary(a, "+", b, size);
  }

  sub(size: Size, a: string, b: string): string {
    return this.binary(a, "-", b, size);
  }

  mul(_size: Size, a: string, b: string): string {
    return this.named(`low half of ${part(a)} * ${part(b)}`);
  }

  mulHigh(_size: Size, a: string, b: string): string {
    return this.named(`high half of unsigned ${part(a)} * ${part(b)}`);
  }

  mulHighSigned(_size: Size, a: string, b: string): string {
    return this.named(`high half of signed ${part(a)} * ${part(b)}`);
  }

  divide(size: Size, hi: string, lo: string, d: string): { quotient: string; remainder: string; overflow: string } {
    return this.division("unsigned", size, hi, lo, d);
  }

  divideSigned(size: Size, hi: string, lo: string, d: string): { quotient: string; remainder: string; overflow: string } {
    return this.division("signed", size, hi, lo, d);
  }

  private division(kind: string, size: Size, hi: string, lo: string, d: string) {
    const quotient = this.named(`${kind} ${hi}:${lo} / ${part(d)}`);
    const remainder = this.named(`remainder of ${kind} ${hi}:${lo} / ${part(d)}`);
    return { quotient, remainder, overflow: `${quotient} needs more than ${size} bits` };
  }

  and(a: string, b: string): string {
    return this.binary(a, "&", b);
  }

  or(a: string, b: string): string {
    return this.binary(a, "|", b);
  }

  xor(a: string, b: string): string {
    return this.binary(a, "^", b);
  }

  complement(_size: Size, a: string): string {
    return this.named(`~${part(a)}`);
  }

  negate(_size: Size, a: string): string {
    return this.named(`0 - ${part(a)}`);
  }

  shiftLeft(size: Size, a: string, n: string): string {
    return this.binary(a, "<<", decimal(n), size, size < 64 ? ` in ${size} bits` : "");
  }

  shiftRight(size: Size, a: string, n: string): string {
    return this.binary(a, ">>>", decimal(n), size);
  }

  shiftRightSigned(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} >> ${decimal(n)}`);
  }

  rotateLeft(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} rotated left by ${decimal(n)}`);
  }

  rotateRight(_size: Size, a: string, n: string): string {
    return this.named(`${part(a)} rotated right by ${decimal(n)}`);
  }

  modulo(n: string, divisor: bigint): string {
    return this.binary(n, "mod", numberText(divisor, 64));
  }

  signExtend(_from: Size, to: Size, v: string): string {
    return this.named(`${part(v)} sign-extended to ${to} bits`);
  }

  truncate(size: Size, v: string): string {
    return size === 64 || asNumber(v) !== undefined || !/[ (]/.test(v) ? v : this.named(`low ${size} bits of ${part(v)}`);
  }

  swapBytes(_size: Size, v: string): string {
    return this.named(`bytes of ${part(v)} reversed`);
  }

  lowestBit(_size: Size, v: string): string {
    return this.named(`number of the lowest set bit of ${v}`);
  }

  highestBit(_size: Size, v: string): string {
    return this.named(`number of the highest set bit of ${v}`);
  }

  countBits(v: string): string {
    return this.named(`number of set bits of ${v}`);
  }

  isZero(v: string): string {
    const n = asNumber(v);
    return n === undefined ? `${part(v)} == 0` : String(n === 0n);
  }

  equal(a: string, b: string): string {
    return `${part(a)} == ${part(b)}`;
  }

  below(a: string, b: string): string {
    return `${part(a)} < ${part(b)}`;
  }

  bit(v: string, n: string): string {
    return `bit ${decimal(n)} of ${v}`;
  }

  sign(size: Size, v: string): string {
    return `bit ${size - 1} of ${v}`;
  }

  not(b: string): string {
    return negated(b);
  }

  both(a: string, b: string): string {
    return a === "true" ? b : b === "true" ? a : `${a} and ${b}`;
  }

  either(a: string, b: string): string {
    return `${a} or ${b}`;
  }

  differ(a: string, b: string): string {
    return `${part(a)} != ${part(b)}`;
  }

  truth(b: boolean): string {
    return String(b);
  }

  number(b: string): string {
    return b === "true" ? "1" : b === "false" ? "0" : /^\w+$/.test(b) ? b : `${part(b)} ? 1 : 0`;
  }

  select(c: string, yes: string, no: string): string {
    return c === "true" ? yes : c === "false" ? no : `${part(c)} ? ${part(yes)} : ${part(no)}`;
  }

  choose(c: string, yes: string, no: string): string {
    return this.select(c, yes, no);
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

  /** Prints the effects of `body` indented under a heading; false when there are none. */
  private block(heading: string, body: () => void): boolean {
    const start = this.lines.length;
    const outer = [...this.names];
    this.effect(heading);
    this.indent += "  ";
    body();
    this.flush();
    this.indent = this.indent.slice(2);
    this.names.clear();
    for (const [expression, name] of outer) this.names.set(expression, name);
    if (this.lines.length > start + 1) return true;
    this.lines.length = start;
    return false;
  }

  condition(code: number): string {
    return CONDITION_WORDS[(code >> 1) + (code & 1) * 8]!;
  }

  flag(flag: number): string {
    const name = flagName(flag);
    if (this.pending.has(name) || this.pending.has("status")) this.flush();
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

/** Keys of pending writes: `r3:64` a register; a flag's name, "status" or "rip" else. */
const isRegister = (key: string): boolean => /^r\d/.test(key);

/** All names of register n and its parts. */
function registerNames(n: number): string[] {
  const sizes: Size[] = [64, 32, 16, 8];
  return [...sizes.map((size) => GENERAL_NAMES[size][n & 15]!), ...(n % 16 < 4 ? [GENERAL_NAMES[8][16 + (n % 16)]!] : [])];
}

function flagName(flag: number): string {
  return FLAG_NAMES.get(flag) ?? numberText(BigInt(flag), 64);
}

const PREFIXES: Readonly<Record<number, string>> = {
  [Kind.Xmm]: "xmm",
  [Kind.Mmx]: "mm",
  [Kind.Control]: "cr",
  [Kind.Debug]: "dr",
  [Kind.X87]: "st",
};
