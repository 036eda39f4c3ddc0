/** The quick floating-point arithmetic against the exact one. */
import { describe, expect, it } from "vitest";
import { ExactFloats } from "../../../src/machine/cpu/exact-floats.js";
import {
  quickConversion,
  quickInteger,
  quickOperation,
  quickPredicate,
  quickRoot,
} from "../../../src/machine/cpu/quick-floats.js";
import type { FloatOperation, FloatSize } from "../../../src/machine/isa/vector-ops.js";

const DEFAULT_MXCSR = 0x1f80;
const PRECISION = 32;
const OPERATIONS: FloatOperation[] = ["add", "subtract", "multiply", "divide", "minimum", "maximum"];

const bits = new BigUint64Array(1);
const values = { 32: new Float32Array(bits.buffer), 64: new Float64Array(bits.buffer) } as const;

function bitsOf(size: FloatSize, value: number): bigint {
  bits[0] = 0n;
  values[size][0] = value;
  return bits[0];
}

/** The same numbers in every run: integers, fractions, numbers of all magnitudes, and the edges of the format. */
function* samples(size: FloatSize, count: number): Generator<number> {
  const edges = [0, -0, 1, -1, 0.5, 3, 1e10, 2 ** -126, 2 ** -1022, Number.MAX_VALUE, 3.4028234663852886e38];
  let state = 0x9e3779b97f4a7c15n;
  for (let n = 0; n < count; n++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    const pick = Number(state >> 60n);
    const random = Number((state >> 20n) & 0xffffffn) - 0x800000;
    const scale = Number((state >> 44n) & 0x3ffn) - 512;
    const spread = size === 32 ? scale / 4 : scale * 2;
    const value =
      pick < 4
        ? random
        : pick < 7
          ? random / 256
          : pick < 9
            ? edges[random & 7]! * (pick === 7 ? 1 : -1)
            : random * 2 ** spread;
    yield size === 64 ? value : Math.fround(value);
  }
}

/** Runs the exact arithmetic: its answer and the flags it sets. */
function exactly(compute: (exact: ExactFloats) => bigint): { answer: bigint; flags: number } {
  const exact = new ExactFloats();
  exact.begin(DEFAULT_MXCSR);
  return { answer: compute(exact), flags: exact.flags };
}

/** Checks one quick answer; returns whether there was one. `allowed`: flags that may occur unnoticed. */
function agrees(
  quick: number,
  size: FloatSize,
  allowed: number,
  exact: { answer: bigint; flags: number },
): boolean {
  if (Number.isNaN(quick)) return false;
  expect([bitsOf(size, quick), exact.flags & ~allowed]).toEqual([exact.answer, 0]);
  return true;
}

describe("the quick arithmetic", () => {
  for (const size of [32, 64] as const) {
    for (const inexact of [false, true]) {
      const allowed = inexact ? PRECISION : 0;
      it(`gives binary${size} results bit for bit, and no flag ${inexact ? "but precision" : "at all"}`, () => {
        let answers = 0;
        const right = [...samples(size, 3001)].reverse();
        let n = 0;
        for (const a of samples(size, 3000)) {
          const b = right[n++]!;
          const [x, y] = [bitsOf(size, a), bitsOf(size, b)];
          for (const operation of OPERATIONS) {
            const quick = quickOperation(operation, size, inexact, a, b);
            const exact = exactly((floats) => floats.operation(operation, size, x, y));
            if (agrees(quick, size, allowed, exact)) answers++;
          }
          agrees(
            quickRoot(size, inexact, a),
            size,
            allowed,
            exactly((floats) => floats.squareRoot(size, x)),
          );
          const other = size === 32 ? 64 : 32;
          const converted = quickConversion(other, inexact, a);
          agrees(
            converted,
            other,
            allowed,
            exactly((floats) => floats.convert(size, other, x)),
          );
        }
        expect(answers).toBeGreaterThan(3000);
      });
    }

    it(`turns binary${size} numbers into the integers that the exact one gives`, () => {
      for (const a of samples(size, 3000)) {
        for (const truncate of [false, true]) {
          const quick = quickInteger(size, 64, truncate, true, a);
          if (Number.isNaN(quick)) continue;
          const exact = exactly((floats) => floats.toInteger(size, 64, truncate, bitsOf(size, a)));
          expect(BigInt.asUintN(64, BigInt(quick))).toBe(exact.answer);
        }
      }
    });
  }

  it("knows the eight predicates on ordinary numbers", () => {
    for (let predicate = 0; predicate < 8; predicate++) {
      for (const [a, b] of [
        [1, 2],
        [2, 1],
        [2, 2],
        [0, -0],
      ] as const) {
        const exact = new ExactFloats();
        exact.begin(DEFAULT_MXCSR);
        expect(quickPredicate(predicate, a, b)).toBe(
          exact.compare(predicate, 64, bitsOf(64, a), bitsOf(64, b)),
        );
      }
    }
  });
});
