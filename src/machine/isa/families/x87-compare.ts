/**
 * x87: comparisons, whose answer goes to C3, C2 and C0 of the status word or to EFLAGS; and what kind of number ST(0) is.
 *
 *                 ST(0) > source   ST(0) < source   equal   unordered
 *     C3 C2 C0         0 0 0            0 0 1       1 0 0     1 1 1
 *     ZF PF CF         0 0 0            0 0 1       1 0 0     1 1 1
 *
 * Source: Intel SDM Vol. 1 §8.3.6; Vol. 2A, FCOM, FUCOM, FCOMI, FTST, FXAM.
 */
import { STATUS, type X87Step } from "../../cpu/x87-step.js";
import {
  compare,
  EXTENDED,
  isDenormal,
  isInfinite,
  isNan,
  isNegative,
  isUnsupported,
  isZero,
  type Order,
} from "../../float/index.js";
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import { FLAG } from "../registers.js";
import { x87 } from "./x87-entry.js";
import { widenInteger, withWidened } from "./x87-moves.js";

const { C0, C2, C3 } = STATUS;

const CONDITIONS: Readonly<Record<Order, number>> = {
  greater: 0,
  less: C0,
  equal: C3,
  unordered: C3 | C2 | C0,
};

/** How ST(0) stands to a value; unordered when a register is empty. */
function order(step: X87Step, needed: number[], value: bigint, signalling: boolean): Order {
  if (!step.lacks(...needed)) return compare(step.context, EXTENDED, step.st(0), value, signalling);
  step.missing();
  return "unordered";
}

/** The answer stands even when an exception is not masked; only the pops are then left out. */
function conclude(step: X87Step, answer: Order, pops: number): void {
  step.commit();
  step.setConditions(CONDITIONS[answer]);
  if (!step.context.stopped) step.pop(pops);
}

function compareNumbers(step: X87Step, pops: number, signalling = true): void {
  const operand = step.insn.operands.at(-1);
  if (operand?.kind === Kind.Memory) {
    const bits = step.load();
    const answer = (value: bigint): Order => order(step, [0], value, signalling);
    conclude(
      step,
      withWidened(step, bits, answer, (told) => told !== "unordered"),
      pops,
    );
  } else {
    // The forms that pop both have no operand: they mean ST(1).
    const i = operand?.register ?? 1;
    conclude(step, order(step, [0, i], step.st(i), signalling), pops);
  }
}

function compareInteger(step: X87Step, pops: number): void {
  const bits = step.load();
  conclude(step, order(step, [0], widenInteger(step, bits), true), pops);
}

/** FCOMI and its kin answer in EFLAGS; the conditions stay. */
function compareToFlags(step: X87Step, pops: number, signalling: boolean): void {
  const i = step.register(1);
  const conditions = CONDITIONS[order(step, [0, i], step.st(i), signalling)];
  step.commitKeepingC1();
  const { evaluator } = step.cpu;
  for (const flag of [FLAG.OF, FLAG.SF, FLAG.AF]) evaluator.setFlag(flag, false);
  evaluator.setFlag(FLAG.ZF, (conditions & C3) !== 0);
  evaluator.setFlag(FLAG.PF, (conditions & C2) !== 0);
  evaluator.setFlag(FLAG.CF, (conditions & C0) !== 0);
  if (!step.context.stopped) step.pop(pops);
}

/** FXAM's classes in C3, C2 and C0; C1 is the sign, even of an empty register. */
function examine(step: X87Step): void {
  const bits = step.st(0);
  step.commit(isNegative(EXTENDED, bits));
  step.setConditions(step.lacks(0) ? C3 | C0 : classOf(bits));
}

function classOf(bits: bigint): number {
  if (isUnsupported(EXTENDED, bits)) return 0;
  if (isNan(EXTENDED, bits)) return C0;
  if (isInfinite(EXTENDED, bits)) return C2 | C0;
  if (isZero(EXTENDED, bits)) return C3;
  return isDenormal(EXTENDED, bits) ? C3 | C2 : C2;
}

const TO_FLAGS = { flags: "OF SF ZF AF PF CF" };

export const X87_COMPARE: readonly Instruction[] = [
  x87("fcom", "Compares ST(0).", ["D8 /2 | m32", "DC /2 | m64", "D8 D0+i | sti", "DC D0+i | sti"], (step) =>
    compareNumbers(step, 0),
  ),
  x87(
    "fcomp",
    "Compares ST(0) and pops it.",
    ["D8 /3 | m32", "DC /3 | m64", "D8 D8+i | sti", "DC D8+i | sti", "DE D0+i | sti"],
    (step) => compareNumbers(step, 1),
  ),
  x87("fcompp", "Compares ST(0) with ST(1) and pops both.", ["DE D9"], (step) => compareNumbers(step, 2)),
  x87("fucom", "Compares ST(0); a quiet NaN is no exception.", ["DD E0+i | sti"], (step) =>
    compareNumbers(step, 0, false),
  ),
  x87("fucomp", "Compares ST(0) and pops it; a quiet NaN is no exception.", ["DD E8+i | sti"], (step) =>
    compareNumbers(step, 1, false),
  ),
  x87("fucompp", "Compares ST(0) with ST(1) and pops both; a quiet NaN is no exception.", ["DA E9"], (step) =>
    compareNumbers(step, 2, false),
  ),
  x87("ficom", "Compares ST(0) with an integer.", ["DE /2 | m16", "DA /2 | m32"], (step) =>
    compareInteger(step, 0),
  ),
  x87("ficomp", "Compares ST(0) with an integer and pops it.", ["DE /3 | m16", "DA /3 | m32"], (step) =>
    compareInteger(step, 1),
  ),
  x87(
    "fcomi",
    "Compares ST(0) and sets EFLAGS.",
    ["DB F0+i | st0, sti"],
    (step) => compareToFlags(step, 0, true),
    TO_FLAGS,
  ),
  x87(
    "fcomip",
    "Compares ST(0), sets EFLAGS and pops.",
    ["DF F0+i | st0, sti"],
    (step) => compareToFlags(step, 1, true),
    TO_FLAGS,
  ),
  x87(
    "fucomi",
    "Compares ST(0) and sets EFLAGS; a quiet NaN is no exception.",
    ["DB E8+i | st0, sti"],
    (step) => compareToFlags(step, 0, false),
    TO_FLAGS,
  ),
  x87(
    "fucomip",
    "Compares ST(0), sets EFLAGS and pops; a quiet NaN is no exception.",
    ["DF E8+i | st0, sti"],
    (step) => compareToFlags(step, 1, false),
    TO_FLAGS,
  ),
  x87("ftst", "Compares ST(0) with 0.", ["D9 E4"], (step) => conclude(step, order(step, [0], 0n, true), 0)),
  x87("fxam", "Tells what kind of number ST(0) is.", ["D9 E5"], examine),
];
