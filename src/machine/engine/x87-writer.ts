/** The words in which the functions of `x87-arithmetic.ts` and `x87-transfer.ts` are written: locals, registers of the unit, arithmetic. */
import { X87_AT } from "../cpu/x87-state.js";
import type { CodeBuffer } from "./code-buffer.js";
import { FunctionBody } from "./function-body.js";
import { binary32, binary64, compare64, constant32, constant64, LOCAL, Node, unary } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE, type Type } from "./opcodes.js";
import { OPERAND } from "./x87-function-numbers.js";

export const TOP_BIT = 1n << 63n;
const C1 = 0x200;
const PE = 0x20;

/** A body under construction, with words for what these functions do often. */
export class Writer {
  readonly body: FunctionBody;

  constructor(parameters: number) {
    this.body = new FunctionBody(parameters);
  }

  local(type: Type, value: Node): Node {
    const local = this.body.local(type);
    this.body.push(value);
    this.body.set(local);
    return new Node(type, LOCAL, [], BigInt(local));
  }

  wide = (value: Node): Node => this.local(TYPE.I64, value);
  narrow = (value: Node): Node => this.local(TYPE.I32, value);

  assign(local: Node, value: Node): void {
    this.body.push(value);
    this.body.set(Number(local.value));
  }

  parameter(n: number, type: Type = TYPE.I32): Node {
    return new Node(type, LOCAL, [], BigInt(n));
  }

  if(c: Node, yes: () => void, no?: () => void): void {
    this.body.push(c);
    this.body.open(CONTROL.IF);
    yes();
    if (no) {
      this.body.otherwise();
      no();
    }
    this.body.close();
  }

  return(answer: Node): void {
    this.body.push(answer);
    this.body.op(CONTROL.RETURN);
  }

  refuseIf(c: Node): void {
    this.if(c, () => this.return(constant32(0)));
  }

  private loaded(type: typeof TYPE.I32 | typeof TYPE.I64, opcode: number, address: Node, at: number): Node {
    const local = this.body.local(type);
    this.body.push(address);
    this.body.memory(opcode, at);
    this.body.set(local);
    return new Node(type, LOCAL, [], BigInt(local));
  }

  significand(register: Node): Node {
    return this.loaded(TYPE.I64, MEMORY.I64_LOAD, shl32(register, 3), X87_AT.SIGNIFICANDS);
  }

  signExponent(register: Node): Node {
    return this.loaded(TYPE.I32, MEMORY.I32_LOAD16_U, shl32(register, 1), X87_AT.SIGN_EXPONENTS);
  }

  word(at: number): Node {
    return this.loaded(TYPE.I32, MEMORY.I32_LOAD, constant32(0), at);
  }

  store(opcode: number, address: Node, at: number, value: Node): void {
    this.body.push(address);
    this.body.push(value);
    this.body.memory(opcode, at);
  }

  /** Writes a register with its tag; the operand's place has none. */
  write(to: Node, significand: Node, signExponent: Node): void {
    this.store(MEMORY.I64_STORE, shl32(to, 3), X87_AT.SIGNIFICANDS, significand);
    this.store(MEMORY.I32_STORE16, shl32(to, 1), X87_AT.SIGN_EXPONENTS, signExponent);
    this.if(less32(to, constant32(OPERAND)), () => {
      const shift = shl32(to, 1);
      const cleared = and32(this.word(X87_AT.TAGS), not32(binary32(OP.I32_SHL, constant32(3), shift)));
      const tag = binary32(OP.I32_SHL, isZero(significand), shift);
      this.store(MEMORY.I32_STORE, constant32(0), X87_AT.TAGS, or32(cleared, tag));
    });
  }

  /** Status flags of a result: C1 when it was rounded up, PE when it was rounded. */
  tell(up: Node, inexact: Node): void {
    const kept = and32(this.word(X87_AT.STATUS), constant32(~C1));
    const flags = or32(
      select32(up, constant32(C1), constant32(0)),
      select32(inexact, constant32(PE), constant32(0)),
    );
    this.store(MEMORY.I32_STORE, constant32(0), X87_AT.STATUS, or32(kept, flags));
  }

  /** An exact result. */
  finish(to: Node, significand: Node, signExponent: Node): void {
    this.write(to, significand, signExponent);
    this.tell(constant32(0), constant32(0));
    this.return(constant32(1));
  }

  get finished(): CodeBuffer {
    return this.body.whole;
  }
}

export const and32 = (a: Node, b: Node): Node => binary32(OP.I32_AND, a, b);
export const or32 = (a: Node, b: Node): Node => binary32(OP.I32_OR, a, b);
export const add32 = (a: Node, b: Node): Node => binary32(OP.I32_ADD, a, b);
export const sub32 = (a: Node, b: Node): Node => binary32(OP.I32_SUB, a, b);
export const less32 = (a: Node, b: Node): Node => binary32(OP.I32_LT_S, a, b);
export const shl32 = (a: Node, n: number): Node => binary32(OP.I32_SHL, a, constant32(n));
export const not32 = (a: Node): Node => binary32(OP.I32_XOR, a, constant32(-1));
export const not = (a: Node): Node => unary(TYPE.I32, OP.I32_EQZ, a);
export const and = (a: Node, b: Node): Node => binary64(OP.I64_AND, a, b);
export const or = (a: Node, b: Node): Node => binary64(OP.I64_OR, a, b);
export const add = (a: Node, b: Node): Node => binary64(OP.I64_ADD, a, b);
export const sub = (a: Node, b: Node): Node => binary64(OP.I64_SUB, a, b);
export const mul = (a: Node, b: Node): Node => binary64(OP.I64_MUL, a, b);
export const divided = (a: Node, b: Node): Node => new Node(TYPE.I64, OP.I64_DIV_U, [a, b]);
export const shl = (a: Node, n: Node | number): Node => binary64(OP.I64_SHL, a, count(n));
export const shr = (a: Node, n: Node | number): Node => binary64(OP.I64_SHR_U, a, count(n));
export const below = (a: Node, b: Node): Node => compare64(OP.I64_LT_U, a, b);
export const equal = (a: Node, b: Node): Node => compare64(OP.I64_EQ, a, b);
export const isZero = (a: Node): Node => unary(TYPE.I32, OP.I64_EQZ, a);
export const isNegative = (a: Node): Node => compare64(OP.I64_LT_S, a, constant64(0n));
export const extend = (a: Node): Node => unary(TYPE.I64, OP.I64_EXTEND_I32_U, a);
export const leadingZeros = (a: Node): Node => unary(TYPE.I64, OP.I64_CLZ, a);
export const wrap = (a: Node): Node => unary(TYPE.I32, OP.I32_WRAP_I64, a);
export const select = (c: Node, yes: Node, no: Node): Node => new Node(TYPE.I64, OP.SELECT, [yes, no, c]);
export const select32 = (c: Node, yes: Node, no: Node): Node => new Node(TYPE.I32, OP.SELECT, [yes, no, c]);
const count = (n: Node | number): Node =>
  typeof n === "number" ? constant64(BigInt(n)) : n.type === TYPE.I32 ? extend(n) : n;
export const MASK = constant64(0xffffffffn);
export const TOP = constant64(TOP_BIT);

export const exponentOf = (signExponent: Node): Node => and32(signExponent, constant32(0x7fff));
export const signOf = (signExponent: Node): Node => and32(signExponent, constant32(0x8000));

/** Zero with the sign of a product or quotient. */
export function signedZero(w: Writer, to: Node, sign: Node): void {
  w.finish(to, constant64(0n), sign);
}
