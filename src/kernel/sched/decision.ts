/**
 * What the scheduler decided and why. Models the tracepoint sched_switch (Linux include/trace/events/sched.h), with the queue
 * beside the choice. All times are virtual nanoseconds: clock time of the machine, divided by its nominal speed.
 */

/** When something happened. */
export interface Moment {
  /** Virtual nanoseconds since boot. */
  readonly at: number;
  /** Machine time t, with which one can go there; absent in a simulation, which retires no instructions. */
  readonly t?: number;
}

/**
 * Why a task that could go on must give up the CPU: its turn is over, somebody more urgent woke, it said so, or whoever
 * watches wanted it at this very moment (`Kernel.preemptAt`).
 */
export type RescheduleReason = "tick" | "woken" | "yield" | "forced";

/** "blocked": it sleeps; "exited": it has ended; "idle": nobody had the CPU. */
export type DecisionReason = RescheduleReason | "blocked" | "exited" | "idle";

/** One runnable task as the policy saw it. Virtual times and requests are nanoseconds. */
export interface EntityDescription {
  readonly pid: number;
  readonly nice: number;
  readonly weight: number;
  readonly vruntime: number;
  /** EEVDF: the slice it asks for, and the virtual time by which it shall have it. */
  readonly request: number;
  readonly deadline: number;
  /** EEVDF: weight · (V - vruntime), how much service it is owed (positive) or has had too early (negative). */
  readonly lag: number;
  /** EEVDF: it has had no more than its share, so it may be picked. True under every other policy. */
  readonly isEligible: boolean;
  /** Nanoseconds that it has run in all. */
  readonly ran: number;
}

/** The rule by which a policy chose. */
export type ChoiceRule =
  | "nobody waits"
  | "first in line"
  | "least vruntime"
  | "earliest eligible deadline"
  | "real-time priority"
  | "the reader's function"
  | "fallback after a fault";

/** The scheduler has chosen who runs next. */
export interface SchedulingDecision extends Moment {
  readonly kind: "decided";
  readonly policy: string;
  readonly reason: DecisionReason;
  /** The task that had the CPU. */
  readonly from: number | undefined;
  /** The task that gets it; undefined for the idle loop. */
  readonly to: number | undefined;
  readonly rule: ChoiceRule;
  /** Who was runnable when the policy chose, in its order: the chosen one is among them, and `from` if it can go on. */
  readonly queue: readonly EntityDescription[];
  /** What the policy measures virtual times by: `min_vruntime` (CFS), the mean V (EEVDF); undefined for the others. */
  readonly virtualTime: number | undefined;
}
