/** The simulation obeys the formulas that the book gives, and is the same each time. */
import { describe, expect, it } from "vitest";
import { measure } from "../../../../src/kernel/sched/laboratory/metrics.js";
import type { SimulationOptions } from "../../../../src/kernel/sched/laboratory/options.js";
import {
  MICROSECOND,
  MILLISECOND,
  type Schedule,
  SECOND,
} from "../../../../src/kernel/sched/laboratory/schedule.js";
import { simulate } from "../../../../src/kernel/sched/laboratory/simulate.js";
import {
  batch,
  caller,
  editor,
  hog,
  io,
  periodic,
  polite,
  sleeper,
  type Workload,
  type WorkloadTask,
} from "../../../../src/kernel/sched/laboratory/workload.js";
import { POLICY_NAMES } from "../../../../src/kernel/sched/policies.js";
import { tickPeriod } from "../../../../src/kernel/sched/tick-rate.js";

const hogs = (count: number): WorkloadTask[] => Array.from({ length: count }, (_, n) => hog(`hog ${n}`));

const mixed: Workload = {
  name: "mixed",
  tasks: [
    ...hogs(3),
    editor("editor"),
    io("io"),
    periodic("sound"),
    batch("batch", 300 * MILLISECOND, { nice: 5 }),
  ],
};

function run(tasks: readonly WorkloadTask[], options: Partial<SimulationOptions>): Schedule {
  return simulate({ name: "test", tasks }, { policy: "round-robin", duration: 2 * SECOND, ...options })
    .schedule;
}

const cost = (microseconds: number) => ({
  switchCost: { registers: microseconds * MICROSECOND, tlb: 0, cache: 0 },
  tickCost: 0,
});

describe("a simulation", () => {
  it.each(POLICY_NAMES)("of %s gives the same events for the same seed, and others for another", (policy) => {
    const events = (seed: number) => simulate(mixed, { policy, duration: SECOND / 2, seed }).events;
    expect(events(3)).toEqual(events(3));
    if (policy !== "cooperative") expect(events(4)).not.toEqual(events(3));
  });

  it.each(POLICY_NAMES)("under %s accounts for every nanosecond once", (policy) => {
    const { schedule } = simulate(mixed, { policy, duration: SECOND });
    let at = schedule.begin;
    for (const { begin, end } of schedule.segments) {
      expect(begin).toBe(at);
      expect(end).toBeGreaterThan(begin);
      at = end;
    }
    expect(at).toBe(schedule.end);
  });

  it.each(POLICY_NAMES)("under %s lets no task run and wait at once", (policy) => {
    const { schedule } = simulate(mixed, { policy, duration: SECOND });
    for (const { pid } of schedule.tasks) {
      const pieces = [...schedule.turns, ...schedule.waits]
        .filter((one) => one.pid === pid)
        .sort((a, b) => a.begin - b.begin || a.end - b.end);
      pieces.slice(1).forEach((piece, n) => {
        expect(piece.begin).toBeGreaterThanOrEqual(pieces[n]!.end);
      });
    }
  });

  it("tells what is wrong with a workload", () => {
    const bad = (task: Partial<WorkloadTask>) => () => run([{ ...hog("bad"), ...task }], {});
    expect(() => run([], {})).toThrow(/no tasks/);
    expect(bad({ nice: 20 })).toThrow(/task bad: nice 20/);
    expect(bad({ acts: [{ act: "yield" }] })).toThrow(/for ever at once/);
    expect(bad({ acts: [{ act: "run", time: -1 }] })).toThrow(/negative time/);
    expect(() => run(hogs(1), { tickCost: 600 * MICROSECOND })).toThrow(/more than half/);
  });
});

describe("round robin", () => {
  // A turn lasts whole ticks, the switch at its beginning included: s + c = k·P.
  it.each([
    [1, 3, 20],
    [5, 4, 100],
    [10, 13, 20],
  ])("with turns of %i ms and %i tasks has the period n(s+c) and loses c/(s+c)", (slice, n, c) => {
    const schedule = run(hogs(n), {
      policy: { name: "round-robin", slice: slice * MILLISECOND },
      duration: 10 * SECOND,
      ...cost(c),
    });
    const { period, turn, lostToSwitching, waitAfterPreemption } = measure(schedule);
    const s = slice * tickPeriod(1000) - c * MICROSECOND;
    expect(Math.abs(turn.p50 - s)).toBeLessThanOrEqual(1);
    expect(Math.abs(period.p50 - n * (s + c * MICROSECOND))).toBeLessThanOrEqual(1);
    expect(Math.abs(period.most - n * (s + c * MICROSECOND))).toBeLessThanOrEqual(1);
    expect(lostToSwitching).toBeCloseTo((c * MICROSECOND) / (s + c * MICROSECOND), 4);
    expect(Math.abs(waitAfterPreemption.p50 - (period.p50 - turn.p50))).toBeLessThanOrEqual(1);
  });

  it.each([
    [100, 10],
    [250, 4],
    [300, 10 / 3],
    [1000, 2],
  ])("at %i Hz lets a turn of 2 ms last %d ms: whole ticks", (timerHertz, milliseconds) => {
    const schedule = run(hogs(2), {
      policy: { name: "round-robin", slice: 2 * MILLISECOND },
      timerHertz,
      ...cost(0),
    });
    expect(measure(schedule).turn.p50 / MILLISECOND).toBeCloseTo(milliseconds, 2);
  });
});

describe("target latency", () => {
  it.each([1, 2, 3, 5, 8, 9, 10, 20])(
    "with %i tasks has turns of max(T/n, g) and a period of n turns",
    (n) => {
      // Ticks so close that they round nothing.
      const schedule = run(hogs(n), { policy: "target-latency", timerHertz: 100_000, ...cost(0) });
      const { turn, period, waitAfterPreemption } = measure(schedule);
      if (n === 1) {
        expect(schedule.turns).toHaveLength(1);
        return;
      }
      const expected = Math.max(6 / n, 0.75);
      expect(Math.abs(turn.p50 / MILLISECOND - expected)).toBeLessThan(0.011);
      expect(Math.abs(period.p50 / MILLISECOND - n * expected)).toBeLessThan(n * 0.011);
      expect(waitAfterPreemption.p50).toBeCloseTo(period.p50 - turn.p50, -5);
    },
  );
});

describe("a measured slice", () => {
  it("of 3.0 ms lasts 4 ticks at 1000 Hz, one of 2.8 ms lasts 3: a tick is a little less than a millisecond", () => {
    const ticks = (slice: number) => {
      const schedule = run(hogs(2), { policy: { name: "eevdf", slice: slice * MILLISECOND }, ...cost(2) });
      return Math.round(measure(schedule).turn.p50 / tickPeriod(1000));
    };
    expect(tickPeriod(1000)).toBeLessThan(MILLISECOND);
    expect([ticks(3.0), ticks(2.8)]).toEqual([4, 3]);
  });
});

describe("cooperation", () => {
  it("serves all while all yield, and one alone as soon as one forgets to", () => {
    const shares = (yields: boolean) => {
      const tasks = [polite("a"), polite("b", { yields }), polite("c")];
      const { tasks: measured } = measure(run(tasks, { policy: "cooperative" }));
      return [...measured.values()].map(({ share }) => share);
    };
    for (const share of shares(true)) expect(share).toBeCloseTo(1 / 3, 1);
    const [a, b, c] = shares(false);
    expect(a! + c!).toBeLessThan(0.01);
    expect(b!).toBeGreaterThan(0.98);
  });
});

describe("preemption of the kernel", () => {
  const worst = (preemption: "none" | "voluntary" | "full", call: number, reschedulePoints = MILLISECOND) => {
    const tasks = [
      periodic("sound", {}, { begins: 100 * MILLISECOND }),
      caller("writer", { call: call * MILLISECOND }),
    ];
    const schedule = run(tasks, { policy: "cfs", preemption, reschedulePoints, duration: 4 * SECOND });
    return measure(schedule).tasks.get(1)!.latency;
  };

  it("none: a long call keeps who wakes waiting until it is over", () => {
    const { most, p50 } = worst("none", 40);
    expect(most / MILLISECOND).toBeGreaterThan(30);
    expect(most / MILLISECOND).toBeLessThan(41);
    expect(p50 / MILLISECOND).toBeGreaterThan(1);
  });

  it("voluntary: until the call next looks up", () => {
    expect(worst("voluntary", 40, 5 * MILLISECOND).most / MILLISECOND).toBeLessThan(5.1);
    expect(worst("voluntary", 40, MILLISECOND).most / MILLISECOND).toBeLessThan(1.1);
  });

  it("full: for the switch alone", () => {
    expect(worst("full", 40).most / MILLISECOND).toBeLessThan(0.05);
  });
});

describe("a sleeper that comes back", () => {
  const monopoly = (clampsSleepers: boolean) => {
    const tasks = [hog("a"), hog("b"), sleeper("c", SECOND)];
    const schedule = run(tasks, { policy: { name: "cfs", clampsSleepers }, duration: 3 * SECOND });
    return measure(schedule).tasks.get(1)!.longestWait / MILLISECOND;
  };

  it("monopolises the CPU when nothing cuts its claim", () => {
    expect(monopoly(false)).toBeGreaterThan(400);
  });

  it("does not when it is placed half a latency before the others at most", () => {
    expect(monopoly(true)).toBeLessThan(20);
  });
});
