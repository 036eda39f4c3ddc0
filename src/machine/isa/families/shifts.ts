/**
 * Shifts and rotates by 1, by CL or by an immediate, of one operand and of two (SHLD, SHRD).
 * The count is taken modulo 32, or modulo 64 for 64-bit operands; with a count of 0 no flag changes.
 * Source: Intel SDM Vol. 2B, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD, SHRD. OF is defined for a count of 1 only;
 * here it follows the same formula for every count, as processors do, and AF stays.
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { COUNTS, putAt, read, target, valueAt } from "../operands.js";
import type { Ops } from "../ops.js";
import { FLAG, type Size } from "../registers.js";
import { entry, hexByte, STATUS } from "./entry.js";

/** The six encodings of one shift; `digit` is ModRM.reg. */
function shiftForms(digit: number): string[] {
  return [
    `D0 /${digit} | r/m8, 1`,
    `D1 /${digit} | r/mv, 1`,
    `D2 /${digit} | r/m8, cl`,
    `D3 /${digit} | r/mv, cl`,
    `C0 /${digit} | r/m8, imm8`,
    `C1 /${digit} | r/mv, imm8`,
  ];
}

/** Operand `n` modulo 32 or 64. */
function maskedCount<V, B>(o: Ops<V, B>, i: Insn, n: number): V {
  return o.and(read(o, i, n), o.constant(i.size === 64 ? 63n : 31n));
}

const unlessZero = <V, B>(o: Ops<V, B>, count: V, effect: () => void): void =>
  o.if(o.not(o.isZero(count)), effect);

const sizeMinus = <V, B>(o: Ops<V, B>, size: Size, count: V): V =>
  o.sub(64, o.constant(COUNTS[size]!), count);

const oneLess = <V, B>(o: Ops<V, B>, count: V): V => o.sub(64, count, o.constant(1n));

/** The bit that leaves at the top when `a` is shifted left by a count from 1 on: zero beyond the operand. */
function lastBitOutLeft<V, B>(o: Ops<V, B>, size: Size, a: V, count: V): B {
  if (size >= 32) return o.bit(a, sizeMinus(o, size, count));
  return o.bit(o.shiftLeft(64, a, count), o.constant(COUNTS[size]!));
}

/** OF of a right shift or rotate: whether the two top bits of the result differ. */
function topBitsDiffer<V, B>(o: Ops<V, B>, size: Size, result: V): B {
  return o.differ(o.sign(size, result), o.bit(result, o.constant(COUNTS[size - 2]!)));
}

const shiftLeft: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.shiftLeft(size, a, count);
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    const carry = lastBitOutLeft(o, size, a, count);
    o.resultFlags(size, result);
    o.setFlag(FLAG.CF, carry);
    o.setFlag(FLAG.OF, o.differ(carry, o.sign(size, result)));
  });
};

const shiftRight: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.shiftRight(size, a, count);
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    o.resultFlags(size, result);
    o.setFlag(FLAG.CF, o.bit(a, oneLess(o, count)));
    o.setFlag(FLAG.OF, topBitsDiffer(o, size, result));
  });
};

const shiftRightSigned: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const wide = <V, B>(ops: Ops<V, B>, a: V): V => (size === 64 ? a : ops.signExtend(size, 64, a));
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.truncate(size, o.shiftRightSigned(64, wide(o, a), count));
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    o.resultFlags(size, result);
    o.setFlag(FLAG.CF, o.bit(wide(o, a), oneLess(o, count)));
    o.setFlag(FLAG.OF, o.truth(false));
  });
};

/** Narrow operands turn once around every 8 or 16; the flags still follow the unreduced count. */
const turns = <V, B>(o: Ops<V, B>, size: Size, count: V): V =>
  size >= 32 ? count : o.modulo(count, BigInt(size));

const rotateLeft: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.rotateLeft(size, a, turns(o, size, count));
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    const carry = o.bit(result, o.constant(0n));
    o.setFlag(FLAG.CF, carry);
    o.setFlag(FLAG.OF, o.differ(carry, o.sign(size, result)));
  });
};

const rotateRight: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.rotateRight(size, a, turns(o, size, count));
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    o.setFlag(FLAG.CF, o.sign(size, result));
    o.setFlag(FLAG.OF, topBitsDiffer(o, size, result));
  });
};

/** Through carry, narrow operands turn once around every 9 or 17: the operand and the carry. */
const turnsThroughCarry = <V, B>(o: Ops<V, B>, size: Size, count: V): V =>
  size >= 32 ? count : o.modulo(count, BigInt(size + 1));

/** After whole turns of a narrow operand the carry is what it was; CF and OF are written all the same. */
function carryAfter<V, B>(o: Ops<V, B>, size: Size, turned: V, before: B, out: B): B {
  return size >= 32 ? out : o.choose(o.isZero(turned), before, out);
}

/** (a, carry) rotated left: what leaves at the top comes back below the carry. Right for a count of 0 too. */
const rotateLeftCarry: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const turned = turnsThroughCarry(o, size, count);
  const before = o.flag(FLAG.CF);
  const one = o.constant(1n);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const above = o.shiftLeft(64, a, turned);
  const carried = o.shiftRight(64, o.shiftLeft(64, o.number(before), turned), one);
  const below = o.shiftRight(64, o.shiftRight(64, a, sizeMinus(o, size, turned)), one);
  const result = o.truncate(size, o.or(o.or(above, carried), below));
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    const carry = carryAfter(o, size, turned, before, o.bit(a, sizeMinus(o, size, turned)));
    o.setFlag(FLAG.CF, carry);
    o.setFlag(FLAG.OF, o.differ(carry, o.sign(size, result)));
  });
};

const rotateRightCarry: Semantics = (o, i) => {
  const size = i.size as Size;
  const count = maskedCount(o, i, 1);
  const turned = turnsThroughCarry(o, size, count);
  const before = o.flag(FLAG.CF);
  const one = o.constant(1n);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const below = o.shiftRight(64, a, turned);
  const carried = o.shiftLeft(64, o.number(before), sizeMinus(o, size, turned));
  const above = o.shiftLeft(64, o.shiftLeft(64, a, sizeMinus(o, size, turned)), one);
  const result = o.truncate(size, o.or(o.or(below, carried), above));
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    o.setFlag(FLAG.CF, carryAfter(o, size, turned, before, o.bit(a, oneLess(o, turned))));
    o.setFlag(FLAG.OF, topBitsDiffer(o, size, result));
  });
};

/**
 * SHLD and SHRD as a shift of the destination with the source beside it. 16-bit operands allow counts up to 31:
 * beyond 16 the destination follows the source once more, as on Intel's processors.
 */
function double<V, B>(o: Ops<V, B>, i: Insn, left: boolean): void {
  const size = i.size as Size;
  const count = maskedCount(o, i, 2);
  const filler = read(o, i, 1);
  const by = (n: number) => o.constant(COUNTS[n]!);
  const ring = (a: V): V => o.or(o.or(o.shiftLeft(64, a, by(32)), o.shiftLeft(64, filler, by(16))), a);
  const compute = (a: V): V => {
    if (size === 16 && left) return o.truncate(16, o.shiftRight(64, o.shiftLeft(64, ring(a), count), by(32)));
    if (size === 16) return o.truncate(16, o.shiftRight(64, ring(a), count));
    const rest = sizeMinus(o, size, count);
    if (left) return o.or(o.shiftLeft(size, a, count), o.shiftRight(size, filler, rest));
    return o.or(o.shiftRight(size, a, count), o.shiftLeft(size, filler, rest));
  };
  const lastBitOut = (a: V): B => {
    if (!left) return o.bit(size === 16 ? ring(a) : a, oneLess(o, count));
    return size === 16 ? o.bit(ring(a), o.sub(64, by(48), count)) : o.bit(a, sizeMinus(o, size, count));
  };
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = compute(a);
  putAt(o, i, at, result);
  unlessZero(o, count, () => {
    o.resultFlags(size, result);
    o.setFlag(FLAG.CF, lastBitOut(a));
    o.setFlag(FLAG.OF, o.differ(o.sign(size, a), o.sign(size, result)));
  });
}

const ROTATE = "OF CF";
const SHIFT = "OF SF ZF PF CF";
const manual = { manual: "SDM Vol. 2B, SAL/SAR/SHL/SHR" };
const manualRotate = { manual: "SDM Vol. 2B, RCL/RCR/ROL/ROR" };

/** A double shift: opcode, then opcode + 1 by CL. */
function doubleForms(opcode: number): string[] {
  return [`0F ${hexByte(opcode)} /r | r/mv, rv, imm8`, `0F ${hexByte(opcode + 1)} /r | r/mv, rv, cl`];
}

export const SHIFTS: readonly Instruction[] = [
  entry(
    "shl",
    "Shifts left; zeros enter at the bottom.",
    SHIFT,
    [...shiftForms(4), ...shiftForms(6)],
    shiftLeft,
    {
      aliases: ["sal"],
      ...manual,
    },
  ),
  entry("shr", "Shifts right; zeros enter at the top.", SHIFT, shiftForms(5), shiftRight, manual),
  entry(
    "sar",
    "Shifts right; copies of the sign enter at the top.",
    SHIFT,
    shiftForms(7),
    shiftRightSigned,
    manual,
  ),
  entry(
    "rol",
    "Rotates left; the carry flag gets a copy of the last bit moved.",
    ROTATE,
    shiftForms(0),
    rotateLeft,
    manualRotate,
  ),
  entry(
    "ror",
    "Rotates right; the carry flag gets a copy of the last bit moved.",
    ROTATE,
    shiftForms(1),
    rotateRight,
    manualRotate,
  ),
  entry(
    "rcl",
    "Rotates the operand and the carry flag left as one number.",
    ROTATE,
    shiftForms(2),
    rotateLeftCarry,
    manualRotate,
  ),
  entry(
    "rcr",
    "Rotates the operand and the carry flag right as one number.",
    ROTATE,
    shiftForms(3),
    rotateRightCarry,
    manualRotate,
  ),
  entry(
    "shld",
    "Shifts the destination left; bits of the source enter at the bottom.",
    STATUS,
    doubleForms(0xa4),
    (o, i) => double(o, i, true),
  ),
  entry(
    "shrd",
    "Shifts the destination right; bits of the source enter at the top.",
    STATUS,
    doubleForms(0xac),
    (o, i) => double(o, i, false),
  ),
];
