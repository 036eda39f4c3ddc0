/** What is measured of a schedule, on schedules that one can work out by hand. */
import { describe, expect, it } from "vitest";
import type { SchedulingEvent } from "../../../../src/kernel/sched/events.js";
import { distributionOf } from "../../../../src/kernel/sched/laboratory/distribution.js";
import { jain, measure } from "../../../../src/kernel/sched/laboratory/metrics.js";
import { scheduleFrom } from "../../../../src/kernel/sched/laboratory/schedule-builder.js";

const cost = { registers: 1, tlb: 0, cache: 0 };
const created = (pid: number, weight: number): SchedulingEvent => ({
  ...{ kind: "created", at: 0, pid, name: `task ${pid}`, nice: 0, weight },
});

/** From one task to another, with a switch of 1 ns. */
function change(
  at: number,
  from: number | undefined,
  to: number | undefined,
  reason: "tick" | "blocked" | "idle",
): SchedulingEvent[] {
  const decision = {
    at,
    policy: "test",
    reason,
    from,
    to,
    rule: "first in line",
    queue: [],
    virtualTime: undefined,
  } as const;
  return [
    { kind: "decided", ...decision },
    ...(to === undefined
      ? []
      : [{ kind: "switched", at, from, to, cost, cr3Written: true, flushes: true } as const]),
  ];
}

const TWO: SchedulingEvent[] = [
  ...[created(1, 1024), created(2, 3072)],
  ...change(0, undefined, 1, "idle"),
  ...change(10, 1, 2, "tick"),
  ...change(30, 2, 1, "tick"),
  { kind: "slept", at: 35, pid: 1, on: "a key" },
  ...change(35, 1, 2, "blocked"),
  { kind: "woken", at: 50, pid: 1, preempts: false },
  ...change(60, 2, 1, "tick"),
  { kind: "slept", at: 65, pid: 1, on: "a key" },
  { kind: "slept", at: 65, pid: 2, on: "a disk" },
  ...change(65, 1, undefined, "blocked"),
];

describe("a schedule of two tasks", () => {
  const schedule = scheduleFrom(TWO, { begin: 0, end: 80, policy: "test" });
  const metrics = measure(schedule);

  it("has segments without gaps: a switch, the task, the next switch, and idling at the end", () => {
    expect(
      schedule.segments.map(({ kind, pid, begin, end }) => `${kind} ${pid ?? "-"} ${begin}-${end}`),
    ).toEqual([
      ...["switch 1 0-1", "user 1 1-10", "switch 2 10-11", "user 2 11-30", "switch 1 30-31", "user 1 31-35"],
      ...["switch 2 35-36", "user 2 36-60", "switch 1 60-61", "user 1 61-65", "idle - 65-80"],
    ]);
  });

  it("has waits from being able to run to running, by what came before", () => {
    expect(schedule.waits.map(({ pid, begin, end, after }) => `${pid} ${after} ${begin}-${end}`)).toEqual([
      ...["1 created 0-1", "2 created 0-11", "1 preempted 10-31", "2 preempted 30-36", "1 woken 50-61"],
      "2 preempted 60-65",
    ]);
    expect(schedule.waits.map(({ isOpen }) => isOpen)).toEqual([false, false, false, false, false, true]);
  });

  it("tells latency, period, response and shares", () => {
    const one = metrics.tasks.get(1)!;
    expect(one.latency.values).toEqual([11]);
    expect(one.period.values).toEqual([30, 30]);
    expect(one.response.values).toEqual([15]);
    expect(one.ran).toBe(9 + 4 + 4);
    expect(metrics.tasks.get(2)!.ran).toBe(19 + 24);
    expect(metrics.switches).toBe(5);
    expect(metrics.lostToSwitching).toBe(5 / 80);
    expect(metrics.idle).toBe(15 / 80);
  });

  it("has due what an ideal CPU had given: a quarter and three quarters while both want it", () => {
    // Both from 0 to 35, task 2 alone to 50, and both again to 65.
    expect(metrics.tasks.get(1)!.due).toBeCloseTo(35 / 4 + 15 / 4, 9);
    expect(metrics.tasks.get(2)!.due).toBeCloseTo((35 * 3) / 4 + 15 + (15 * 3) / 4, 9);
  });
});

describe("a part of a schedule", () => {
  it("begins and ends where one says", () => {
    const { segments, turns } = scheduleFrom(TWO, { begin: 20, end: 33, policy: "test" });
    expect(segments.map(({ kind, begin, end }) => `${kind} ${begin}-${end}`)).toEqual([
      ...["user 20-30", "switch 30-31", "user 31-33"],
    ]);
    expect(turns.map(({ pid }) => pid)).toEqual([2, 1]);
  });
});

describe("percentiles", () => {
  it("are values that occur", () => {
    const { p50, p90, p99, least, most, mean, count } = distributionOf([5, 1, 4, 2, 3]);
    expect([p50, p90, p99, least, most, mean, count]).toEqual([3, 5, 5, 1, 5, 3, 5]);
    const hundred = distributionOf(Array.from({ length: 100 }, (_, n) => n + 1));
    expect([hundred.p50, hundred.p90, hundred.p99]).toEqual([50, 90, 99]);
    expect(distributionOf([])).toMatchObject({ count: 0, p50: 0, mean: 0, values: [] });
  });
});

describe("Jain's index", () => {
  it("is 1 for equals, 1/n when one has everything", () => {
    expect(jain([3, 3, 3])).toBe(1);
    expect(jain([8, 0, 0, 0])).toBe(0.25);
    expect(jain([])).toBe(1);
    expect(jain([1, 2])).toBeCloseTo(0.9, 12);
  });
});
