/** What the scheduler decided and why, for those who watch. Models the tracepoint sched_switch, with the queue beside it. */
import type { EntityDescription } from "./policy.js";

/** Why a task that could go on must give up the CPU: its turn is over, somebody more urgent woke, or it said so. */
export type RescheduleReason = "tick" | "woken" | "yield";

export interface SchedulingDecision {
  /** Clock time. */
  readonly time: number;
  readonly policy: string;
  /** "blocked": it sleeps; "exited": it has ended; "idle": nobody had the CPU. */
  readonly reason: RescheduleReason | "blocked" | "exited" | "idle";
  /** The task that had the CPU. */
  readonly from: number | undefined;
  /** The task that gets it; undefined for the idle loop. */
  readonly to: number | undefined;
  /** Who waited when the policy chose, in its order; the one it chose is among them. */
  readonly queue: readonly EntityDescription[];
}
