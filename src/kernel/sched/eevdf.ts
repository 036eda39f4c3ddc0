/**
 * Earliest eligible virtual deadline first. V is the weighted mean of all virtual times; who has had no more than that is
 * eligible, and of those the one runs whose request must be served first: deadline = vruntime + request in virtual time.
 * Who leaves the queue takes its lag V - vruntime along, and gets it back when it returns.
 * Models Linux kernel/sched/fair.c from 6.6. Leaves out: groups, delayed dequeue, RUN_TO_PARITY.
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

export class Eevdf implements SchedulingPolicy {
  readonly name = "eevdf";
  readonly rule = "earliest eligible deadline";
  private readonly queue = new OrderedQueue("deadline");
  private queuedWeight = 0;
  private weightedTime = 0;
  /** The task that was picked last, while it still has the CPU. */
  private running: SchedEntity | undefined;
  /** Where a queue that was empty goes on. */
  private lastAverage = 0;

  /** @param baseSlice clock time that a task requests unless it says otherwise */
  constructor(public baseSlice: number) {}

  get length(): number {
    return this.queue.entities.length;
  }

  /** V: the weighted mean of the virtual times of all that want the CPU. */
  get average(): number {
    const { running } = this;
    const weight = this.queuedWeight + (running?.weight ?? 0);
    if (weight === 0) return this.lastAverage;
    return (this.weightedTime + (running ? running.weight * running.vruntime : 0)) / weight;
  }

  get virtualTime(): number {
    return this.average;
  }

  enqueue(entity: SchedEntity, reason: EnqueueReason, now: number): void {
    if (this.running === entity) this.running = undefined;
    if (reason !== "put") {
      // Its coming moves V; only this much more lag lets it have the promised lag afterwards.
      const others = this.queuedWeight + (this.running?.weight ?? 0);
      const lag = reason === "new" || others === 0 ? 0 : (entity.lag * (others + entity.weight)) / others;
      entity.vruntime = this.average - lag;
      this.request(entity);
    }
    this.queue.add(entity, now);
    this.queuedWeight += entity.weight;
    this.weightedTime += entity.weight * entity.vruntime;
  }

  remove(entity: SchedEntity): void {
    const average = this.average;
    if (this.queue.remove(entity)) this.forget(entity);
    else if (this.running === entity) this.running = undefined;
    else return;
    const limit = virtualTime(2 * this.requestOf(entity), entity.weight);
    entity.lag = Math.max(-limit, Math.min(limit, average - entity.vruntime));
    this.lastAverage = average;
  }

  // #region pick
  pickNext(now: number): SchedEntity | undefined {
    const { entities } = this.queue;
    const { average } = this;
    // Rounding may leave nobody at or below the mean; the first deadline then does.
    const next = entities.find(({ vruntime }) => vruntime <= average) ?? entities[0];
    if (!next) return undefined;
    this.queue.remove(next);
    this.forget(next);
    this.running = next;
    next.served = false;
    beginTurn(next, now);
    return next;
  }
  // #endregion

  account(running: SchedEntity, now: number): void {
    running.vruntime += virtualTime(accountTime(running, now), running.weight);
    if (running.vruntime >= running.deadline) {
      running.served = true;
      this.request(running);
    }
    this.lastAverage = this.average;
  }

  /** The turn is over when its request has been served. */
  tick(running: SchedEntity, now: number): boolean {
    this.account(running, now);
    return running.served && this.length > 0;
  }

  preempts(woken: SchedEntity, running: SchedEntity, now: number): boolean {
    this.account(running, now);
    return woken.vruntime <= this.average && woken.deadline < running.deadline;
  }

  /** It gives up the present request and asks for the next one. */
  yield(running: SchedEntity, now: number): void {
    this.account(running, now);
    running.deadline += virtualTime(this.requestOf(running), running.weight);
  }

  lagOf(entity: SchedEntity): number {
    return this.average - entity.vruntime;
  }

  waiting(): readonly SchedEntity[] {
    return this.queue.entities;
  }

  private request(entity: SchedEntity): void {
    entity.deadline = entity.vruntime + virtualTime(this.requestOf(entity), entity.weight);
  }

  private requestOf(entity: SchedEntity): number {
    return entity.request || this.baseSlice;
  }

  private forget(entity: SchedEntity): void {
    this.queuedWeight -= entity.weight;
    this.weightedTime -= entity.weight * entity.vruntime;
    // What rounding has left over is not carried on.
    if (this.queuedWeight === 0) this.weightedTime = 0;
  }
}
