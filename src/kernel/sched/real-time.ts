/**
 * Real-time tasks before all others: SCHED_FIFO runs until it sleeps or yields, SCHED_RR takes turns with its equals. Everyone
 * else is the fair policy's, whichever that is.
 * Models rt_sched_class above fair_sched_class (Linux kernel/sched/rt.c). Leaves out: SCHED_DEADLINE, throttling of
 * real-time tasks that never sleep.
 */
import type { ChoiceRule } from "./decision.js";
import {
  accountTime,
  beginTurn,
  type EnqueueReason,
  type SchedEntity,
  type SchedulingPolicy,
} from "./policy.js";

export const SCHED_OTHER = 0;
export const SCHED_FIFO = 1;
export const SCHED_RR = 2;
export const SCHED_BATCH = 3;
export const SCHED_IDLE = 5;

export const isRealTime = ({ policy }: Pick<SchedEntity, "policy">): boolean =>
  policy === SCHED_FIFO || policy === SCHED_RR;

export class RealTimeFirst implements SchedulingPolicy {
  /** By priority, highest first; of the same priority first come, first served. */
  private readonly queue: SchedEntity[] = [];

  /** The real-time queue chose last. */
  private choseRealTime = false;

  /** @param turnTicks ticks of a turn of SCHED_RR */
  constructor(
    readonly fair: SchedulingPolicy,
    private readonly turnTicks: number,
  ) {}

  get rule(): ChoiceRule {
    return this.choseRealTime ? "real-time priority" : this.fair.rule;
  }

  get baseSlice(): number | undefined {
    return this.fair.baseSlice;
  }

  get virtualTime(): number | undefined {
    return this.fair.virtualTime;
  }

  get name(): string {
    return this.fair.name;
  }

  get length(): number {
    return this.queue.length + this.fair.length;
  }

  /** Who was put back before its turn was over goes to the front of its equals. */
  enqueue(entity: SchedEntity, reason: EnqueueReason, now: number): void {
    if (!isRealTime(entity)) {
      this.fair.enqueue(entity, reason, now);
      return;
    }
    if (entity.queued) throw new Error(`task ${entity.pid} is already in the run queue`);
    entity.queued = true;
    entity.waitingSince = now;
    const goesOn = reason === "put" && entity.slice > 0;
    const at = this.queue.findIndex(({ priority }) =>
      goesOn ? priority <= entity.priority : priority < entity.priority,
    );
    this.queue.splice(at < 0 ? this.queue.length : at, 0, entity);
  }

  remove(entity: SchedEntity): void {
    const at = this.queue.indexOf(entity);
    if (at < 0) this.fair.remove(entity);
    else {
      this.queue.splice(at, 1);
      entity.queued = false;
    }
  }

  pickNext(now: number): SchedEntity | undefined {
    const next = this.queue.shift();
    this.choseRealTime = next !== undefined;
    if (!next) return this.fair.pickNext(now);
    beginTurn(next, now);
    if (next.slice <= 0) next.slice = this.turnTicks;
    return next;
  }

  account(running: SchedEntity, now: number): void {
    if (isRealTime(running)) accountTime(running, now);
    else this.fair.account(running, now);
  }

  tick(running: SchedEntity, now: number): boolean {
    if (!isRealTime(running)) return this.fair.tick(running, now) || this.queue.length > 0;
    accountTime(running, now);
    if (running.policy === SCHED_RR) running.slice--;
    return running.slice <= 0 && this.queue.some(({ priority }) => priority >= running.priority);
  }

  preempts(woken: SchedEntity, running: SchedEntity, now: number): boolean {
    if (isRealTime(woken)) return !isRealTime(running) || woken.priority > running.priority;
    return !isRealTime(running) && this.fair.preempts(woken, running, now);
  }

  yield(running: SchedEntity, now: number): void {
    if (isRealTime(running)) running.slice = 0;
    else this.fair.yield(running, now);
  }

  lagOf(entity: SchedEntity): number {
    return isRealTime(entity) ? 0 : this.fair.lagOf(entity);
  }

  waiting(): readonly SchedEntity[] {
    return [...this.queue, ...this.fair.waiting()];
  }
}
