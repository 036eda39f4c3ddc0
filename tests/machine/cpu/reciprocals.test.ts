/** The approximations of RCPSS and RSQRTSS; that they equal a real CPU's is checked by the recorded vectors. */
import { describe, expect, it } from "vitest";
import { approximateReciprocal, approximateReciprocalRoot } from "../../../src/machine/cpu/reciprocals.js";

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

function apply(f: (bits: number) => number, x: number): number {
  float[0] = x;
  word[0] = f(word[0]!);
  return float[0]!;
}

/** The manual's bound on the relative error. Source: Intel SDM Vol. 2B, RCPPS. */
const BOUND = 1.5 * 2 ** -12;

describe("an approximate reciprocal", () => {
  it("is as close to 1/x and 1/√x as the manual promises, over all fractions and many exponents", () => {
    let worst = 0;
    for (let exponent = -120; exponent < 120; exponent += 7) {
      for (let fraction = 0; fraction < 4096; fraction += 5) {
        const x = Math.fround((1 + (fraction + 0.999) / 4096) * 2 ** exponent);
        worst = Math.max(worst, Math.abs(apply(approximateReciprocal, x) * x - 1));
        worst = Math.max(worst, Math.abs(apply(approximateReciprocalRoot, x) * Math.sqrt(x) - 1));
      }
    }
    expect(worst).toBeLessThan(BOUND);
  });

  it("is infinite for zeros and denormals, and zero for infinity", () => {
    expect(apply(approximateReciprocal, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(apply(approximateReciprocal, -(2 ** -140))).toBe(Number.NEGATIVE_INFINITY);
    expect(apply(approximateReciprocalRoot, 2 ** -140)).toBe(Number.POSITIVE_INFINITY);
    expect(apply(approximateReciprocal, Number.NEGATIVE_INFINITY)).toBe(-0);
    expect(apply(approximateReciprocalRoot, Number.POSITIVE_INFINITY)).toBe(0);
  });

  it("of the square root of a negative number is the default NaN", () => {
    expect(approximateReciprocalRoot(0xbf800000)).toBe(0xffc00000);
  });
});
