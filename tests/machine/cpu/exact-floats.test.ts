/** Points of SSE's arithmetic that are easily missed; each was seen on a real CPU (AMD Zen 4). */
import { describe, expect, it } from "vitest";
import { ExactFloats } from "../../../src/machine/cpu/exact-floats.js";

const EXCEPTIONS = { invalid: 1, denormal: 2, overflow: 8, underflow: 16, precision: 32 };
const ALL_MASKED = 0x1f80;
const DAZ = 0x40;
const FTZ = 0x8000;
const unmasking = (flag: number): number => ALL_MASKED & ~(flag << 7);

function under(mxcsr: number): ExactFloats {
  const exact = new ExactFloats();
  exact.begin(mxcsr);
  return exact;
}

describe("SSE arithmetic", () => {
  it("reports precision with a masked overflow always, with an unmasked one only when bits were lost", () => {
    const [power, large] = [0x41f0000000000000n, 0x7f7fffff807fffffn];
    const masked = under(ALL_MASKED);
    expect(masked.operation("multiply", 64, power, large)).toBe(0x7ff0000000000000n);
    expect(masked.flags).toBe(EXCEPTIONS.overflow | EXCEPTIONS.precision);
    const unmasked = under(unmasking(EXCEPTIONS.overflow));
    unmasked.operation("multiply", 64, power, large);
    expect(unmasked.flags).toBe(EXCEPTIONS.overflow);
  });

  it("takes an exact denormal result for an underflow only when underflow is unmasked or flushed", () => {
    const [a, half] = [0x00800000n, 0x3f000000n];
    const masked = under(ALL_MASKED);
    expect([masked.operation("multiply", 32, a, half), masked.flags]).toEqual([0x00400000n, 0]);
    const unmasked = under(unmasking(EXCEPTIONS.underflow));
    unmasked.operation("multiply", 32, a, half);
    expect(unmasked.unmasked).toBe(EXCEPTIONS.underflow);
    const flushed = under(ALL_MASKED | FTZ);
    expect([flushed.operation("multiply", 32, a, half), flushed.flags]).toEqual([
      0n,
      EXCEPTIONS.underflow | EXCEPTIONS.precision,
    ]);
  });

  it("leaves the flags of rounding out when another lane's operand already faults", () => {
    const exact = under(unmasking(EXCEPTIONS.denormal));
    exact.operation("divide", 32, 0x3f800000n, 0x40400000n);
    exact.operation("add", 32, 1n, 0x3f800000n);
    expect([exact.flags, exact.unmasked]).toEqual([EXCEPTIONS.denormal, EXCEPTIONS.denormal]);
  });

  it("sees zeros instead of denormals under DAZ, also in minima, roots and comparisons", () => {
    const exact = under(ALL_MASKED | DAZ);
    expect(exact.operation("minimum", 32, 0x80000001n, 0x3f800000n)).toBe(0x80000000n);
    expect(exact.squareRoot(32, 0x80000001n)).toBe(0x80000000n);
    expect(exact.order(32, true, 1n, 0x80000001n)).toEqual({ unordered: false, below: false, equal: true });
    expect(exact.flags).toBe(0);
  });

  it("gives the first operand's NaN, made quiet, and the second operand of a minimum with any NaN", () => {
    const [quiet, signalling] = [0x7fc00001n, 0xffa00002n];
    const exact = under(ALL_MASKED);
    expect(exact.operation("add", 32, quiet, signalling)).toBe(quiet);
    expect(exact.operation("add", 32, signalling, quiet)).toBe(0xffe00002n);
    expect(exact.operation("minimum", 32, quiet, signalling)).toBe(signalling);
    expect(exact.flags).toBe(EXCEPTIONS.invalid);
  });
});
