/** The exercises of chapter 2: right answers are right for the reason that the formulas give, and wrong ones are told why. */
import { describe, expect, it } from "vitest";
import {
  judgeBrokenPromise,
  judgeNice,
  judgePick,
  judgeSlice,
  SLICE_EXERCISE,
} from "../../../../src/kernel/sched/laboratory/exercises.js";
import * as formulas from "../../../../src/kernel/sched/laboratory/formulas.js";
import { hiddenWorkloads, league } from "../../../../src/kernel/sched/laboratory/league.js";
import { MICROSECOND, MILLISECOND, SECOND } from "../../../../src/kernel/sched/laboratory/schedule.js";
import type { Pick, ReaderTask } from "../../../../src/kernel/sched/reader.js";

describe("the formulas", () => {
  it("are those of the book: 9 ms for three tasks are turns of 3 ms and a wait of 6", () => {
    expect(formulas.targetLatency(3, 9, 0.75)).toEqual({ turn: 3, period: 9, wait: 6 });
    expect(formulas.targetLatency(10, 15, 0.75).turn).toBe(1.5);
    expect(formulas.targetLatency(10, 6, 0.75).period).toBe(7.5);
    expect(formulas.brokenPromise(6, 0.75)).toBe(9);
    expect(formulas.roundRobin(4, 9, 1)).toEqual({ period: 40, lost: 0.1, wait: 31 });
    expect([-20, 0, 19].map(formulas.weightOf)).toEqual([88761, 1024, 15]);
    expect(() => formulas.weightOf(20)).toThrow(/no nice value 20/);
    expect(formulas.virtualTimeOf(10, 2048)).toBe(5);
    expect(formulas.cfsTurn(2048, [2048, 1024], 6, 0.75)).toBe(4);
    expect([formulas.wakeupPlacement(50, 100, 6), formulas.wakeupPlacement(99, 100, 6)]).toEqual([97, 99]);
  });

  it("of EEVDF: V is the weighted mean, lags sum to zero, the earliest deadline of the eligible is picked", () => {
    const entities = [
      { vruntime: 10, weight: 1024, request: 4 },
      { vruntime: 12, weight: 2048, request: 1 },
      { vruntime: 20, weight: 1024, request: 0.1 },
    ];
    const { V, tasks } = formulas.eevdf(entities);
    expect(V).toBe(13.5);
    expect(tasks.map(({ lag }) => lag)).toEqual([3.5, 3, -6.5]);
    expect(tasks.map(({ deadline }) => deadline)).toEqual([14, 12.5, 20.1]);
    expect(formulas.eevdfPick(entities)).toBe(1);
    expect(formulas.eevdfPick([])).toBe(-1);
  });
});

describe("exercise 2.3, a slice for twelve hogs and an editor", () => {
  const c = 20 * MICROSECOND;

  it.each([0.5, 0.9, 1.1, 1.3, 1.5, 1.8, 3, 10])("judges %d ms as the formulas do", (milliseconds) => {
    const slice = milliseconds * MILLISECOND;
    const { isRight, response, lost } = judgeSlice(slice);
    // s + c is the slice in whole ticks, and the editor's own burst is not longer than a turn.
    const { lost: expected } = formulas.roundRobin(13, slice - c, c);
    expect(lost).toBeCloseTo(expected, 3);
    const longest = 12 * slice + c + 0.3 * MILLISECOND;
    expect(response).toBeLessThan(longest + 0.2 * MILLISECOND);
    if (slice > 0.4 * MILLISECOND) expect(response).toBeGreaterThan(longest * 0.6);
    const byFormula = longest < SLICE_EXERCISE.longestResponse && expected < SLICE_EXERCISE.mostLost;
    expect(isRight).toBe(byFormula);
  });
});

describe("exercise 2.4, where the promise breaks", () => {
  it.each([
    [6, 0.75],
    [24, 3],
    [20, 6],
  ])("has one right answer for T = %d ms and g = %d ms: the first n beyond T/g", (T, g) => {
    const answer = formulas.brokenPromise(T, g);
    for (const n of [answer - 1, answer, answer + 1])
      expect(judgeBrokenPromise(n, T * MILLISECOND, g * MILLISECOND).isRight).toBe(n === answer);
  });

  it("shows the periods that prove it", () => {
    const { period, periodOfOneLess, says } = judgeBrokenPromise(9);
    expect(period / MILLISECOND).toBeCloseTo(6.75, 1);
    expect(periodOfOneLess / MILLISECOND).toBeCloseTo(6, 1);
    expect(says).toMatch(/9 tasks .* 6\.\d\d ms, with 8 it is 6\.0\d ms/);
  });
});

describe("exercise 2.5, three times as much", () => {
  it.each([
    [0, 5, true],
    [-5, 0, true],
    [10, 15, true],
    [0, 4, false],
    [0, 6, false],
    [5, 0, false],
    [0, 0, false],
  ] as const)("judges nice %i and %i as the weights do: %s", (a, b, expected) => {
    const byWeights = formulas.weightOf(a) / formulas.weightOf(b);
    expect(Math.abs(byWeights / 3 - 1) <= 0.05).toBe(expected);
    for (const policy of ["cfs", "eevdf"] as const) {
      const { isRight, ratio } = judgeNice(a, b, policy);
      expect(isRight).toBe(expected);
      expect(Math.abs(ratio / byWeights - 1)).toBeLessThan(0.02);
    }
  });

  it("knows no shares under round robin", () => {
    expect(judgeNice(0, 5, "round-robin").ratio).toBeCloseTo(1, 1);
  });
});

const least = (tasks: ReaderTask[], key: (task: ReaderTask) => number) =>
  tasks.reduce((best, task) => (key(task) < key(best) ? task : best));

describe("exercise 2.7, a policy of one's own", () => {
  const leastServed: Pick = (tasks) => least(tasks, ({ vruntime }) => vruntime);

  it.each([1, 2, 3])("is met by whoever serves the least served first (seed %i)", (seed) => {
    const { isRight, reader, baseline, says } = judgePick(leastServed, seed);
    expect(isRight).toBe(true);
    expect(reader.latency).toBeLessThan(baseline.latency);
    expect(says).toMatch(/p99 .* ms, round robin .* ms; fairness/);
  });

  it("is not met by round robin itself, nor by who starves somebody, nor by a function that fails", () => {
    expect(judgePick((tasks) => tasks[0]).isRight).toBe(false);
    const greedy = judgePick((tasks) => least(tasks, ({ pid }) => -pid));
    expect(greedy.isRight).toBe(false);
    expect(greedy.reader.fairness).toBeLessThan(0.5);
    const failing = judgePick(() => "nobody");
    expect(failing).toMatchObject({ isRight: false, fault: { kind: "not-a-choice", call: 1 } });
    expect(failing.says).toMatch(/call 1 of your function/);
  });
});

describe("the league", () => {
  const entrants = (["round-robin", "cfs", "eevdf", "cooperative"] as const).map((name) => ({
    name,
    policy: () => name,
  }));

  it("is the same for the same seed, and has other workloads for another", () => {
    const table = () => league(entrants, hiddenWorkloads(7), { duration: SECOND });
    expect(table()).toEqual(table());
    expect(hiddenWorkloads(7)).toEqual(hiddenWorkloads(7));
    expect(hiddenWorkloads(8)).not.toEqual(hiddenWorkloads(7));
  });

  it("puts the quickest of the fair first, and who is not fair behind them", () => {
    const rows = league(entrants, hiddenWorkloads(7), { duration: 2 * SECOND });
    expect(rows[0]!.name).toMatch(/cfs|eevdf/);
    expect(rows.at(-1)!.fairness).toBeLessThan(0.9);
    const failing = { name: "failing", policy: () => ({ name: "reader", pick: () => 0 }) as const };
    expect(league([failing, ...entrants], hiddenWorkloads(7), { duration: SECOND }).at(-1)!.name).toBe(
      "failing",
    );
  });
});
