/**
 * x87: sign, root, rounding, scaling, taking apart, remainder; powers, logarithms and angles. The results of the latter
 * are rounded correctly; a real unit's last bit may differ, and is not the same on all of them.
 * Source: Intel SDM Vol. 1 §8.3.5; Vol. 2A entries named below.
 */
import { STATUS, type X87Step } from "../../cpu/x87-step.js";
import {
  arctangent,
  cosine,
  EXTENDED,
  type FloatContext,
  isNan,
  isTooLarge,
  powerMinusOne,
  remainder,
  roundToIntegral,
  scale,
  sine,
  splitNumber,
  squareRoot,
  tangent,
  timesLogarithm,
  timesLogarithmPlusOne,
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

/** ST(0) becomes `lower`, and `upper` is pushed; both are NaN when there is no number or no room. */
function replaceAndPush(
  step: X87Step,
  compute: (context: FloatContext, value: bigint) => { lower: bigint; upper: bigint },
): void {
  const { context, x87: unit } = step;
  const full = !unit.isEmpty(7);
  const faulty = step.lacks(0) || full;
  const nan = faulty ? step.missing() : 0n;
  const { lower, upper } = faulty ? { lower: nan, upper: nan } : compute(context, step.st(0));
  step.commit(full && !step.lacks(0) ? true : context.roundedUp && !context.stopped);
  step.conclude(0, lower);
  if (!context.stopped) unit.push(upper);
}

/** FXTRACT. */
function extract(step: X87Step): void {
  replaceAndPush(step, (context, value) => {
    const { exponent, significand } = splitNumber(context, EXTENDED, value);
    return { lower: exponent, upper: significand };
  });
}

/** ST(1) ← f(ST(1), ST(0)), then pops. */
function replaceTwo(
  step: X87Step,
  f: (context: FloatContext, second: bigint, first: bigint) => bigint,
): void {
  step.finish(1, step.lacks(0, 1) ? step.missing() : f(step.context, step.st(1), step.st(0)), 1);
}

/** C2 tells that an angle is too large, and nothing else happens then; a stack fault goes before. */
function ofAngle(step: X87Step, pushes: boolean, then: () => void): void {
  const possible = !step.lacks(0) && (!pushes || step.x87.isEmpty(7));
  if (possible && isTooLarge(step.st(0))) {
    step.commit();
    step.x87.status |= STATUS.C2;
  } else {
    then();
    step.x87.status &= ~STATUS.C2;
  }
}

function sineAndCosine(step: X87Step): void {
  replaceAndPush(step, (context, value) => ({
    lower: sine(context, value),
    upper: cosine(context, value),
  }));
}

/** The 1 that follows makes this the quotient of two numbers of the stack. */
function tangentAndOne(step: X87Step): void {
  replaceAndPush(step, (context, value) => {
    const lower = tangent(context, value);
    return { lower, upper: isNan(EXTENDED, lower) ? lower : ONE };
  });
}

const ONE = 0x3fff_8000000000000000n;

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
  x87("f2xm1", "Replaces ST(0), which must lie in −1…1, by 2 to its power, less 1.", ["D9 F0"], (step) =>
    replace(step, powerMinusOne),
  ),
  x87("fyl2x", "Multiplies ST(1) by log2 of ST(0) and pops.", ["D9 F1"], (step) =>
    replaceTwo(step, (context, second, first) => timesLogarithm(context, first, second)),
  ),
  x87("fyl2xp1", "Multiplies ST(1) by log2 of ST(0) + 1 and pops.", ["D9 F9"], (step) =>
    replaceTwo(step, (context, second, first) => timesLogarithmPlusOne(context, first, second)),
  ),
  x87("fpatan", "Takes the angle of the point (ST(0), ST(1)) and pops.", ["D9 F3"], (step) =>
    replaceTwo(step, arctangent),
  ),
  x87("fptan", "Replaces ST(0) by its tangent and pushes 1.", ["D9 F2"], (step) =>
    ofAngle(step, true, () => tangentAndOne(step)),
  ),
  x87("fsin", "Replaces ST(0) by its sine.", ["D9 FE"], (step) =>
    ofAngle(step, false, () => replace(step, sine)),
  ),
  x87("fcos", "Replaces ST(0) by its cosine.", ["D9 FF"], (step) =>
    ofAngle(step, false, () => replace(step, cosine)),
  ),
  x87("fsincos", "Replaces ST(0) by its sine and pushes its cosine.", ["D9 FB"], (step) =>
    ofAngle(step, true, () => sineAndCosine(step)),
  ),
];
