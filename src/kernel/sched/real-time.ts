/**
 * Real-time tasks before all others: SCHED_FIFO runs until it sleeps or yields, SCHED_RR takes turns with its equals. Everyone
 * else is the fair policy's, whichever that is.
 * Real-time tasks that never sleep do not starve the others: these are served for 50 ms when they have waited for 950.
 * Models rt_sched_class above fair_sched_class, and the fair server (Linux kernel/sched/rt.c, deadline.c).
 * Leaves out: SCHED_DEADLINE.
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

/** Sees to it that the others are served: 50 ms in a second. */
class FairServer {
  /** Clock time since which they wait without any of them being served; and up to which they come first. */
  private waitingSince: number | undefined;
  private firstUntil = 0;

  constructor(private readonly unitsPerSecond: number) {}

  waits(now: number): void {
    this.waitingSince ??= now;
  }

  serves(): void {
    this.waitingSince = undefined;
  }

  /** Whether they come before real-time tasks. */
  isDue(now: number): boolean {
    const { waitingSince, unitsPerSecond } = this;
    if (waitingSince !== undefined && now - waitingSince >= 0.95 * unitsPerSecond)
      this.firstUntil = now + 0.05 * unitsPerSecond;
    return now < this.firstUntil;
  }
}

export class RealTimeFirst implements SchedulingPolicy {
  /** By priority, highest first; of the same priority first come, first served. */
  private readonly queue: SchedEntity[] = [];

  /** The real-time queue chose last. */
  private choseRealTime = false;
  private readonly server: FairServer;

  /** @param turnTicks ticks of a turn of SCHED_RR */
  constructor(
    readonly fair: SchedulingPolicy,
    private readonly turnTicks: number,
    unitsPerSecond: number,
  ) {
    this.server = new FairServer(unitsPerSecond);
  }

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
      this.server.waits(now);
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
    const next = this.fair.length > 0 && this.server.isDue(now) ? undefined : this.queue.shift();
    this.choseRealTime = next !== undefined;
    if (!next) {
      this.server.serves();
      return this.fair.pickNext(now);
    }
    if (this.fair.length > 0) this.server.waits(now);
    beginTurn(next, now);
    if (next.slice <= 0) next.slice = this.turnTicks;
    return next;
  }

  account(running: SchedEntity, now: number): void {
    if (isRealTime(running)) accountTime(running, now);
    else this.fair.account(running, now);
  }

  tick(running: SchedEntity, now: number): boolean {
    if (!isRealTime(running)) {
      this.server.serves();
      return this.fair.tick(running, now) || (this.queue.length > 0 && !this.server.isDue(now));
    }
    accountTime(running, now);
    if (running.policy === SCHED_RR) running.slice--;
    if (this.fair.length > 0 && this.server.isDue(now)) return true;
    return running.slice <= 0 && this.queue.some(({ priority }) => priority >= running.priority);
  }

  preempts(woken: SchedEntity, running: SchedEntity, now: number): boolean {
    if (isRealTime(woken))
      return isRealTime(running) ? woken.priority > running.priority : !this.server.isDue(now);
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
