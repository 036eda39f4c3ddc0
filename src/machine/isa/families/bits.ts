/**
 * Single bits: test, set, clear, flip; search from either end; count.
 * Source: Intel SDM Vol. 2, entries named below.
 *
 * CPUID announces LZCNT but not BMI1, whose other instructions need VEX. TZCNT works all the same: compilers write it
 * unasked in place of BSF (`rep bsf`), where the source is not zero and both give the same number.
 */
import type { Insn } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import { read, write } from "../operands.js";
import type { Ops } from "../ops.js";
import { FLAG, type Size } from "../registers.js";
import { entry, hexByte, STATUS } from "./entry.js";

/**
 * BT and its kin. A register operand takes the bit number modulo its width. With memory and the bit number in a
 * register, that number is signed and unbounded: it selects the operand among those that surround the address.
 */
function bitOperation<V, B>(o: Ops<V, B>, i: Insn, change: ((old: V, mask: V) => V) | undefined): void {
  const size = i.size as Size;
  const to = i.operands[0]!;
  const number = read(o, i, 1);
  const within = o.and(number, o.constant(BigInt(size - 1)));
  const mask = o.shiftLeft(size, o.constant(1n), within);
  if (to.kind === Kind.General) {
    const old = o.get(to.register, size);
    if (change) o.set(to.register, size, change(old, mask));
    o.setFlag(FLAG.CF, o.bit(old, within));
    return;
  }
  const address = i.operands[1]!.kind === Kind.General ? surrounding(o, i, number) : o.address(i);
  if (change) o.probeWrite(size, address, i.segment);
  const old = o.load(size, address, i.segment);
  if (change) o.store(size, address, change(old, mask), i.segment);
  o.setFlag(FLAG.CF, o.bit(old, within));
}

/** The address of the operand that holds bit `number`, counted from the memory operand's bit 0. */
function surrounding<V, B>(o: Ops<V, B>, i: Insn, number: V): V {
  const size = i.size as Size;
  const shift = (n: number) => o.constant(BigInt(n));
  const wide = size === 64 ? number : o.signExtend(size, 64, number);
  const operands = o.shiftRightSigned(64, wide, shift(Math.log2(size)));
  const address = o.add(64, o.address(i), o.shiftLeft(64, operands, shift(Math.log2(size >> 3))));
  return i.addressSize === 32 ? o.truncate(32, address) : address;
}

const test: Semantics = (o, i) => bitOperation(o, i, undefined);
const set: Semantics = (o, i) => bitOperation(o, i, (old, mask) => o.or(old, mask));
const reset: Semantics = (o, i) =>
  bitOperation(o, i, (old, mask) => o.and(old, o.complement(i.size as Size, mask)));
const complement: Semantics = (o, i) => bitOperation(o, i, (old, mask) => o.xor(old, mask));

/** A source of zero sets ZF and leaves the destination as it is, its upper half too. */
function search<V, B>(o: Ops<V, B>, i: Insn, find: (v: V) => V): void {
  const source = read(o, i, 1);
  const none = o.isZero(source);
  o.if(o.not(none), () => write(o, i, 0, find(source)));
  o.setFlag(FLAG.ZF, none);
}

const forward: Semantics = (o, i) => search(o, i, (v) => o.lowestBit(i.size as Size, v));
const reverse: Semantics = (o, i) => search(o, i, (v) => o.highestBit(i.size as Size, v));

/** Zeros in front of, or behind, the bit that `find` finds; a source of zero gives its width and sets CF. */
function countZeros<V, B>(o: Ops<V, B>, i: Insn, find: (v: V) => V): void {
  const source = read(o, i, 1);
  const none = o.isZero(source);
  const found = find(o.or(source, o.number(none)));
  const zeros = o.select(none, o.constant(BigInt(i.size)), found);
  write(o, i, 0, zeros);
  o.setFlag(FLAG.CF, none);
  o.setFlag(FLAG.ZF, o.isZero(zeros));
}

const trailing: Semantics = (o, i) => countZeros(o, i, (v) => o.lowestBit(i.size as Size, v));
const leading: Semantics = (o, i) =>
  countZeros(o, i, (v) => o.sub(8, o.constant(BigInt(i.size - 1)), o.highestBit(i.size as Size, v)));

const count: Semantics = (o, i) => {
  const source = read(o, i, 1);
  write(o, i, 0, o.countBits(source));
  o.setFlag(FLAG.ZF, o.isZero(source));
  for (const flag of [FLAG.CF, FLAG.PF, FLAG.AF, FLAG.SF, FLAG.OF]) o.setFlag(flag, o.truth(false));
};

/** `number` is ModRM.reg of the form with an immediate; the opcode of the other follows from it. */
function bitForms(number: number, lock: string): string[] {
  return [
    `0F ${hexByte(0x83 + number * 8)} /r | r/mv, rv | ${lock}`,
    `0F BA /${number} | r/mv, imm8 | ${lock}`,
  ];
}

export const BITS: readonly Instruction[] = [
  entry("bt", "Copies one bit to the carry flag.", "CF", bitForms(4, ""), test),
  entry("bts", "Copies one bit to the carry flag and sets it.", "CF", bitForms(5, "lock"), set),
  entry("btr", "Copies one bit to the carry flag and clears it.", "CF", bitForms(6, "lock"), reset),
  entry("btc", "Copies one bit to the carry flag and flips it.", "CF", bitForms(7, "lock"), complement),
  entry(
    "bsf",
    "Finds the lowest set bit; ZF tells that there is none.",
    "ZF",
    ["0F BC /r | rv, r/mv"],
    forward,
  ),
  entry(
    "bsr",
    "Finds the highest set bit; ZF tells that there is none.",
    "ZF",
    ["0F BD /r | rv, r/mv"],
    reverse,
  ),
  entry(
    "tzcnt",
    "Counts the zeros below the lowest set bit; CF tells that there is none.",
    "ZF CF",
    ["F3 0F BC /r | rv, r/mv"],
    trailing,
  ),
  entry(
    "lzcnt",
    "Counts the zeros above the highest set bit; CF tells that there is none.",
    "ZF CF",
    ["F3 0F BD /r | rv, r/mv"],
    leading,
  ),
  entry("popcnt", "Counts the set bits.", STATUS, ["F3 0F B8 /r | rv, r/mv"], count),
];
