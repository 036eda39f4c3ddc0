/**
 * x87 instructions in generated code: the state of the unit stays in linear memory, and arithmetic is done by the
 * functions of `x87-functions.ts`. Whatever is out of the ordinary (an empty register, a NaN, an unmasked exception,
 * another rounding) is found before anything has changed, and then the evaluator executes the instruction.
 * Leaves to it always: transcendental functions, the older comparisons, environments, packed decimals.
 */
import { X87_AT } from "../cpu/x87-state.js";
import type { Insn } from "../isa/insn.js";
import { Kind } from "../isa/operand.js";
import { FLAG, type Size } from "../isa/registers.js";
import { CallTranslation } from "./call-translation.js";
import { as32, as64, binary32, binary64, constant32, constant64, LOCAL, Node, unary } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import { OPERAND, X87_FUNCTION } from "./x87-function-numbers.js";
import { turnedRound } from "./x87-functions.js";

const ARITHMETIC = /^f(i?)(add|subr?|mul|divr?)(p?)$/;
/** Control word: precision of 64 bits, rounding to nearest, all exceptions masked. */
const CONTROL_BITS = 0xf3f;
const PLAIN_CONTROL = 0x33f;
const MASKS = 0x3f;
const SUMMARY = 0x80;
const EMPTY = 3;

export abstract class X87Translation extends CallTranslation {
  /** The function contains x87 instructions. */
  usesX87 = false;
  private slow = 0;

  /** The evaluator executes the instruction; it changes neither general registers nor vectors. */
  protected abstract callOutQuietly(): void;
  /** The homes of flags take what the evaluator left. */
  protected abstract reloadFlags(): void;

  /** Writes an x87 instruction; false when it is not one of those that are done here. */
  protected translateX87(i: Insn): boolean {
    const write = this.writerOf(i);
    if (!write) return false;
    this.usesX87 = true;
    this.flush();
    const { body } = this;
    const done = body.open(CONTROL.BLOCK);
    this.slow = body.open(CONTROL.BLOCK);
    body.enterScope();
    write();
    this.notePointers(i);
    body.leaveScope();
    body.branch(done);
    body.close();
    this.callOutQuietly();
    if (/^fu?comi/.test(i.mnemonic)) this.reloadFlags();
    body.close();
    return true;
  }

  private writerOf(i: Insn): (() => void) | undefined {
    const { mnemonic } = i;
    const memory = i.operands[0]?.kind === Kind.Memory;
    const arithmetic = ARITHMETIC.exec(mnemonic);
    if (arithmetic)
      return () => this.combine(i, arithmetic[2]!, arithmetic[1] === "i", arithmetic[3] === "p");
    switch (mnemonic) {
      case "fld":
        return () => (memory ? this.loadMemory(i) : this.loadRegister(i));
      case "fild":
        return () => this.loadInteger(i);
      case "fld1":
        return () => this.loadConstant(1n << 63n, 0x3fff);
      case "fldz":
        return () => this.loadConstant(0n, 0);
      case "fst":
      case "fstp":
        return () => this.storeNumber(i, mnemonic === "fstp");
      case "fist":
      case "fistp":
      case "fisttp":
        return () => this.storeInteger(i, mnemonic !== "fist", mnemonic === "fisttp");
      case "fxch":
        return () => this.exchange(i);
      case "fchs":
        return () => this.changeSign(0xffff, 0x8000);
      case "fabs":
        return () => this.changeSign(0x7fff, 0);
      case "fcomi":
      case "fucomi":
      case "fcomip":
      case "fucomip":
        return () => this.order(i, mnemonic.endsWith("p"));
      default:
        return undefined;
    }
  }

  private slowIf(c: Node): void {
    this.body.push(c);
    this.body.branchIf(this.slow);
  }

  private word(at: number): Node {
    this.body.i32(0);
    this.body.memory(MEMORY.I32_LOAD, at);
    return this.fromStack(TYPE.I32);
  }

  private setWord(at: number, value: Node): void {
    this.body.i32(0);
    this.body.push(value);
    this.body.memory(MEMORY.I32_STORE, at);
  }

  /** Only under the usual control word, and while no exception waits. */
  private requirePlain(bits = CONTROL_BITS, plain = PLAIN_CONTROL): void {
    const control = binary32(OP.I32_AND, this.word(X87_AT.CONTROL), constant32(bits));
    const waiting = binary32(OP.I32_AND, this.word(X87_AT.STATUS), constant32(SUMMARY));
    this.slowIf(this.either(binary32(OP.I32_NE, control, constant32(plain)), waiting));
  }

  /** The number of the register that is ST(n) now. */
  private register(n: number): Node {
    const sum = binary32(OP.I32_ADD, this.word(X87_AT.TOP), constant32(n));
    return this.body.settled(binary32(OP.I32_AND, sum, constant32(7)));
  }

  /** Slow unless the register holds zero or a normal number: tags 0 and 1. */
  private requireOrdinaryRegister(register: Node): void {
    this.slowIf(binary32(OP.I32_AND, this.tag(register), constant32(2)));
  }

  private tag(register: Node): Node {
    const shift = binary32(OP.I32_SHL, register, constant32(1));
    return binary32(OP.I32_SHR_U, this.word(X87_AT.TAGS), shift);
  }

  private slowUnless(called: number, ...parameters: readonly Node[]): void {
    for (const parameter of parameters) this.body.push(parameter);
    this.body.call(called);
    this.body.op(OP.I32_EQZ);
    this.body.branchIf(this.slow);
  }

  private pop(register: Node): void {
    const shift = binary32(OP.I32_SHL, register, constant32(1));
    const empty = binary32(OP.I32_SHL, constant32(EMPTY), shift);
    this.setWord(X87_AT.TAGS, binary32(OP.I32_OR, this.word(X87_AT.TAGS), empty));
    const next = binary32(OP.I32_ADD, register, constant32(1));
    this.setWord(X87_AT.TOP, binary32(OP.I32_AND, next, constant32(7)));
  }

  /** The register that a push fills; slow when it is in use. */
  private requireRoom(): Node {
    const register = this.register(7);
    const tag = binary32(OP.I32_AND, this.tag(register), constant32(EMPTY));
    this.slowIf(binary32(OP.I32_NE, tag, constant32(EMPTY)));
    return register;
  }

  private combine(i: Insn, operation: string, integer: boolean, pops: boolean): void {
    this.requirePlain();
    const memory = i.operands[0]!.kind === Kind.Memory;
    const to = this.register(memory ? 0 : i.operands[0]!.register);
    this.requireOrdinaryRegister(to);
    const other = memory ? constant32(OPERAND) : this.register(i.operands[1]!.register);
    if (memory) this.readOperand(i, integer, other);
    else this.requireOrdinaryRegister(other);
    const reversed = operation.endsWith("r");
    const [a, b] = reversed ? [other, to] : [to, other];
    if (operation === "add") this.slowUnless(X87_FUNCTION.ADD, to, a, b);
    else if (operation === "mul") this.slowUnless(X87_FUNCTION.MULTIPLY, to, a, b);
    else if (operation.startsWith("sub")) this.slowUnless(X87_FUNCTION.ADD, to, a, turnedRound(b));
    else this.slowUnless(X87_FUNCTION.DIVIDE, to, a, b);
    if (pops) this.pop(this.register(0));
  }

  /** The memory operand into a register. */
  private readOperand(i: Insn, integer: boolean, to: Node): void {
    const { size } = i.operands[0]!;
    const value = this.load(size as Size, this.address(i), i.segment);
    if (integer) this.slowUnless(X87_FUNCTION.FROM_INTEGER, this.signed64(size as Size, value), to);
    else this.slowUnless(X87_FUNCTION.FROM_FLOAT64, this.asFloat64(size, value), to);
  }

  /** A binary32's bits as a binary64's; slow for a denormal, which would become normal. */
  private asFloat64(size: number, value: Node): Node {
    if (size === 64) return as64(value);
    const magnitude = binary32(OP.I32_AND, value, constant32(0x7fffffff));
    const lowered = binary32(OP.I32_SUB, magnitude, constant32(1));
    this.slowIf(binary32(OP.I32_LT_U, lowered, constant32(0x7fffff)));
    const number = unary(TYPE.F32, OP.F32_REINTERPRET_I32, as32(value));
    return unary(TYPE.I64, OP.I64_REINTERPRET_F64, unary(TYPE.F64, OP.F64_PROMOTE_F32, number));
  }

  private loadMemory(i: Insn): void {
    this.requirePlain();
    const to = this.requireRoom();
    if (i.operands[0]!.size === 80) {
      const { body } = this;
      const host = this.host(this.address(i), i.segment, 10, false);
      body.get(host);
      body.memory(MEMORY.I64_LOAD, 0);
      const significand = this.fromStack(TYPE.I64);
      body.get(host);
      body.memory(MEMORY.I32_LOAD16_U, 8);
      this.setRegister(to, significand, this.fromStack(TYPE.I32));
    } else this.readOperand(i, false, to);
    this.setWord(X87_AT.TOP, to);
  }

  private setRegister(to: Node, significand: Node, signExponent: Node): void {
    const packed = binary32(OP.I32_OR, to, binary32(OP.I32_SHL, signExponent, constant32(8)));
    this.slowUnless(X87_FUNCTION.SET, significand, packed);
  }

  private loadRegister(i: Insn): void {
    this.requirePlain();
    const from = this.register(i.operands[0]!.register);
    this.requireOrdinaryRegister(from);
    const to = this.requireRoom();
    this.setRegister(to, this.significand(from), this.signExponent(from));
    this.setWord(X87_AT.TOP, to);
  }

  private significand(register: Node): Node {
    this.body.push(binary32(OP.I32_SHL, register, constant32(3)));
    this.body.memory(MEMORY.I64_LOAD, X87_AT.SIGNIFICANDS);
    return this.fromStack(TYPE.I64);
  }

  private signExponent(register: Node): Node {
    this.body.push(binary32(OP.I32_SHL, register, constant32(1)));
    this.body.memory(MEMORY.I32_LOAD16_U, X87_AT.SIGN_EXPONENTS);
    return this.fromStack(TYPE.I32);
  }

  private loadInteger(i: Insn): void {
    this.requirePlain();
    const to = this.requireRoom();
    this.readOperand(i, true, to);
    this.setWord(X87_AT.TOP, to);
  }

  private loadConstant(significand: bigint, signExponent: number): void {
    this.requirePlain();
    const to = this.requireRoom();
    this.setRegister(to, constant64(significand), constant32(signExponent));
    this.setWord(X87_AT.TOP, to);
  }

  private storeNumber(i: Insn, pops: boolean): void {
    this.requirePlain();
    const from = this.register(0);
    this.requireOrdinaryRegister(from);
    const { kind, size, register } = i.operands[0]!;
    if (kind === Kind.Memory) {
      const host = this.host(this.address(i), i.segment, size >> 3, true);
      const functions = {
        32: X87_FUNCTION.STORE_FLOAT32,
        64: X87_FUNCTION.STORE_FLOAT64,
        80: X87_FUNCTION.STORE_EXTENDED,
      };
      this.slowUnless(functions[size as 32 | 64 | 80], from, this.local(host), constant32(0));
    } else this.setRegister(this.register(register), this.significand(from), this.signExponent(from));
    if (pops) this.pop(from);
  }

  private local(local: number): Node {
    return new Node(TYPE.I32, LOCAL, [], BigInt(local));
  }

  private storeInteger(i: Insn, pops: boolean, truncates: boolean): void {
    this.requirePlain(MASKS, MASKS);
    const from = this.register(0);
    this.requireOrdinaryRegister(from);
    const { size } = i.operands[0]!;
    const host = this.host(this.address(i), i.segment, size >> 3, true);
    const how = constant32(size | (truncates ? 256 : 0));
    this.slowUnless(X87_FUNCTION.STORE_INTEGER, from, this.local(host), how);
    if (pops) this.pop(from);
  }

  private exchange(i: Insn): void {
    this.requirePlain();
    const [a, b] = [this.register(0), this.register(i.operands[0]!.register)];
    this.requireOrdinaryRegister(a);
    this.requireOrdinaryRegister(b);
    this.slowUnless(X87_FUNCTION.EXCHANGE, a, b, constant32(0));
  }

  private changeSign(kept: number, turned: number): void {
    this.requirePlain();
    const register = this.register(0);
    this.requireOrdinaryRegister(register);
    this.slowUnless(X87_FUNCTION.CHANGE_SIGN, register, constant32(kept), constant32(turned));
  }

  /** ZF and CF; the flags' homes are written at once, as the slow path writes them. */
  private order(i: Insn, pops: boolean): void {
    const { body } = this;
    this.requirePlain();
    const [a, b] = [this.register(0), this.register(i.operands[1]!.register)];
    this.requireOrdinaryRegister(a);
    this.requireOrdinaryRegister(b);
    for (const parameter of [a, b, constant32(0)]) body.push(parameter);
    body.call(X87_FUNCTION.COMPARE);
    const answer = this.fromStack(TYPE.I32);
    if (pops) this.pop(a);
    for (const flag of [FLAG.OF, FLAG.SF, FLAG.AF, FLAG.PF]) this.setFlag(flag, this.truth(false));
    this.setFlag(FLAG.ZF, binary32(OP.I32_EQ, answer, constant32(3)));
    this.setFlag(FLAG.CF, binary32(OP.I32_EQ, answer, constant32(2)));
    this.flush();
  }

  private notePointers(i: Insn): void {
    const { body } = this;
    this.setWord(X87_AT.LAST_OPCODE, constant32(((i.form.opcode & 7) << 8) | i.modrm));
    const pointers: [number, Node][] = [[X87_AT.LAST_INSTRUCTION, constant64(this.rip)]];
    if (i.operands[0]?.kind === Kind.Memory)
      pointers.push([X87_AT.LAST_DATA, binary64(OP.I64_ADD, this.address(i), constant64(0n))]);
    for (const [at, value] of pointers) {
      body.i32(0);
      body.push(as64(value));
      body.memory(MEMORY.I64_STORE, at);
    }
  }
}
