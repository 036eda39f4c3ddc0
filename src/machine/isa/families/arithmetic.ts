/**
 * Addition, subtraction, comparison and logic on two operands; INC, DEC, NEG, NOT.
 * Source: Intel SDM Vol. 2A/2B, entries named below.
 */
import type { Instruction, Semantics } from "../instruction.js";
import { putAt, read, target, valueAt } from "../operands.js";
import type { Ops } from "../ops.js";
import { FLAG, type Size } from "../registers.js";

const STATUS = "OF SF ZF AF PF CF";

/** The eight operations of group 1, numbered as ModRM.reg numbers them, share all their encodings. */
function groupOne(number: number): string[] {
  const opcode = (low: number) => (number * 8 + low).toString(16).toUpperCase().padStart(2, "0");
  const lock = number === 7 ? "" : "lock";
  return [
    `${opcode(0)} /r | r/m8, r8 | ${lock}`,
    `${opcode(1)} /r | r/mv, rv | ${lock}`,
    `${opcode(2)} /r | r8, r/m8`,
    `${opcode(3)} /r | rv, r/mv`,
    `${opcode(4)} | al, imm8`,
    `${opcode(5)} | rAX, immz`,
    `80 /${number} | r/m8, imm8 | ${lock}`,
    `83 /${number} | r/mv, imm8s | ${lock}`,
    `81 /${number} | r/mv, immz | ${lock}`,
    `82 /${number} | r/m8, imm8 | ${lock} legacy`,
  ];
}

const carry = <V, B>(o: Ops<V, B>): V => o.number(o.flag(FLAG.CF));

const add: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.add(size, a, b);
  putAt(o, i, at, result);
  o.flags("add", size, a, b, result);
};

const or: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.or(a, b);
  putAt(o, i, at, result);
  o.flags("logic", size, a, b, result);
};

const adc: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.add(size, o.add(size, a, b), carry(o));
  putAt(o, i, at, result);
  o.flags("add", size, a, b, result);
};

const sbb: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.sub(size, o.sub(size, a, b), carry(o));
  putAt(o, i, at, result);
  o.flags("sub", size, a, b, result);
};

const and: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.and(a, b);
  putAt(o, i, at, result);
  o.flags("logic", size, a, b, result);
};

const sub: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.sub(size, a, b);
  putAt(o, i, at, result);
  o.flags("sub", size, a, b, result);
};

const xor: Semantics = (o, i) => {
  const size = i.size as Size;
  const b = read(o, i, 1);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.xor(a, b);
  putAt(o, i, at, result);
  o.flags("logic", size, a, b, result);
};

const cmp: Semantics = (o, i) => {
  const size = i.size as Size;
  const a = read(o, i, 0);
  const b = read(o, i, 1);
  o.flags("sub", size, a, b, o.sub(size, a, b));
};

const test: Semantics = (o, i) => {
  const result = o.and(read(o, i, 0), read(o, i, 1));
  o.flags("logic", i.size as Size, result, result, result);
};

const increment: Semantics = (o, i) => {
  const size = i.size as Size;
  const one = o.constant(1n);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.add(size, a, one);
  putAt(o, i, at, result);
  o.flags("increment", size, a, one, result);
};

const decrement: Semantics = (o, i) => {
  const size = i.size as Size;
  const one = o.constant(1n);
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.sub(size, a, one);
  putAt(o, i, at, result);
  o.flags("decrement", size, a, one, result);
};

const negate: Semantics = (o, i) => {
  const size = i.size as Size;
  const at = target(o, i);
  const a = valueAt(o, i, at);
  const result = o.negate(size, a);
  putAt(o, i, at, result);
  o.flags("sub", size, o.constant(0n), a, result);
};

const complement: Semantics = (o, i) => {
  const at = target(o, i);
  putAt(o, i, at, o.complement(i.size as Size, valueAt(o, i, at)));
};

const one = (
  mnemonic: string,
  says: string,
  flags: string,
  forms: string[],
  semantics: Semantics,
): Instruction => ({
  mnemonic,
  says,
  manual: `SDM Vol. 2, ${mnemonic.toUpperCase()}`,
  flags,
  forms,
  semantics,
});

export const ARITHMETIC: readonly Instruction[] = [
  one("add", "Adds the source to the destination.", STATUS, groupOne(0), add),
  one("or", "Sets in the destination every bit that is set in the source.", STATUS, groupOne(1), or),
  one("adc", "Adds the source and the carry flag to the destination.", STATUS, groupOne(2), adc),
  one("sbb", "Subtracts the source and the carry flag from the destination.", STATUS, groupOne(3), sbb),
  one("and", "Clears in the destination every bit that is clear in the source.", STATUS, groupOne(4), and),
  one("sub", "Subtracts the source from the destination.", STATUS, groupOne(5), sub),
  one("xor", "Flips in the destination every bit that is set in the source.", STATUS, groupOne(6), xor),
  one("cmp", "Subtracts the source from the destination and keeps only the flags.", STATUS, groupOne(7), cmp),
  one(
    "test",
    "Ands two operands and keeps only the flags.",
    STATUS,
    [
      "84 /r | r/m8, r8",
      "85 /r | r/mv, rv",
      "A8 | al, imm8",
      "A9 | rAX, immz",
      "F6 /0 | r/m8, imm8",
      "F7 /0 | r/mv, immz",
      "F6 /1 | r/m8, imm8",
      "F7 /1 | r/mv, immz",
    ],
    test,
  ),
  one(
    "inc",
    "Adds one; the carry flag stays.",
    "OF SF ZF AF PF",
    ["FE /0 | r/m8 | lock", "FF /0 | r/mv | lock", "40+r | rv | legacy"],
    increment,
  ),
  one(
    "dec",
    "Subtracts one; the carry flag stays.",
    "OF SF ZF AF PF",
    ["FE /1 | r/m8 | lock", "FF /1 | r/mv | lock", "48+r | rv | legacy"],
    decrement,
  ),
  one(
    "neg",
    "Replaces the operand by zero minus it.",
    STATUS,
    ["F6 /3 | r/m8 | lock", "F7 /3 | r/mv | lock"],
    negate,
  ),
  one(
    "not",
    "Flips every bit of the operand.",
    "",
    ["F6 /2 | r/m8 | lock", "F7 /2 | r/mv | lock"],
    complement,
  ),
];
