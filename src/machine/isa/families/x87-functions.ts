/**
 * x87: sign, root, rounding, scaling, taking apart, remainder.
 * Source: Intel SDM Vol. 1 §8.3.5; Vol. 2A entries named below.
 */
import { STATUS, type X87Step } from "../../cpu/x87-step.js";
import {
  EXTENDED,
  type FloatContext,
  isNan,
  remainder,
  roundToIntegral,
  scale,
  splitNumber,
  squareRoot,
} from "../../float/index.js";
import type { Instruction } from "../instruction.js";
import { x87 } from "./x87-entry.js";

/** ST(0) ← f(ST(0)). */
function replace(step: X87Step, f: (context: FloatContext, value: bigint) => bigint): void {
  step.finish(0, step.lacks(0) ? step.missing() : f(step.context, step.st(0)));
}

const SIGN = EXTENDED.signBit;

function scaleByPower(step: X87Step): void {
  step.finish(0, step.lacks(0, 1) ? step.missing() : scale(step.context, EXTENDED, step.st(0), step.st(1)));
}

/**
 * The quotient's bits 2, 1, 0 go to C0, C3, C1; C2 says that the remainder is not complete yet. Without a
 * number as answer, C2 is clear and the others mean nothing.
 */
function partialRemainder(step: X87Step, nearest: boolean): void {
  const missing = step.lacks(0, 1);
  const { bits, quotient, complete } = missing
    ? { bits: step.missing(), quotient: 0, complete: true }
    : remainder(step.context, EXTENDED, step.st(0), step.st(1), nearest);
  step.finish(0, bits);
  if (step.context.stopped || isNan(EXTENDED, bits)) {
    step.x87.status &= ~STATUS.C2;
    return;
  }
  const told = complete ? quotient : 0;
  step.setConditions(
    (complete ? 0 : STATUS.C2) | ((told & 4) !== 0 ? STATUS.C0 : 0) | ((told & 2) !== 0 ? STATUS.C3 : 0),
  );
  step.x87.status = (step.x87.status & ~STATUS.C1) | ((told & 1) !== 0 ? STATUS.C1 : 0);
}

/** ST(0) becomes its exponent, and its significand is pushed. */
function extract(step: X87Step): void {
  const { context, x87: unit } = step;
  if (step.lacks(0) || !unit.isEmpty(7)) {
    const full = !step.lacks(0);
    const nan = step.missing();
    step.commit(full);
    if (context.stopped) return;
    unit.write(0, nan);
    unit.push(nan);
    return;
  }
  const { exponent, significand } = splitNumber(context, EXTENDED, step.st(0));
  step.finish(0, exponent);
  if (!context.stopped) unit.push(significand);
}

export const X87_FUNCTIONS: readonly Instruction[] = [
  x87("fchs", "Changes the sign of ST(0).", ["D9 E0"], (step) => replace(step, (_, value) => value ^ SIGN)),
  x87("fabs", "Clears the sign of ST(0).", ["D9 E1"], (step) => replace(step, (_, value) => value & ~SIGN)),
  x87("fsqrt", "Takes the square root of ST(0).", ["D9 FA"], (step) =>
    replace(step, (context, value) => squareRoot(context, EXTENDED, value)),
  ),
  x87("frndint", "Rounds ST(0) to an integral number.", ["D9 FC"], (step) =>
    replace(step, (context, value) => roundToIntegral(context, EXTENDED, value)),
  ),
  x87("fscale", "Multiplies ST(0) by 2 to the power of ST(1), truncated.", ["D9 FD"], scaleByPower),
  x87("fxtract", "Takes ST(0) apart into exponent and significand.", ["D9 F4"], extract),
  x87(
    "fprem",
    "Takes the remainder of ST(0) by ST(1), or a step on the way, by truncation.",
    ["D9 F8"],
    (step) => partialRemainder(step, false),
  ),
  x87(
    "fprem1",
    "Takes the remainder of ST(0) by ST(1), or a step on the way, to nearest.",
    ["D9 F5"],
    (step) => partialRemainder(step, true),
  ),
];
