/**
 * Functions of generated code that do x87 arithmetic for the ordinary case: normal numbers or zero, all exceptions masked,
 * rounding to nearest, 64 bits of precision. Each answers 1, or 0 when the evaluator must do the instruction; then it
 * has changed nothing. Registers are named by their number, not their place on the stack; register 8 is an operand from
 * memory. Flags gather as in the evaluator: C1 tells of rounding up, PE of rounding.
 * Source: Intel SDM Vol. 1 §4.8.4, §8.1.3, §8.5.6; division of 128 by 64 bits: Knuth, The Art of Computer Programming 2, §4.3.1 D.
 */
import { X87_AT } from "../cpu/x87-state.js";
import { CodeBuffer } from "./code-buffer.js";
import { IMPORT } from "./engine-cells.js";
import { FunctionBody } from "./function-body.js";
import { binary32, binary64, compare64, constant32, constant64, LOCAL, Node, unary } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE, type Type } from "./opcodes.js";

/** Behind the imported functions and the region itself. */
const FIRST = Object.keys(IMPORT).length + 1;

/** Numbers of the functions in a region's module. */
export const X87_FUNCTION = {
  /** (to, high, low, exponent, sign): rounds high:low × 2^…, high with its top bit set, and writes it. */
  ROUND: FIRST,
  /** (to, a, b + 16 when b's sign is to be turned round) */
  ADD: FIRST + 1,
  /** (to, a, b) */
  MULTIPLY: FIRST + 2,
  DIVIDE: FIRST + 3,
  /** (bits of a binary64, to) */
  FROM_FLOAT64: FIRST + 4,
  /** (integer, to) */
  FROM_INTEGER: FIRST + 5,
  /** (significand, to + 256 × sign and exponent) */
  SET: FIRST + 6,
  /** (from, place in linear memory) */
  STORE_FLOAT64: FIRST + 7,
  STORE_FLOAT32: FIRST + 8,
  STORE_EXTENDED: FIRST + 9,
  /** (from, place, bits of the integer + 256 when it is truncated) */
  STORE_INTEGER: FIRST + 10,
  /** (a, b) */
  EXCHANGE: FIRST + 11,
  /** (register, mask that its sign and exponent keep, bits that are turned round) */
  CHANGE_SIGN: FIRST + 12,
  /** (a, b): 1 when a is greater, 2 when less, 3 when equal. */
  COMPARE: FIRST + 13,
} as const;

/** Their types, as `region-module.ts` numbers them. */
export const X87_TYPES = [4, 3, 3, 3, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3];

/** The operand from memory. */
export const OPERAND = 8;
const TURN = 16;

const TOP_BIT = 1n << 63n;
const C1 = 0x200;
const PE = 0x20;

/** A body under construction, with words for what these functions do often. */
class Writer {
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
    return new CodeBuffer().append(this.body.declarations).append(this.body.finished).byte(CONTROL.END);
  }
}

const and32 = (a: Node, b: Node): Node => binary32(OP.I32_AND, a, b);
const or32 = (a: Node, b: Node): Node => binary32(OP.I32_OR, a, b);
const add32 = (a: Node, b: Node): Node => binary32(OP.I32_ADD, a, b);
const sub32 = (a: Node, b: Node): Node => binary32(OP.I32_SUB, a, b);
const less32 = (a: Node, b: Node): Node => binary32(OP.I32_LT_S, a, b);
const shl32 = (a: Node, n: number): Node => binary32(OP.I32_SHL, a, constant32(n));
const not32 = (a: Node): Node => binary32(OP.I32_XOR, a, constant32(-1));
const not = (a: Node): Node => unary(TYPE.I32, OP.I32_EQZ, a);
const and = (a: Node, b: Node): Node => binary64(OP.I64_AND, a, b);
const or = (a: Node, b: Node): Node => binary64(OP.I64_OR, a, b);
const add = (a: Node, b: Node): Node => binary64(OP.I64_ADD, a, b);
const sub = (a: Node, b: Node): Node => binary64(OP.I64_SUB, a, b);
const mul = (a: Node, b: Node): Node => binary64(OP.I64_MUL, a, b);
const divided = (a: Node, b: Node): Node => new Node(TYPE.I64, OP.I64_DIV_U, [a, b]);
const shl = (a: Node, n: Node | number): Node => binary64(OP.I64_SHL, a, count(n));
const shr = (a: Node, n: Node | number): Node => binary64(OP.I64_SHR_U, a, count(n));
const below = (a: Node, b: Node): Node => compare64(OP.I64_LT_U, a, b);
const equal = (a: Node, b: Node): Node => compare64(OP.I64_EQ, a, b);
const isZero = (a: Node): Node => unary(TYPE.I32, OP.I64_EQZ, a);
const isNegative = (a: Node): Node => compare64(OP.I64_LT_S, a, constant64(0n));
const extend = (a: Node): Node => unary(TYPE.I64, OP.I64_EXTEND_I32_U, a);
const leadingZeros = (a: Node): Node => unary(TYPE.I64, OP.I64_CLZ, a);
const wrap = (a: Node): Node => unary(TYPE.I32, OP.I32_WRAP_I64, a);
const select = (c: Node, yes: Node, no: Node): Node => new Node(TYPE.I64, OP.SELECT, [yes, no, c]);
const select32 = (c: Node, yes: Node, no: Node): Node => new Node(TYPE.I32, OP.SELECT, [yes, no, c]);
const count = (n: Node | number): Node =>
  typeof n === "number" ? constant64(BigInt(n)) : n.type === TYPE.I32 ? extend(n) : n;
const MASK = constant64(0xffffffffn);
const TOP = constant64(TOP_BIT);

/** Half way is to even; the lower half is one of `low`'s 64 bits below the significand. */
function round(): CodeBuffer {
  const w = new Writer(5);
  const to = w.parameter(0);
  const low = w.parameter(2, TYPE.I64);
  const high = w.wide(w.parameter(1, TYPE.I64));
  const exponent = w.narrow(w.parameter(3));
  w.refuseIf(or32(less32(exponent, constant32(1)), less32(constant32(0x7ffd), exponent)));
  const tie = and32(equal(low, TOP), wrap(and(high, constant64(1n))));
  const up = w.narrow(or32(below(TOP, low), tie));
  w.assign(high, add(high, extend(up)));
  w.if(isZero(high), () => {
    w.assign(high, TOP);
    w.assign(exponent, add32(exponent, constant32(1)));
  });
  w.write(to, high, or32(exponent, w.parameter(4)));
  w.tell(up, not(isZero(low)));
  w.return(constant32(1));
  w.body.i32(0);
  return w.finished;
}

const exponentOf = (signExponent: Node): Node => and32(signExponent, constant32(0x7fff));
const signOf = (signExponent: Node): Node => and32(signExponent, constant32(0x8000));

function callRound(w: Writer, to: Node, high: Node, low: Node, exponent: Node, sign: Node): void {
  for (const part of [to, high, low, exponent, sign]) w.body.push(part);
  w.body.call(X87_FUNCTION.ROUND);
}

function sum(): CodeBuffer {
  const w = new Writer(3);
  const to = w.parameter(0);
  const a = w.parameter(1);
  const b = w.narrow(and32(w.parameter(2), constant32(15)));
  const turned = shl32(binary32(OP.I32_SHR_U, w.parameter(2), constant32(4)), 15);
  const [sa, ea] = [w.significand(a), w.signExponent(a)];
  const sb = w.significand(b);
  const eb = w.narrow(binary32(OP.I32_XOR, w.signExponent(b), turned));
  w.if(isZero(sb), () => {
    w.refuseIf(isZero(sa));
    w.finish(to, sa, ea);
  });
  w.if(isZero(sa), () => w.finish(to, sb, eb));
  orderByMagnitude(w, sa, ea, sb, eb);
  const exponent = w.narrow(exponentOf(ea));
  const distance = w.narrow(sub32(exponent, exponentOf(eb)));
  const [high, low] = [w.wide(sb), w.wide(constant64(0n))];
  align(w, sb, distance, high, low);
  w.if(
    isZero(extend(signOf(binary32(OP.I32_XOR, ea, eb)))),
    () => addMagnitudes(w, sa, high, low, exponent),
    () => subtractMagnitudes(w, to, sa, high, low, exponent),
  );
  callRound(w, to, high, low, exponent, signOf(ea));
  return w.finished;
}

function orderByMagnitude(w: Writer, sa: Node, ea: Node, sb: Node, eb: Node): void {
  const smallerExponent = less32(exponentOf(ea), exponentOf(eb));
  const sameExponent = binary32(OP.I32_EQ, exponentOf(ea), exponentOf(eb));
  w.if(or32(smallerExponent, and32(sameExponent, below(sa, sb))), () => {
    const significand = w.wide(sa);
    w.assign(sa, sb);
    w.assign(sb, significand);
    const signExponent = w.narrow(ea);
    w.assign(ea, eb);
    w.assign(eb, signExponent);
  });
}

/** high:low ← s shifted right by `distance`, what is lost marked in the lowest bit. */
function align(w: Writer, s: Node, distance: Node, high: Node, low: Node): void {
  w.if(less32(constant32(0), distance), () =>
    w.if(
      less32(distance, constant32(64)),
      () => {
        w.assign(low, shl(s, sub32(constant32(64), distance)));
        w.assign(high, shr(s, distance));
      },
      () => {
        const rest = sub32(distance, constant32(64));
        const kept = shr(s, rest);
        const lost = not(isZero(shl(s, sub32(constant32(64), rest))));
        const far = select(
          less32(distance, constant32(128)),
          select(isZero(extend(rest)), s, or(kept, extend(lost))),
          constant64(1n),
        );
        w.assign(low, far);
        w.assign(high, constant64(0n));
      },
    ),
  );
}

function addMagnitudes(w: Writer, sa: Node, high: Node, low: Node, exponent: Node): void {
  w.assign(high, add(sa, high));
  w.if(below(high, sa), () => {
    w.assign(low, or(or(shr(low, 1), and(low, constant64(1n))), shl(high, 63)));
    w.assign(high, or(shr(high, 1), TOP));
    w.assign(exponent, add32(exponent, constant32(1)));
  });
}

function subtractMagnitudes(w: Writer, to: Node, sa: Node, high: Node, low: Node, exponent: Node): void {
  w.assign(high, sub(sub(sa, high), extend(not(isZero(low)))));
  w.assign(low, sub(constant64(0n), low));
  w.if(isZero(or(high, low)), () => w.finish(to, constant64(0n), constant32(0)));
  w.if(isZero(high), () => {
    w.assign(high, low);
    w.assign(low, constant64(0n));
    w.assign(exponent, sub32(exponent, constant32(64)));
  });
  const zeros = w.wide(leadingZeros(high));
  w.if(not(isZero(zeros)), () => {
    w.assign(high, or(shl(high, zeros), shr(low, sub(constant64(64n), zeros))));
    w.assign(low, shl(low, zeros));
    w.assign(exponent, sub32(exponent, wrap(zeros)));
  });
}

/** Zero with the sign of a product or quotient. */
function signedZero(w: Writer, to: Node, sign: Node): void {
  w.finish(to, constant64(0n), sign);
}

function product(): CodeBuffer {
  const w = new Writer(3);
  const [to, a, b] = [w.parameter(0), w.parameter(1), w.parameter(2)];
  const [sa, ea, sb, eb] = [w.significand(a), w.signExponent(a), w.significand(b), w.signExponent(b)];
  const sign = w.narrow(signOf(binary32(OP.I32_XOR, ea, eb)));
  w.if(or32(isZero(sa), isZero(sb)), () => signedZero(w, to, sign));
  const [al, ah] = [w.wide(and(sa, MASK)), w.wide(shr(sa, 32))];
  const [bl, bh] = [w.wide(and(sb, MASK)), w.wide(shr(sb, 32))];
  const lowest = w.wide(mul(al, bl));
  const middle = w.wide(add(mul(ah, bl), shr(lowest, 32)));
  const other = w.wide(add(mul(al, bh), and(middle, MASK)));
  const high = w.wide(add(add(mul(ah, bh), shr(middle, 32)), shr(other, 32)));
  const low = w.wide(or(shl(other, 32), and(lowest, MASK)));
  const exponent = w.narrow(sub32(add32(exponentOf(ea), exponentOf(eb)), constant32(0x3ffe)));
  w.if(not(isNegative(high)), () => {
    w.assign(high, or(shl(high, 1), shr(low, 63)));
    w.assign(low, shl(low, 1));
    w.assign(exponent, sub32(exponent, constant32(1)));
  });
  callRound(w, to, high, low, exponent, sign);
  return w.finished;
}

function quotient(): CodeBuffer {
  const w = new Writer(3);
  const [to, a, b] = [w.parameter(0), w.parameter(1), w.parameter(2)];
  const [sa, ea, v, eb] = [w.significand(a), w.signExponent(a), w.significand(b), w.signExponent(b)];
  const sign = w.narrow(signOf(binary32(OP.I32_XOR, ea, eb)));
  w.refuseIf(isZero(v));
  w.if(isZero(sa), () => signedZero(w, to, sign));
  const larger = w.narrow(not(below(sa, v)));
  const exponent = w.narrow(add32(sub32(exponentOf(ea), exponentOf(eb)), add32(constant32(0x3ffe), larger)));
  // The dividend's upper half is below the divisor, so that the quotient has 64 bits with the top one set.
  const upper = w.wide(shr(sa, larger));
  const lower = w.wide(select(larger, shl(sa, 63), constant64(0n)));
  const [vh, vl] = [w.wide(shr(v, 32)), w.wide(and(v, MASK))];
  const first = digit(w, upper, shr(lower, 32), vh, vl);
  const between = w.wide(sub(add(shl(upper, 32), shr(lower, 32)), mul(first, v)));
  const second = digit(w, between, and(lower, MASK), vh, vl);
  const remainder = w.wide(sub(add(shl(between, 32), and(lower, MASK)), mul(second, v)));
  const rest = w.wide(sub(v, remainder));
  const nearest = select(equal(remainder, rest), TOP, constant64(1n));
  const low = select(below(rest, remainder), constant64(TOP_BIT + 1n), nearest);
  callRound(
    w,
    to,
    add(shl(first, 32), second),
    select(isZero(remainder), constant64(0n), low),
    exponent,
    sign,
  );
  return w.finished;
}

/** One digit of 32 bits of u:next ÷ v: an estimate from the divisor's upper half, corrected at most twice. */
function digit(w: Writer, u: Node, next: Node, vh: Node, vl: Node): Node {
  const estimate = w.wide(divided(u, vh));
  const rest = w.wide(sub(u, mul(estimate, vh)));
  for (let n = 0; n < 2; n++) {
    const tooLarge = or32(not(isZero(shr(estimate, 32))), below(or(shl(rest, 32), next), mul(estimate, vl)));
    w.if(and32(isZero(shr(rest, 32)), tooLarge), () => {
      w.assign(estimate, sub(estimate, constant64(1n)));
      w.assign(rest, add(rest, vh));
    });
  }
  return estimate;
}

function fromFloat64(): CodeBuffer {
  const w = new Writer(2);
  const bits = w.parameter(0, TYPE.I64);
  const to = w.parameter(1);
  const sign = w.narrow(shl32(wrap(shr(bits, 63)), 15));
  w.if(isZero(shl(bits, 1)), () => signedZero(w, to, sign));
  const exponent = w.narrow(and32(wrap(shr(bits, 52)), constant32(0x7ff)));
  w.refuseIf(or32(isZero(extend(exponent)), binary32(OP.I32_EQ, exponent, constant32(0x7ff))));
  const significand = or(shl(bits, 11), TOP);
  w.finish(to, significand, or32(add32(exponent, constant32(0x3c00)), sign));
  w.body.i32(0);
  return w.finished;
}

function fromInteger(): CodeBuffer {
  const w = new Writer(2);
  const integer = w.parameter(0, TYPE.I64);
  const to = w.parameter(1);
  w.if(isZero(integer), () => w.finish(to, constant64(0n), constant32(0)));
  const sign = w.narrow(shl32(isNegative(integer), 15));
  const magnitude = w.wide(select(sign, sub(constant64(0n), integer), integer));
  const zeros = w.wide(leadingZeros(magnitude));
  const exponent = sub32(constant32(0x403e), wrap(zeros));
  w.finish(to, shl(magnitude, zeros), or32(exponent, sign));
  w.body.i32(0);
  return w.finished;
}

/** Zero or normal, with the explicit integer bit that belongs to it. */
function set(): CodeBuffer {
  const w = new Writer(2);
  const significand = w.parameter(0, TYPE.I64);
  const to = w.narrow(and32(w.parameter(1), constant32(0xff)));
  const signExponent = w.narrow(binary32(OP.I32_SHR_U, w.parameter(1), constant32(8)));
  const exponent = w.narrow(exponentOf(signExponent));
  const biased = binary32(OP.I32_SUB, exponent, constant32(1));
  const normal = and32(binary32(OP.I32_LT_U, biased, constant32(0x7ffe)), isNegative(significand));
  const zero = isZero(or(significand, extend(exponent)));
  w.refuseIf(not(or32(normal, zero)));
  w.finish(to, significand, signExponent);
  w.body.i32(0);
  return w.finished;
}

/** A binary64 or binary32 at a place in linear memory: `fraction` bits, `bias` the difference of the exponents' biases. */
function storeFloat(fraction: number, bias: number, largest: number): CodeBuffer {
  const w = new Writer(3);
  const [from, place] = [w.parameter(0), w.parameter(1)];
  const [significand, signExponent] = [w.significand(from), w.signExponent(from)];
  const double = fraction === 52;
  const sign = w.wide(shl(extend(signOf(signExponent)), double ? 48 : 16));
  const write = (bits: Node, up: Node, inexact: Node): void => {
    if (double) w.store(MEMORY.I64_STORE, place, 0, bits);
    else w.store(MEMORY.I32_STORE, place, 0, wrap(bits));
    w.tell(up, inexact);
    w.return(constant32(1));
  };
  w.if(isZero(significand), () => write(sign, constant32(0), constant32(0)));
  const exponent = w.narrow(sub32(exponentOf(signExponent), constant32(bias)));
  w.refuseIf(or32(less32(exponent, constant32(1)), less32(constant32(largest - 1), exponent)));
  const lost = 63 - fraction;
  const low = w.wide(shl(significand, 64 - lost));
  const high = w.wide(shr(significand, lost));
  const up = w.narrow(or32(below(TOP, low), and32(equal(low, TOP), wrap(and(high, constant64(1n))))));
  w.assign(high, add(high, extend(up)));
  // The integer bit, which is not stored, adds one to the exponent; so does a carry out of the fraction.
  const bits = add(shl(extend(sub32(exponent, constant32(1))), fraction), high);
  write(or(sign, bits), up, not(isZero(low)));
  w.body.i32(0);
  return w.finished;
}

function storeExtended(): CodeBuffer {
  const w = new Writer(3);
  const [from, place] = [w.parameter(0), w.parameter(1)];
  w.store(MEMORY.I64_STORE, place, 0, w.significand(from));
  w.store(MEMORY.I32_STORE16, place, 8, w.signExponent(from));
  w.tell(constant32(0), constant32(0));
  w.return(constant32(1));
  w.body.i32(0);
  return w.finished;
}

function storeInteger(): CodeBuffer {
  const w = new Writer(3);
  const [from, place] = [w.parameter(0), w.parameter(1)];
  const size = w.narrow(and32(w.parameter(2), constant32(0xff)));
  const rounding = and32(binary32(OP.I32_SHR_U, w.word(X87_AT.CONTROL), constant32(10)), constant32(3));
  const mode = w.narrow(select32(less32(constant32(255), w.parameter(2)), constant32(3), rounding));
  w.refuseIf(binary32(OP.I32_EQ, mode, constant32(1)));
  w.refuseIf(binary32(OP.I32_EQ, mode, constant32(2)));
  const [significand, signExponent] = [w.significand(from), w.signExponent(from)];
  const exponent = w.narrow(sub32(exponentOf(signExponent), constant32(0x3fff)));
  w.refuseIf(not(less32(exponent, sub32(size, constant32(1)))));
  const [whole, low] = [w.wide(constant64(0n)), w.wide(constant64(0n))];
  w.if(not(isZero(significand)), () => {
    w.assign(low, constant64(1n));
    w.if(binary32(OP.I32_EQ, exponent, constant32(-1)), () => w.assign(low, significand));
    w.if(less32(constant32(-1), exponent), () => {
      w.assign(whole, shr(significand, sub32(constant32(63), exponent)));
      w.assign(low, shl(significand, add32(exponent, constant32(1))));
    });
  });
  const tie = and32(equal(low, TOP), wrap(and(whole, constant64(1n))));
  const nearest = and32(or32(below(TOP, low), tie), not(isNonZero(mode)));
  const up = w.narrow(nearest);
  w.assign(whole, add(whole, extend(up)));
  w.refuseIf(not(isZero(shr(whole, sub32(size, constant32(1))))));
  const value = w.wide(select(signOf(signExponent), sub(constant64(0n), whole), whole));
  w.if(
    binary32(OP.I32_EQ, size, constant32(64)),
    () => w.store(MEMORY.I64_STORE, place, 0, value),
    () =>
      w.if(
        binary32(OP.I32_EQ, size, constant32(32)),
        () => w.store(MEMORY.I32_STORE, place, 0, wrap(value)),
        () => w.store(MEMORY.I32_STORE16, place, 0, wrap(value)),
      ),
  );
  w.tell(up, not(isZero(low)));
  w.return(constant32(1));
  w.body.i32(0);
  return w.finished;
}

/** 1 unless zero. */
const isNonZero = (a: Node): Node => binary32(OP.I32_NE, a, constant32(0));

function exchange(): CodeBuffer {
  const w = new Writer(3);
  const [a, b] = [w.parameter(0), w.parameter(1)];
  const [sa, ea, sb, eb] = [w.significand(a), w.signExponent(a), w.significand(b), w.signExponent(b)];
  w.write(a, sb, eb);
  w.finish(b, sa, ea);
  w.body.i32(0);
  return w.finished;
}

function changeSign(): CodeBuffer {
  const w = new Writer(3);
  const register = w.parameter(0);
  const kept = and32(w.signExponent(register), w.parameter(1));
  const changed = w.narrow(binary32(OP.I32_XOR, kept, w.parameter(2)));
  w.finish(register, w.significand(register), changed);
  w.body.i32(0);
  return w.finished;
}

function compare(): CodeBuffer {
  const w = new Writer(3);
  const [a, b] = [w.parameter(0), w.parameter(1)];
  const [sa, ea, sb, eb] = [w.significand(a), w.signExponent(a), w.significand(b), w.signExponent(b)];
  w.if(isZero(or(sa, sb)), () => w.return(constant32(3)));
  // With different signs, or a zero on one side, the signs alone decide.
  const sign = (significand: Node, signExponent: Node): Node =>
    w.narrow(
      select32(
        isZero(significand),
        constant32(0),
        select32(signOf(signExponent), constant32(-1), constant32(1)),
      ),
    );
  const [signA, signB] = [sign(sa, ea), sign(sb, eb)];
  const less = (c: Node): Node => select32(c, constant32(2), constant32(1));
  w.if(binary32(OP.I32_NE, signA, signB), () => w.return(less(less32(signA, signB))));
  const sameExponent = binary32(OP.I32_EQ, exponentOf(ea), exponentOf(eb));
  w.if(and32(equal(sa, sb), sameExponent), () => w.return(constant32(3)));
  const smaller = w.narrow(
    select32(
      binary32(OP.I32_EQ, exponentOf(ea), exponentOf(eb)),
      below(sa, sb),
      less32(exponentOf(ea), exponentOf(eb)),
    ),
  );
  w.return(less(binary32(OP.I32_XOR, smaller, binary32(OP.I32_SHR_U, signA, constant32(31)))));
  w.body.i32(0);
  return w.finished;
}

/** The bodies with their locals, in the order of `X87_FUNCTION`. */
export const X87_BODIES: readonly CodeBuffer[] = [
  round(),
  sum(),
  product(),
  quotient(),
  fromFloat64(),
  fromInteger(),
  set(),
  storeFloat(52, 0x3c00, 0x7fe),
  storeFloat(23, 0x3f80, 0xfe),
  storeExtended(),
  storeInteger(),
  exchange(),
  changeSign(),
  compare(),
];

/** `ADD`'s second number with its sign turned round. */
export const turnedRound = (register: Node): Node => or32(register, constant32(TURN));
