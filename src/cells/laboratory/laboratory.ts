/**
 * A laboratory of scheduling: one or several simulations of workloads, side by side, for the parameters that a reader has set.
 * The policies are those of the kernel. What a cell's laboratory compares stands in its scenario.
 */
import type { SwitchCost } from "../../kernel/costs.js";
import type { SimulationOptions } from "../../kernel/sched/laboratory/options.js";
import type { Schedule } from "../../kernel/sched/laboratory/schedule.js";
import { simulate } from "../../kernel/sched/laboratory/simulate.js";
import { hog, type Workload, type WorkloadTask } from "../../kernel/sched/laboratory/workload.js";
import type { Ruler } from "../../views/schedule-state.js";
import { type MeasuredSchedule, measuredSchedule } from "./schedule-at.js";

/** One simulation of a laboratory. */
export interface Experiment {
  /** By which questions find it: "cfs". */
  readonly name: string;
  readonly title: string;
  readonly workload: Workload;
  readonly options: SimulationOptions;
  /** Nanoseconds: how much of it is drawn at once; all of it when absent. */
  readonly span?: number;
  /** Lengths to be measured in the picture. */
  readonly rulers?: (schedule: Schedule) => readonly Ruler[];
}

/** All experiments, simulated and measured. */
export function conduct(experiments: readonly Experiment[]): MeasuredSchedule[] {
  return experiments.map(({ workload, options, ...about }) =>
    measuredSchedule(simulate(workload, options).schedule, about),
  );
}

/** A price of a switch, in nanoseconds, split as it is on a present-day processor: little for registers, most for cold caches. */
export function switchCost(total: number): SwitchCost {
  const registers = Math.round(total * 0.05);
  const tlb = Math.round(total * 0.2);
  return { registers, tlb, cache: total - registers - tlb };
}

/** For what is easier to read without. */
export const NO_COST: SwitchCost = { registers: 0, tlb: 0, cache: 0 };

/** So many programs that always want the CPU. */
export function hogs(count: number): WorkloadTask[] {
  return Array.from({ length: count }, (_, n) => hog(`hog ${n + 1}`));
}
