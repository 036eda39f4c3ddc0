/**
 * Functions of generated code that do x87 arithmetic for the ordinary case: normal numbers or zero, all exceptions masked,
 * rounding to nearest, 64 bits of precision. Each answers 1, or 0 when the evaluator must do the instruction; then it
 * has changed nothing. Registers are named by their number, not their place on the stack; register 8 is an operand from
 * memory. Flags gather as in the evaluator: C1 tells of rounding up, PE of rounding.
 * Source: Intel SDM Vol. 1 §4.8.4, §8.1.3, §8.5.6; division of 128 by 64 bits: Knuth, The Art of Computer Programming 2, §4.3.1 D.
 */
import type { CodeBuffer } from "./code-buffer.js";
import { binary32, constant32, constant64, type Node } from "./node.js";
import { OP, TYPE } from "./opcodes.js";
import { X87_FUNCTION } from "./x87-function-numbers.js";
import {
  add,
  add32,
  and,
  and32,
  below,
  divided,
  equal,
  exponentOf,
  extend,
  isNegative,
  isZero,
  leadingZeros,
  less32,
  MASK,
  mul,
  not,
  or,
  or32,
  select,
  shl,
  shl32,
  shr,
  signedZero,
  signOf,
  sub,
  sub32,
  TOP,
  TOP_BIT,
  Writer,
  wrap,
} from "./x87-writer.js";

/** Half way is to even; the lower half is one of `low`'s 64 bits below the significand. */
export function round(): CodeBuffer {
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

function callRound(w: Writer, to: Node, high: Node, low: Node, exponent: Node, sign: Node): void {
  for (const part of [to, high, low, exponent, sign]) w.body.push(part);
  w.body.call(X87_FUNCTION.ROUND);
}

export function sum(): CodeBuffer {
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

export function product(): CodeBuffer {
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

export function quotient(): CodeBuffer {
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
