/**
 * Branches within the code segment: jumps, calls, returns, loops.
 * In 64-bit mode targets have 64 bits whatever the operand-size prefix says (Intel; AMD differs with prefix 66).
 * A target that is not canonical raises #GP at the branch itself, before anything changes.
 * Source: Intel SDM Vol. 2, entries named below. Leaves out: far branches (system instructions).
 */
import { type Insn, nearSize } from "../insn.js";
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import { drop, peek, push, read } from "../operands.js";
import type { Ops } from "../ops.js";
import { CONDITION_MEANINGS, CONDITIONS, FLAG, RCX, RSP } from "../registers.js";
import { entry, hexByte } from "./entry.js";

function transfer<V, B>(o: Ops<V, B>, i: Insn): void {
  if (i.operands[0]!.kind === Kind.Relative) o.branch(i);
  else o.jump(read(o, i, 0));
}

const jump: Semantics = (o, i) => transfer(o, i);

/** The target is checked before the return address is stored, and both before RSP moves. */
const call: Semantics = (o, i) => {
  transfer(o, i);
  push(o, nearSize(i), o.next(i));
};

const ret: Semantics = (o, i) => {
  o.jump(peek(o, nearSize(i)));
  drop(o, nearSize(i));
  if (i.operands.length > 0) o.set(RSP, 64, o.add(64, o.get(RSP, 64), o.immediate(i)));
};

const jumpIf =
  (code: number): Semantics =>
  (o, i) =>
    o.branchIf(o.condition(code), i);

/** Counts RCX (ECX with prefix 67) down and branches while it is not zero and `also` holds. No flag changes. */
function loop<V, B>(o: Ops<V, B>, i: Insn, also: B): void {
  const left = o.sub(i.addressSize, o.get(RCX, i.addressSize), o.constant(1n));
  o.branchIf(o.both(o.not(o.isZero(left)), also), i);
  o.set(RCX, i.addressSize, left);
}

const CONDITIONAL_JUMPS: readonly Instruction[] = CONDITIONS.map(([name, ...others], code) =>
  entry(
    `j${name}`,
    `Jumps if ${CONDITION_MEANINGS[code]}.`,
    "",
    [`${hexByte(0x70 + code)} | rel8`, `0F ${hexByte(0x80 + code)} | rel32`],
    jumpIf(code),
    { aliases: others.map((other) => `j${other}`), manual: "SDM Vol. 2A, Jcc" },
  ),
);

export const CONTROL: readonly Instruction[] = [
  entry("jmp", "Continues at the target.", "", ["EB | rel8", "E9 | rel32", "FF /4 | r/m64 | near"], jump),
  ...CONDITIONAL_JUMPS,
  entry(
    "jrcxz",
    "Jumps if RCX is zero (ECX with prefix 67).",
    "",
    ["E3 | rel8"],
    (o, i) => o.branchIf(o.isZero(o.get(RCX, i.addressSize)), i),
    { aliases: ["jecxz"], manual: "SDM Vol. 2A, Jcc" },
  ),
  entry(
    "call",
    "Pushes the address of the next instruction and continues at the target.",
    "",
    ["E8 | rel32", "FF /2 | r/m64 | near"],
    call,
  ),
  entry("ret", "Pops an address and continues there.", "", ["C3 | | near", "C2 | imm16 | near"], ret),
  entry("loop", "Counts RCX down and jumps while it is not zero.", "", ["E2 | rel8"], (o, i) =>
    loop(o, i, o.truth(true)),
  ),
  entry(
    "loope",
    "Counts RCX down and jumps while it is not zero and ZF is 1.",
    "",
    ["E1 | rel8"],
    (o, i) => loop(o, i, o.flag(FLAG.ZF)),
    { aliases: ["loopz"], manual: "SDM Vol. 2A, LOOP" },
  ),
  entry(
    "loopne",
    "Counts RCX down and jumps while it is not zero and ZF is 0.",
    "",
    ["E0 | rel8"],
    (o, i) => loop(o, i, o.not(o.flag(FLAG.ZF))),
    { aliases: ["loopnz"], manual: "SDM Vol. 2A, LOOP" },
  ),
];
