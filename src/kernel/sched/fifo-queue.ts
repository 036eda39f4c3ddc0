/** The queue that round robin, target latency and the cooperative policy share: first come, first served. */
import type { ChoiceRule } from "./decision.js";
import { accountTime, beginTurn, type EnqueueReason, type SchedEntity } from "./policy.js";

export abstract class FifoQueue {
  /** Waiting tasks, first to run first. */
  protected readonly queue: SchedEntity[] = [];

  readonly rule: ChoiceRule = "first in line";
  readonly virtualTime = undefined;

  get length(): number {
    return this.queue.length;
  }

  enqueue(entity: SchedEntity, _reason: EnqueueReason, now: number): void {
    if (entity.queued) throw new Error(`task ${entity.pid} is already in the run queue`);
    entity.queued = true;
    entity.waitingSince = now;
    this.queue.push(entity);
  }

  remove(entity: SchedEntity): void {
    if (!entity.queued) return;
    entity.queued = false;
    this.queue.splice(this.queue.indexOf(entity), 1);
  }

  pickNext(now: number): SchedEntity | undefined {
    const next = this.queue.shift();
    if (next) beginTurn(next, now);
    return next;
  }

  account(running: SchedEntity, now: number): void {
    accountTime(running, now);
  }

  /** Nobody jumps the queue. */
  preempts(_woken: SchedEntity, _running: SchedEntity, _now: number): boolean {
    return false;
  }

  /** Its place is the end of the queue in any case. */
  yield(_running: SchedEntity, _now: number): void {}

  lagOf(_entity: SchedEntity): number {
    return 0;
  }

  waiting(): readonly SchedEntity[] {
    return this.queue;
  }
}
