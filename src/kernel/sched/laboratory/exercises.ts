/**
 * The exercises of the second chapter, judged by running: what an answer does is simulated and measured, and nothing is
 * compared with a list of right answers. A verdict says what was measured, so that a reader sees how near an answer was.
 */

import type { PolicyChoice } from "../policies.js";
import type { Pick } from "../reader.js";
import type { PolicyFault } from "../reader-fault.js";
import { hiddenWorkloads, type LeagueRow, league } from "./league.js";
import { measure } from "./metrics.js";
import { SIMULATION_DEFAULTS, type SimulationOptions } from "./options.js";
import { MICROSECOND, MILLISECOND, type Schedule, SECOND } from "./schedule.js";
import { simulate } from "./simulate.js";
import { editor, hog, type Workload } from "./workload.js";

export interface Verdict {
  readonly isRight: boolean;
  /** What came out, in a sentence with the numbers. */
  readonly says: string;
}

const milliseconds = (nanoseconds: number): string => (nanoseconds / MILLISECOND).toFixed(2);
const percent = (share: number): string => (100 * share).toFixed(2);

/** x2.3: an editor among twelve that never rest. */
export const SLICE_EXERCISE = {
  workload: {
    name: "an editor and twelve hogs",
    tasks: [
      editor("editor", { burst: 0.3 * MILLISECOND }),
      ...Array.from({ length: 12 }, (_, n) => hog(`hog ${n + 1}`)),
    ],
  } satisfies Workload,
  /** A timer so fine that it hardly rounds, and free of charge. */
  options: {
    duration: 4 * SECOND,
    timerHertz: 20_000,
    tickCost: 0,
    switchCost: { registers: MICROSECOND, tlb: 4 * MICROSECOND, cache: 15 * MICROSECOND },
    tellsQueue: false,
  } satisfies Omit<SimulationOptions, "policy">,
  longestResponse: 20 * MILLISECOND,
  mostLost: 0.02,
} as const;

/** x2.3: a slice of round robin with which the editor always answers in time and not too much is lost. */
export function judgeSlice(slice: number): Verdict & { readonly response: number; readonly lost: number } {
  const { workload, options, longestResponse, mostLost } = SLICE_EXERCISE;
  const { schedule } = simulate(workload, { ...options, policy: { name: "round-robin", slice } });
  const metrics = measure(schedule);
  const response = metrics.tasks.get(1)!.response.most;
  const lost = metrics.lostToSwitching;
  const says = `the slowest answer took ${milliseconds(response)} ms, and ${percent(lost)} % of the time went into switching`;
  return { isRight: response < longestResponse && lost < mostLost, says, response, lost };
}

/** x2.4: n hogs under a target latency, with a timer that rounds nothing worth mentioning. */
export function targetLatencySchedule(n: number, latency: number, granularity: number): Schedule {
  const tasks = Array.from({ length: n }, (_, k) => hog(`hog ${k + 1}`));
  return simulate(
    { name: `${n} hogs`, tasks },
    {
      policy: { name: "target-latency", latency, granularity },
      ...{ duration: 30 * Math.max(latency, n * granularity), timerHertz: 100_000, tickCost: 0 },
      ...{ switchCost: { registers: 0, tlb: 0, cache: 0 }, tellsQueue: false },
    },
  ).schedule;
}

/** x2.4: the smallest n with which the period exceeds the target. */
export function judgeBrokenPromise(
  n: number,
  latency = 6 * MILLISECOND,
  granularity = 0.75 * MILLISECOND,
): Verdict & { readonly period: number; readonly periodOfOneLess: number } {
  const periodOf = (count: number) =>
    count < 2 ? latency : measure(targetLatencySchedule(count, latency, granularity)).period.p50;
  const [period, periodOfOneLess] = [periodOf(n), periodOf(n - 1)];
  // A turn ends with the first tick after its time, and ticks are 10 µs apart.
  const exceeds = (measured: number, count: number) => measured > latency + count * 11 * MICROSECOND;
  const isRight = exceeds(period, n) && !exceeds(periodOfOneLess, n - 1);
  const says = `with ${n} tasks the period is ${milliseconds(period)} ms, with ${n - 1} it is ${milliseconds(periodOfOneLess)} ms`;
  return { isRight, says, period, periodOfOneLess };
}

/** x2.5: nice values with which A gets `times` as much as B, within 5 %. */
export function judgeNice(
  a: number,
  b: number,
  policy: PolicyChoice = "eevdf",
  times = 3,
): Verdict & { readonly ratio: number; readonly schedule: Schedule } {
  const tasks = [hog("A", { nice: a }), hog("B", { nice: b })];
  const { schedule } = simulate(
    { name: "A and B", tasks },
    { policy, duration: 20 * SECOND, tellsQueue: false },
  );
  const { tasks: measured } = measure(schedule);
  const ratio = measured.get(1)!.ran / measured.get(2)!.ran;
  const says = `A got ${ratio.toFixed(3)} times as much as B`;
  return { isRight: Math.abs(ratio / times - 1) <= 0.05, says, ratio, schedule };
}

/** What x2.7 compares with: turns of 4 ms. */
export const BASELINE: PolicyChoice = { name: "round-robin", slice: 4 * MILLISECOND };
/** Fairness counts as equal within this. */
const EQUAL_FAIRNESS = 0.01;

export interface PickVerdict extends Verdict {
  readonly fault: PolicyFault | undefined;
  readonly reader: LeagueRow;
  readonly baseline: LeagueRow;
}

/** x2.7: on workloads that nobody has seen the reader's function has a better p99 latency than round robin, and is as fair. */
export function judgePick(pick: Pick, seed: number = SIMULATION_DEFAULTS.seed): PickVerdict {
  const workloads = hiddenWorkloads(seed);
  const entrants = [
    { name: "yours", policy: (): PolicyChoice => ({ name: "reader", pick }) },
    { name: "round robin", policy: () => BASELINE },
  ];
  const rows = league(entrants, workloads, { seed });
  const reader = rows.find(({ name }) => name === "yours")!;
  const baseline = rows.find(({ name }) => name !== "yours")!;
  const { fault } = reader;
  if (fault)
    return {
      isRight: false,
      says: `call ${fault.call} of your function: ${fault.reason}`,
      fault,
      reader,
      baseline,
    };
  const isFair = reader.results.every(
    ({ metrics }, n) => metrics.fairness >= baseline.results[n]!.metrics.fairness - EQUAL_FAIRNESS,
  );
  const isQuick = reader.results.every(
    ({ metrics }, n) => metrics.latency.p99 < baseline.results[n]!.metrics.latency.p99,
  );
  const says = `p99 from waking to running: ${milliseconds(reader.latency)} ms, round robin ${milliseconds(baseline.latency)} ms; fairness at worst ${reader.fairness.toFixed(3)}, round robin ${baseline.fairness.toFixed(3)}`;
  return { isRight: isFair && isQuick, says, fault, reader, baseline };
}
