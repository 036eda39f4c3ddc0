/**
 * Round robin: every runnable task gets the CPU for one timeslice in turn.
 * Models the SCHED_RR part of Linux kernel/sched/rt.c. Leaves out: priorities; nice changes nothing.
 */
import { FifoQueue } from "./fifo-queue.js";
import { accountTime, beginTurn, type SchedEntity, type SchedulingPolicy } from "./policy.js";

export class RoundRobin extends FifoQueue implements SchedulingPolicy {
  readonly name = "round-robin";

  /** @param timeslice ticks of the timer that a task may run before the next one's turn */
  constructor(public timeslice: number) {
    super();
  }

  override pickNext(now: number): SchedEntity | undefined {
    const next = this.queue.shift();
    if (!next) return undefined;
    beginTurn(next, now);
    next.slice = this.timeslice;
    return next;
  }

  tick(running: SchedEntity, now: number): boolean {
    accountTime(running, now);
    running.slice--;
    if (running.slice > 0) return false;
    running.slice = this.timeslice;
    return this.length > 0;
  }
}
