/**
 * What happens to tasks and the CPU, one value an event, for those who watch: a Gantt chart, a trace, a test. The kernel
 * and the laboratory's simulation tell the same events, so that whatever draws one draws the other.
 * Models the tracepoints sched_wakeup, sched_switch, sched_process_* (Linux include/trace/events/sched.h), with the queue
 * beside the choice. All times are virtual nanoseconds: clock time of the machine, divided by its nominal speed.
 */
import type { SwitchCost } from "../costs.js";
import type { Moment, RescheduleReason, SchedulingDecision } from "./decision.js";
import type { PolicyFault } from "./reader-fault.js";

/** Another task got the CPU; tells what that took. */
export interface ContextSwitch extends Moment {
  readonly kind: "switched";
  readonly from: number | undefined;
  readonly to: number;
  /** Nanoseconds; they lie behind `at`. */
  readonly cost: SwitchCost;
  /** Other page tables: false between threads of one process, and back from the idle loop to the task that had the CPU. */
  readonly cr3Written: boolean;
  /** The TLB forgot what it knew of programs: CR3 was written, and the new space has no PCID that is known. */
  readonly flushes: boolean;
}

export type SchedulingEvent =
  | SchedulingDecision
  | ContextSwitch
  | (Moment & TaskEvent)
  /** The timer ticked while `pid` had the CPU; its nanoseconds lie behind `at`. */
  | (Moment & { readonly kind: "tick"; readonly pid: number | undefined; readonly cost: number })
  /** A timer was due between two ticks; the rest as with a tick. */
  | (Moment & { readonly kind: "timer"; readonly pid: number | undefined; readonly cost: number })
  /** The reader's function did something that it must not; from here on another policy decides. */
  | (Moment & { readonly kind: "policy-fault"; readonly fault: PolicyFault });

/** What happens to one task. */
export type TaskEvent = { readonly pid: number } & (
  | { readonly kind: "created"; readonly name: string; readonly nice: number; readonly weight: number }
  | { readonly kind: "renamed"; readonly name: string }
  | { readonly kind: "reweighted"; readonly nice: number; readonly weight: number }
  /** It can go on; `preempts`: it takes the CPU from the running task, as soon as the kernel lets it. */
  | { readonly kind: "woken"; readonly preempts: boolean }
  | { readonly kind: "slept"; readonly on: string }
  | { readonly kind: "ended" }
  /** In a simulation: something arrived for it, such as a keystroke; it has done what the first of those wanted. */
  | { readonly kind: "asked" }
  | { readonly kind: "answered" }
  /** The running task begins or ends kernel work that is long enough to be seen; see `KernelPreemption`. */
  | { readonly kind: "kernel-work"; readonly begins: boolean }
  /** It must give up the CPU, but not before the kernel lets it: `need_resched` is set. */
  | { readonly kind: "need-resched"; readonly reason: RescheduleReason }
);
