/** What a simulated run depends on besides its workload. All times are virtual nanoseconds. */
import type { SwitchCost } from "../../costs.js";
import type { SchedulingEvent } from "../events.js";
import type { PolicyName } from "../policies.js";
import type { SchedulingPolicy } from "../policy.js";
import type { KernelPreemption } from "../preemption.js";
import type { Metrics } from "./metrics.js";
import type { Schedule } from "./schedule.js";

export interface SimulationOptions {
  /** By name, or a new and empty one. */
  readonly policy: PolicyName | SchedulingPolicy;
  /** How long to simulate. */
  readonly duration: number;
  /** Of everything drawn at random; the same seed gives the same schedule. Default 1. */
  readonly seed?: number;
  /** Timer interrupts a second, as the PIT can give them: `tickPeriod` says what comes of a wish. Default 1000. */
  readonly timerHertz?: number;
  /** What a switch costs; see `SIMULATED_SWITCH`. */
  readonly switchCost?: SwitchCost;
  /** What a tick costs by itself. Default 1 µs. */
  readonly tickCost?: number;
  /** Who may take the CPU from a task within a long call. Default "none". */
  readonly preemption?: KernelPreemption;
  /** Time between two points of a long call at which "voluntary" looks up. Default 1 ms. */
  readonly reschedulePoints?: number;
}

export interface Simulation {
  readonly schedule: Schedule;
  readonly metrics: Metrics;
  readonly events: readonly SchedulingEvent[];
}
