/** What a simulated run depends on besides its workload, and what comes of it. All times are virtual nanoseconds. */
import type { SwitchCost } from "../../costs.js";
import type { SchedulingEvent } from "../events.js";
import type { PolicyChoice } from "../policies.js";
import type { KernelPreemption } from "../preemption.js";
import { MICROSECOND, MILLISECOND, type Schedule } from "./schedule.js";

export interface SimulationOptions {
  readonly policy: PolicyChoice;
  /** How long to simulate. */
  readonly duration: number;
  /** Of everything drawn at random; the same seed gives the same schedule. */
  readonly seed?: number;
  /** Timer interrupts a second, as the PIT can give them: `tickPeriod` says what comes of a wish. */
  readonly timerHertz?: number;
  readonly switchCost?: SwitchCost;
  /** What a tick costs by itself. */
  readonly tickCost?: number;
  /** Who may take the CPU from a task within a long call. */
  readonly preemption?: KernelPreemption;
  /** Time between two points of a long call at which "voluntary" looks up. */
  readonly reschedulePoints?: number;
  /** Decisions tell the whole queue. Default true; without it a long run takes less memory. */
  readonly tellsQueue?: boolean;
}

/** What holds where nothing is said. Costs are of a present-day processor's order of magnitude. */
export const SIMULATION_DEFAULTS = {
  seed: 1,
  timerHertz: 1000,
  switchCost: { registers: 1 * MICROSECOND, tlb: 4 * MICROSECOND, cache: 15 * MICROSECOND },
  tickCost: 1 * MICROSECOND,
  preemption: "none",
  reschedulePoints: MILLISECOND,
  tellsQueue: true,
} as const;

export interface Simulation {
  readonly schedule: Schedule;
  readonly events: readonly SchedulingEvent[];
}

/** What a task that comes back to a CPU where nobody else was meanwhile has to pay of a switch. */
export const returnCost = ({ registers }: SwitchCost): SwitchCost => ({ registers, tlb: 0, cache: 0 });
