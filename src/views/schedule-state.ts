/**
 * What views of scheduling draw: a schedule at one of its moments, and what is measured of it. Times are virtual
 * milliseconds, as the prose says them; the schedule's own lists are in nanoseconds.
 */
import type { SchedulingDecision } from "../kernel/sched/decision.js";
import type { Schedule } from "../kernel/sched/laboratory/schedule.js";

/** Many values in few, in milliseconds. */
export interface DistributionState {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** The values themselves, ascending. */
  readonly values: readonly number[];
}

/** One task measured. */
export interface TaskMeasures {
  readonly name: string;
  readonly pid: number;
  /** 0 to 1 */
  readonly share: number;
  /** From waking to running. */
  readonly latency: DistributionState;
  /** From a question to the end of its answer. */
  readonly response: DistributionState;
  /** From the start of a turn to the start of the next. */
  readonly period: DistributionState;
  /** From losing the CPU to having it again. */
  readonly wait: DistributionState;
  readonly turn: DistributionState;
  readonly longestWait: number;
}

/** A whole schedule measured. */
export interface Measures extends Omit<TaskMeasures, "name" | "pid" | "share" | "longestWait"> {
  /** Jain's index, 0 to 1. */
  readonly fairness: number;
  readonly switches: number;
  /** Shares of the whole time, 0 to 1. */
  readonly lostToSwitching: number;
  readonly lostToInterrupts: number;
  readonly idle: number;
  readonly tasks: readonly TaskMeasures[];
}

export interface ScheduleState {
  /** By which questions find it: "cfs". */
  readonly name: string;
  /** Over its picture: "CFS, target 6 ms". */
  readonly title: string;
  readonly schedule: Schedule;
  readonly measures: Measures;
  /** Nanoseconds: the moment that is looked at. */
  readonly now: number;
  /** The part of it that is drawn, in nanoseconds. */
  readonly window: { readonly begin: number; readonly end: number };
  /** The last decision at or before `now`. */
  readonly decision: SchedulingDecision | undefined;
  /** A length to be measured in the picture: two moments of one task, and what is between them. */
  readonly rulers: readonly Ruler[];
}

/** "wait 6 ms", from `begin` to `end` in nanoseconds, in the row of a task. */
export interface Ruler {
  readonly pid: number;
  readonly begin: number;
  readonly end: number;
  readonly says: string;
}
