/**
 * What a scheduling policy is: an object that keeps the tasks waiting for the CPU and says whose turn comes next. Who calls
 * it and when is in `core.ts`; the policies are in the files beside this one. All times are clock time of the machine.
 * Models `struct sched_class` and `struct sched_entity` (Linux kernel/sched/sched.h, include/linux/sched.h).
 * Leaves out: groups, several CPUs, load tracking.
 */
import type { ChoiceRule, EntityDescription } from "./decision.js";
import { NICE_0_WEIGHT } from "./weights.js";

/** What the scheduler knows of one task: plain data, so that a snapshot can copy it. */
export class SchedEntity {
  /** -20 is served most, 19 least; set it with `setNice`. */
  nice = 0;
  /** Share of the CPU beside the others' weights. */
  weight = NICE_0_WEIGHT;
  /** SCHED_*, and for real-time classes the priority, 1 to 99. */
  policy = 0;
  priority = 0;
  /** Children begin with nice 0 at best, and in no real-time class. */
  resetsOnFork = false;
  /** It waits in the queue. */
  queued = false;
  /** Time it has run, each part divided by its weight at that time; counted from the queue's own zero. */
  vruntime = 0;
  /** EEVDF: clock time of the slice that it asks for; 0 for the policy's own. */
  request = 0;
  /** EEVDF: the virtual time by which the present request should have been served. */
  deadline = 0;
  /** EEVDF: how far behind its fair share it was when it left the queue. */
  lag = 0;
  /** EEVDF: its request has been served, so its turn is over. */
  served = false;
  /** Ticks left of its turn (round robin). */
  slice = 0;
  /** Clock time when its present turn began, and up to which it is accounted. */
  turnBegan = 0;
  accountedTo = 0;
  /** Clock time when it began to wait. */
  waitingSince = 0;
  /** Clock time of all its turns, how many they were, and clock time that it waited for them. */
  ran = 0;
  turns = 0;
  waited = 0;

  constructor(public pid: number) {}
}

/** Why a task comes into the queue: it is new, it slept, or it had to give up the CPU. */
export type EnqueueReason = "new" | "woken" | "put";

export interface SchedulingPolicy {
  readonly name: string;
  /** EEVDF: clock time that a task requests unless it says otherwise. */
  readonly baseSlice?: number | undefined;
  /** How many tasks wait. */
  readonly length: number;
  /** The rule by which it chose last. */
  readonly rule: ChoiceRule;
  /** What it measures virtual times by: `min_vruntime` or the mean V; undefined when it has none. */
  readonly virtualTime: number | undefined;
  /** A task waits for the CPU. It must not do so already. */
  enqueue(entity: SchedEntity, reason: EnqueueReason, now: number): void;
  /** A task waits no longer; nothing happens when it did not. */
  remove(entity: SchedEntity): void;
  /** The next to run, taken from the queue; its turn begins now. */
  pickNext(now: number): SchedEntity | undefined;
  /** The running task has used the CPU until now; called before it is put back, sleeps or ends. */
  account(running: SchedEntity, now: number): void;
  /** A tick has passed; true when the running task's turn is over and somebody else waits. */
  tick(running: SchedEntity, now: number): boolean;
  /** Whether a task that has just woken takes the CPU from the running one. */
  preempts(woken: SchedEntity, running: SchedEntity, now: number): boolean;
  /** The running task gives up the rest of its turn; it is put back afterwards. */
  yield(running: SchedEntity, now: number): void;
  /** V - vruntime: how much virtual time a task is behind its fair share; 0 under policies that do not ask. */
  lagOf(entity: SchedEntity): number;
  /** The tasks that wait, in the policy's order. */
  waiting(): readonly SchedEntity[];
}

/** Adds what has passed since the last time to the entity's accounts; returns it. */
export function accountTime(entity: SchedEntity, now: number): number {
  const passed = Math.max(0, now - entity.accountedTo);
  entity.accountedTo = now;
  entity.ran += passed;
  return passed;
}

/** A turn begins. */
export function beginTurn(entity: SchedEntity, now: number): void {
  entity.queued = false;
  entity.turnBegan = entity.accountedTo = now;
  entity.turns++;
  entity.waited += now - entity.waitingSince;
}

/** The queue as a view shows it; `scale` turns clock time into nanoseconds. */
export function describeQueue(policy: SchedulingPolicy, scale: number): EntityDescription[] {
  return policy.waiting().map((entity) => {
    const behind = policy.lagOf(entity);
    return {
      pid: entity.pid,
      nice: entity.nice,
      weight: entity.weight,
      vruntime: entity.vruntime * scale,
      deadline: entity.deadline * scale,
      request: (entity.request || (policy.baseSlice ?? 0)) * scale,
      lag: (behind * scale * entity.weight) / NICE_0_WEIGHT,
      isEligible: behind >= 0,
      ran: entity.ran * scale,
    };
  });
}
