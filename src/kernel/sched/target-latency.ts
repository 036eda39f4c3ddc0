/**
 * Target latency: all n runnable tasks shall begin a turn once within the latency T, so each turn lasts T/n, but never less
 * than the granularity g. With more than T/g tasks the promise no longer holds: a round then takes n·g.
 * T is the time from the start of a turn to the start of the next; the wait between turns is a turn shorter.
 * Models what sched_latency and sched_min_granularity meant in Linux before 6.6, without weights.
 */
import { FifoQueue } from "./fifo-queue.js";
import { accountTime, type SchedEntity, type SchedulingPolicy } from "./policy.js";

export class TargetLatency extends FifoQueue implements SchedulingPolicy {
  readonly name = "target-latency";

  /** Both in clock time. */
  constructor(
    public latency: number,
    public granularity: number,
  ) {
    super();
  }

  /** How long a turn lasts among `n` runnable tasks. */
  turn(n: number): number {
    return Math.max(this.latency / Math.max(1, n), this.granularity);
  }

  /** A turn ends at the first tick after its time. */
  tick(running: SchedEntity, now: number): boolean {
    accountTime(running, now);
    return this.length > 0 && now - running.turnBegan >= this.turn(this.length + 1);
  }
}
