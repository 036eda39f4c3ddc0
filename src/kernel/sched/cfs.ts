/**
 * Completely fair: whoever has had least virtual time runs next. Virtual time passes slower for heavy tasks, so shares
 * follow the weights. Who slept does not keep the time it missed: it comes back at most half a latency behind the others.
 * Models Linux kernel/sched/fair.c from 2.6.23 to 6.5. Leaves out: groups, buddies, load tracking.
 */
import { OrderedQueue } from "./ordered-queue.js";
import {
  accountTime,
  beginTurn,
  type EnqueueReason,
  type SchedEntity,
  type SchedulingPolicy,
} from "./policy.js";
import { virtualTime } from "./weights.js";

export interface CfsParameters {
  /** Every runnable task shall run once within this clock time … */
  latency: number;
  /** … but its turn is never shorter than this. */
  granularity: number;
  /** A task that wakes takes the CPU only when it is so much behind the running one. */
  wakeupGranularity: number;
  /** Cut the claim of those who slept; without it a long sleeper monopolises the CPU when it wakes. */
  clampsSleepers: boolean;
}

export class Cfs implements SchedulingPolicy {
  readonly name = "cfs";
  readonly rule = "least vruntime";
  private readonly queue = new OrderedQueue("vruntime");
  private queuedWeight = 0;
  /** The least virtual time of those that want the CPU; it never goes back. */
  minVruntime = 0;

  constructor(public parameters: CfsParameters) {}

  get virtualTime(): number {
    return this.minVruntime;
  }

  get length(): number {
    return this.queue.entities.length;
  }

  enqueue(entity: SchedEntity, reason: EnqueueReason, now: number): void {
    if (reason === "new") entity.vruntime = Math.max(entity.vruntime, this.minVruntime);
    else if (reason === "woken" && this.parameters.clampsSleepers)
      entity.vruntime = Math.max(entity.vruntime, this.minVruntime - this.parameters.latency / 2);
    this.queue.add(entity, now);
    this.queuedWeight += entity.weight;
  }

  remove(entity: SchedEntity): void {
    if (this.queue.remove(entity)) this.queuedWeight -= entity.weight;
  }

  pickNext(now: number): SchedEntity | undefined {
    const next = this.queue.entities[0];
    if (!next) return undefined;
    this.remove(next);
    beginTurn(next, now);
    return next;
  }

  account(running: SchedEntity, now: number): void {
    running.vruntime += virtualTime(accountTime(running, now), running.weight);
    const first = this.queue.entities[0];
    const least = first ? Math.min(first.vruntime, running.vruntime) : running.vruntime;
    this.minVruntime = Math.max(this.minVruntime, least);
  }

  /** Clock time of a turn: the task's weight's part of the period. */
  turn(running: SchedEntity): number {
    const { latency, granularity } = this.parameters;
    const period = Math.max(latency, (this.length + 1) * granularity);
    return (period * running.weight) / (this.queuedWeight + running.weight);
  }

  tick(running: SchedEntity, now: number): boolean {
    this.account(running, now);
    if (this.length === 0) return false;
    const ran = now - running.turnBegan;
    const turn = this.turn(running);
    if (ran > turn) return true;
    return ran >= this.parameters.granularity && running.vruntime - this.queue.entities[0]!.vruntime > turn;
  }

  preempts(woken: SchedEntity, running: SchedEntity, now: number): boolean {
    this.account(running, now);
    const enough = virtualTime(this.parameters.wakeupGranularity, woken.weight);
    return running.vruntime - woken.vruntime > enough;
  }

  /** It waits behind the first of the others. */
  yield(running: SchedEntity, now: number): void {
    this.account(running, now);
    const first = this.queue.entities[0];
    if (first) running.vruntime = Math.max(running.vruntime, first.vruntime + 1);
  }

  lagOf(_entity: SchedEntity): number {
    return 0;
  }

  waiting(): readonly SchedEntity[] {
    return this.queue.entities;
  }
}
