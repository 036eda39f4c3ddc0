/**
 * Functions of generated code that bring numbers to the x87 unit and from it, and compare them, for the ordinary case: as
 * `x87-arithmetic.ts`. Source: Intel SDM Vol. 1 §4.8.3, §8.1.3, §8.3.3, §8.3.6.
 */
import { X87_AT } from "../cpu/x87-state.js";
import type { CodeBuffer } from "./code-buffer.js";
import { binary32, constant32, constant64, type Node } from "./node.js";
import { MEMORY, OP, TYPE } from "./opcodes.js";
import {
  add,
  add32,
  and,
  and32,
  below,
  equal,
  exponentOf,
  extend,
  isNegative,
  isZero,
  leadingZeros,
  less32,
  not,
  or,
  or32,
  select,
  select32,
  shl,
  shl32,
  shr,
  signedZero,
  signOf,
  sub,
  sub32,
  TOP,
  Writer,
  wrap,
} from "./x87-writer.js";

export function fromFloat64(): CodeBuffer {
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

export function fromInteger(): CodeBuffer {
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
export function set(): CodeBuffer {
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
export function storeFloat(fraction: number, bias: number, largest: number): CodeBuffer {
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

export function storeExtended(): CodeBuffer {
  const w = new Writer(3);
  const [from, place] = [w.parameter(0), w.parameter(1)];
  w.store(MEMORY.I64_STORE, place, 0, w.significand(from));
  w.store(MEMORY.I32_STORE16, place, 8, w.signExponent(from));
  w.tell(constant32(0), constant32(0));
  w.return(constant32(1));
  w.body.i32(0);
  return w.finished;
}

export function storeInteger(): CodeBuffer {
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

export function exchange(): CodeBuffer {
  const w = new Writer(3);
  const [a, b] = [w.parameter(0), w.parameter(1)];
  const [sa, ea, sb, eb] = [w.significand(a), w.signExponent(a), w.significand(b), w.signExponent(b)];
  w.write(a, sb, eb);
  w.finish(b, sa, ea);
  w.body.i32(0);
  return w.finished;
}

export function changeSign(): CodeBuffer {
  const w = new Writer(3);
  const register = w.parameter(0);
  const kept = and32(w.signExponent(register), w.parameter(1));
  const changed = w.narrow(binary32(OP.I32_XOR, kept, w.parameter(2)));
  w.finish(register, w.significand(register), changed);
  w.body.i32(0);
  return w.finished;
}

export function compare(): CodeBuffer {
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
