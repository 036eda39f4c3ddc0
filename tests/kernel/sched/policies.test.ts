/** What each policy promises, tried on many workloads. */
import { describe, expect, it } from "vitest";
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import type { SchedulingDecision } from "../../../src/kernel/sched/decision.js";
import { measure } from "../../../src/kernel/sched/laboratory/metrics.js";
import { MILLISECOND, type Schedule, SECOND } from "../../../src/kernel/sched/laboratory/schedule.js";
import { simulate } from "../../../src/kernel/sched/laboratory/simulate.js";
import {
  editor,
  hog,
  io,
  periodic,
  type WorkloadTask,
} from "../../../src/kernel/sched/laboratory/workload.js";
import type { PolicyChoice } from "../../../src/kernel/sched/policies.js";
import { tickPeriod } from "../../../src/kernel/sched/tick-rate.js";
import { NICE_WEIGHTS } from "../../../src/kernel/sched/weights.js";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const TICK = tickPeriod(1000);

/** A few of each kind, by a seed. */
function mixture(seed: number, niceRange: number): WorkloadTask[] {
  const pool = new RandomPool(seed);
  const below = (limit: number) => pool.next() % limit;
  const nice = () => below(2 * niceRange + 1) - niceRange;
  const some = (most: number, make: (name: string, common: { nice: number }) => WorkloadTask) =>
    Array.from({ length: below(most + 1) }, (_, n) => make(`${make.name} ${n}`, { nice: nice() }));
  return [
    ...Array.from({ length: 2 + below(4) }, (_, n) => hog(`hog ${n}`, { nice: nice() })),
    ...some(2, (name, common) => editor(name, {}, common)),
    ...some(2, (name, common) => io(name, {}, common)),
    ...some(2, (name, common) => periodic(name, {}, common)),
  ];
}

function run(tasks: readonly WorkloadTask[], policy: PolicyChoice, seconds = 2, seed = 1): Schedule {
  return simulate({ name: "test", tasks }, { policy, duration: seconds * SECOND, seed }).schedule;
}

const choices = ({ decisions }: Schedule): SchedulingDecision[] =>
  decisions.filter(({ to, queue }) => to !== undefined && queue.length > 0);

describe("the weights", () => {
  it("are those of Linux: 88761 at −20, 1024 at 0, 15 at 19, a factor of about 1.25 a step", () => {
    expect([NICE_WEIGHTS[0], NICE_WEIGHTS[20], NICE_WEIGHTS[39], NICE_WEIGHTS.length]).toEqual([
      88761, 1024, 15, 40,
    ]);
    NICE_WEIGHTS.slice(1).forEach((weight, n) => {
      expect(NICE_WEIGHTS[n]! / weight).toBeGreaterThan(1.19);
      expect(NICE_WEIGHTS[n]! / weight).toBeLessThan(1.29);
    });
  });
});

describe.each(["cfs", "eevdf"] as const)("%s", (policy) => {
  it.each(SEEDS)("gives hogs their shares by weight within 5 %% (seed %i)", (seed) => {
    const pool = new RandomPool(seed);
    const tasks = Array.from({ length: 2 + (pool.next() % 4) }, (_, n) =>
      hog(`hog ${n}`, { nice: (pool.next() % 13) - 6 }),
    );
    const options = { policy, duration: 10 * SECOND, tellsQueue: false };
    const { schedule } = simulate({ name: "test", tasks }, options);
    const { tasks: measured, lostToSwitching, lostToInterrupts } = measure(schedule);
    const total = schedule.tasks.reduce((sum, { weight }) => sum + weight, 0);
    for (const { pid, weight } of schedule.tasks) {
      const expected = (weight / total) * (1 - lostToSwitching - lostToInterrupts);
      expect(Math.abs(measured.get(pid)!.share / expected - 1)).toBeLessThan(0.05);
    }
  });

  it.each(SEEDS)("starves nobody (seed %i)", (seed) => {
    const tasks = mixture(seed, 5);
    const { tasks: measured } = measure(run(tasks, policy, 4, seed));
    // The lightest is due one tick in so many.
    const weights = tasks.map(({ nice = 0 }) => NICE_WEIGHTS[nice + 20]!);
    const ticks = weights.reduce((sum, weight) => sum + weight, 0) / Math.min(...weights);
    for (const { longestWait } of measured.values()) expect(longestWait).toBeLessThan((3 * ticks + 6) * TICK);
  });
});

describe.each(["round-robin", "target-latency"] as const)("%s", (name) => {
  it.each(SEEDS)("starves nobody, whatever its nice value (seed %i)", (seed) => {
    const policy: PolicyChoice = name === "round-robin" ? { name, slice: 4 * MILLISECOND } : name;
    const tasks = mixture(seed, 19);
    for (const { longestWait } of measure(run(tasks, policy, 2, seed)).tasks.values())
      expect(longestWait).toBeLessThan(tasks.length * 7.5 * MILLISECOND);
  });
});

describe("round robin", () => {
  it("lets everybody's turn come in the same order, again and again", () => {
    const schedule = run([hog("a"), hog("b"), hog("c"), hog("d")], {
      name: "round-robin",
      slice: 2 * MILLISECOND,
    });
    const order = schedule.turns.map(({ pid }) => pid).join("");
    expect("1234".repeat(order.length)).toContain(order);
  });
});

describe("CFS", () => {
  it.each(SEEDS)("picks the least vruntime, and min_vruntime never goes back (seed %i)", (seed) => {
    let before = 0;
    for (const { queue, to, virtualTime } of choices(run(mixture(seed, 10), "cfs", 1, seed))) {
      const chosen = queue.find(({ pid }) => pid === to)!;
      expect(chosen.vruntime).toBe(Math.min(...queue.map(({ vruntime }) => vruntime)));
      expect(virtualTime).toBeGreaterThanOrEqual(before);
      before = virtualTime!;
    }
  });

  it("places who wakes at max(its own vruntime, min_vruntime − T/2)", () => {
    // A sleep so long that its own is far behind.
    const schedule = run([hog("a"), io("b", { burst: MILLISECOND, wait: 500 * MILLISECOND })], "cfs", 4);
    const woken = choices(schedule).filter(({ reason, to }) => reason === "woken" && to === 2);
    expect(woken.length).toBeGreaterThan(4);
    for (const { queue, virtualTime } of woken) {
      const { vruntime } = queue.find(({ pid }) => pid === 2)!;
      // Between placing and choosing, min_vruntime may have moved on by what had not been accounted.
      expect(virtualTime! - 3 * MILLISECOND - vruntime).toBeGreaterThanOrEqual(0);
      expect(virtualTime! - 3 * MILLISECOND - vruntime).toBeLessThan(TICK);
    }
  });

  it("lets a turn last the period's part that belongs to its weight", () => {
    const tasks = [hog("a", { nice: -5 }), hog("b"), hog("c", { nice: 5 })];
    const options = { policy: "cfs", duration: 4 * SECOND, timerHertz: 100_000, tickCost: 0 } as const;
    const { schedule } = simulate(
      { name: "test", tasks },
      { ...options, switchCost: { registers: 0, tlb: 0, cache: 0 } },
    );
    const { tasks: measured } = measure(schedule);
    const total = schedule.tasks.reduce((sum, { weight }) => sum + weight, 0);
    // The heaviest uses its turn to the end each time; the others are at most as long.
    const { weight, pid } = schedule.tasks[0]!;
    expect(measured.get(pid)!.turn.p50 / MILLISECOND).toBeCloseTo((6 * weight) / total, 1);
  });
});

describe("EEVDF", () => {
  it.each(SEEDS)("picks the earliest deadline of those that have not had too much (seed %i)", (seed) => {
    for (const { queue, to } of choices(run(mixture(seed, 10), "eevdf", 1, seed))) {
      const chosen = queue.find(({ pid }) => pid === to)!;
      const eligible = queue.filter(({ isEligible }) => isEligible);
      if (eligible.length === 0) continue;
      expect(chosen.isEligible).toBe(true);
      expect(chosen.deadline).toBe(Math.min(...eligible.map(({ deadline }) => deadline)));
    }
  });

  it.each(SEEDS)("keeps lag within a request and a tick, and its sum at zero (seed %i)", (seed) => {
    const pool = new RandomPool(seed);
    const requests = Array.from(
      { length: 2 + (pool.next() % 6) },
      () => (1 + (pool.next() % 10)) * MILLISECOND,
    );
    const tasks = requests.map((request, n) => hog(`hog ${n}`, { nice: (pool.next() % 21) - 10, request }));
    const most = Math.max(...requests) + TICK + 0.05 * MILLISECOND;
    for (const { queue } of choices(run(tasks, "eevdf", 2, seed))) {
      for (const { lag } of queue) expect(Math.abs(lag)).toBeLessThan(most);
      const sum = queue.reduce((total, { lag }) => total + lag, 0);
      expect(Math.abs(sum)).toBeLessThan(1);
    }
  });

  it.each(SEEDS)("asks for deadline = vruntime + request · 1024 / weight (seed %i)", (seed) => {
    const tasks = [hog("a", { nice: seed - 6, request: seed * MILLISECOND }), hog("b")];
    for (const { queue } of choices(run(tasks, "eevdf", 1))) {
      const { deadline, vruntime, weight } = queue.find(({ pid }) => pid === 1)!;
      const request = (seed * MILLISECOND * 1024) / weight;
      expect(deadline - vruntime).toBeLessThanOrEqual(request + 1);
      expect(deadline - vruntime).toBeGreaterThan(-(TICK * 1024) / weight);
    }
  });

  it("serves who asks for a shorter slice sooner, and for the same share", () => {
    const tasks = (request: number) => [
      editor("editor", { burst: 2 * MILLISECOND }, { request }),
      ...[1, 2, 3, 4, 5, 6].map((n) => hog(`hog ${n}`, { request: 6 * MILLISECOND })),
    ];
    const latency = (request: number) => measure(run(tasks(request), "eevdf", 20)).tasks.get(1)!.latency.p90;
    expect(latency(0.5 * MILLISECOND)).toBeLessThan(latency(6 * MILLISECOND) / 2);
    const shares = (request: number) =>
      measure(
        run([hog("short", { request }), hog("long", { request: 6 * MILLISECOND })], "eevdf", 10),
      ).tasks.get(1)!.share;
    expect(Math.abs(shares(0.5 * MILLISECOND) / shares(6 * MILLISECOND) - 1)).toBeLessThan(0.02);
  });
});
