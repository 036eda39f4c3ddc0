/** Calls on files drawn by lot, in several processes at once: each result, and what is left, as on the real kernel. */
import { describe, expect, it } from "vitest";
import { COMPLETE, SEED } from "../../sampling.js";
import { canAskInMemory } from "../abi/native.js";
import { type BothAnswers, compareInMemory } from "./compare-in-memory.js";

const CALLS = COMPLETE ? 20_000 : 4000;
const PROCESSES = 5;

describe.skipIf(!canAskInMemory)("calls on files drawn by lot", { timeout: 300_000 }, () => {
  it("end as on a real kernel, whatever other processes do meanwhile", () => {
    const words = [SEED * 1000, CALLS, PROCESSES].map(String);
    const check = ({ ours, ask }: BothAnswers) => {
      const real = ask();
      expect(real.length).toBeGreaterThan(CALLS * PROCESSES);
      const different = real.findIndex((line, n) => line !== ours[n]);
      // The first difference, with what led to it: all that follow are its consequences.
      const context = (lines: readonly string[]) =>
        different < 0 ? [] : lines.slice(Math.max(0, different - 20), different + 3);
      expect(context(ours)).toEqual(context(real));
      expect(ours.length).toBe(real.length);
    };
    compareInMemory("random-calls.c", check, words, 8_000_000_000);
  });
});
