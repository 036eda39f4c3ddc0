/**
 * What theory says before anything runs: the formulas of the book's second chapter, for curves and for asking whether a
 * measured schedule agrees. Times are of one unit, whichever.
 */
import { NICE_0_WEIGHT, NICE_MIN, NICE_WEIGHTS } from "../weights.js";

/** Round robin: n tasks with turns of s after switches of c. */
export function roundRobin(n: number, s: number, c: number): { period: number; lost: number; wait: number } {
  const others = n - 1;
  return { period: n * (s + c), lost: c / (s + c), wait: others * (s + c) + c };
}

/**
 * Target latency T with the floor g: each of n tasks gets T/n, but never less than g. The period is from the start of a turn
 * to the start of the same task's next; the wait in between is shorter by the turn.
 */
export function targetLatency(
  n: number,
  T: number,
  g: number,
): { turn: number; period: number; wait: number } {
  const turn = Math.max(T / n, g);
  return { turn, period: n * turn, wait: (n - 1) * turn };
}

/** With how many tasks the period first exceeds the target: more than T/g. */
export function brokenPromise(T: number, g: number): number {
  return Math.floor(T / g) + 1;
}

/** The weight of a nice value. */
export function weightOf(nice: number): number {
  const weight = NICE_WEIGHTS[nice - NICE_MIN];
  if (weight === undefined) throw new RangeError(`there is no nice value ${nice}`);
  return weight;
}

/** CFS: how much virtual time passes for a task while it has the CPU for `time`. */
export function virtualTimeOf(time: number, weight: number): number {
  return (time * NICE_0_WEIGHT) / weight;
}

/** CFS: the turn of a task of weight w among tasks of these weights, itself among them. */
export function cfsTurn(weight: number, weights: readonly number[], T: number, g: number): number {
  const period = Math.max(T, weights.length * g);
  return (period * weight) / weights.reduce((sum, one) => sum + one, 0);
}

/** CFS: where a task that wakes is placed. */
export function wakeupPlacement(own: number, minVruntime: number, T: number): number {
  return Math.max(own, minVruntime - T / 2);
}

/** What EEVDF looks at of one task. */
export interface EevdfEntity {
  readonly vruntime: number;
  readonly weight: number;
  readonly request: number;
}

/** EEVDF: V, and for each task its lag, whether it may be picked, and by when it shall have what it asks for. */
export function eevdf(entities: readonly EevdfEntity[]): {
  V: number;
  tasks: { lag: number; isEligible: boolean; deadline: number }[];
} {
  const weights = entities.reduce((sum, { weight }) => sum + weight, 0);
  const V = entities.reduce((sum, { vruntime, weight }) => sum + weight * vruntime, 0) / weights;
  const tasks = entities.map(({ vruntime, weight, request }) => ({
    lag: (weight * (V - vruntime)) / NICE_0_WEIGHT,
    isEligible: vruntime <= V,
    deadline: vruntime + virtualTimeOf(request, weight),
  }));
  return { V, tasks };
}

/** EEVDF: the index of the task that is picked; -1 of none. */
export function eevdfPick(entities: readonly EevdfEntity[]): number {
  const { tasks } = eevdf(entities);
  return tasks.reduce(
    (best, { isEligible, deadline }, n) =>
      isEligible && (best < 0 || deadline < tasks[best]!.deadline) ? n : best,
    -1,
  );
}
