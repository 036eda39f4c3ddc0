/**
 * A schedule: who had the CPU when, who waited, and how long answers took. Plain data, in virtual nanoseconds, the same
 * whether it comes out of a simulation (`simulate.ts`) or out of a run of real programs (`recorder.ts`): one Gantt chart
 * draws both, and `metrics.ts` measures both.
 */
import type { DecisionReason, SchedulingDecision } from "../decision.js";
import type { ContextSwitch } from "../events.js";
import type { PolicyFault } from "../reader-fault.js";
import type { TaskKind } from "./workload.js";

export const MICROSECOND = 1e3;
export const MILLISECOND = 1e6;
export const SECOND = 1e9;

/** A stretch of time, from `begin` up to and without `end`. */
export interface Interval {
  readonly begin: number;
  readonly end: number;
}

export interface Schedule extends Interval {
  /** The policy's name, as `makePolicy` takes it. */
  readonly policy: string;
  /** In the order of their pids. */
  readonly tasks: readonly ScheduledTask[];
  /** What the CPU did, without gaps, from `begin` to `end`. */
  readonly segments: readonly Segment[];
  /** Who had the CPU between two switches, in order. */
  readonly turns: readonly Turn[];
  /** When tasks could have run and did not, by the time at which the wait began. */
  readonly waits: readonly Wait[];
  /** From a question to its answer, by the time of the answer. */
  readonly responses: readonly Response[];
  readonly decisions: readonly SchedulingDecision[];
  readonly switches: readonly ContextSwitch[];
  /** When the timer ticked. */
  readonly ticks: readonly number[];
  /** The reader's function failed, at `at`. */
  readonly fault?: { readonly at: number; readonly fault: PolicyFault };
}

export interface ScheduledTask {
  readonly pid: number;
  readonly name: string;
  /** "program" for what a kernel ran. */
  readonly kind: TaskKind | "program";
  /** As at the end. */
  readonly nice: number;
  readonly weight: number;
  /** When it came into being, and when it ended; undefined if it did not. */
  readonly born: number;
  readonly ended: number | undefined;
}

/**
 * "user": the task itself; "kernel": long work of the kernel on its behalf; "switch": the price of a switch, charged to the
 * task that is switched to; "interrupt": a tick's own price; "idle": nobody wants the CPU.
 */
export type SegmentKind = "user" | "kernel" | "switch" | "interrupt" | "idle";

export interface Segment extends Interval {
  readonly kind: SegmentKind;
  /** Undefined while idle. */
  readonly pid: number | undefined;
}

/** What a task has between two switches, from its first instruction to its last: the switch itself lies before `begin`. */
export interface Turn extends Interval {
  readonly pid: number;
  /** Nanoseconds that the switch took. */
  readonly switchCost: number;
  /** Machine time of the switch, to go there; undefined in a simulation. */
  readonly t: number | undefined;
  /** Why it ended; undefined when the schedule ends before. */
  readonly endedBy: DecisionReason | undefined;
}

/** Why a task waits: it is new, it woke, it lost the CPU, or it gave it up. */
export type WaitReason = "created" | "woken" | "preempted" | "yielded";

/** From being able to run to running, the switch included. */
export interface Wait extends Interval {
  readonly pid: number;
  readonly after: WaitReason;
  /** It did not end with the CPU: the schedule ends before, or the task was stopped or ended. */
  readonly isOpen: boolean;
}

/**
 * A keystroke and the end of the work that it caused; of a program under a kernel, a wake-up and the next time that it
 * goes to sleep.
 */
export interface Response {
  readonly pid: number;
  readonly asked: number;
  /** When the task first ran for it. */
  readonly began: number;
  readonly answered: number;
}
