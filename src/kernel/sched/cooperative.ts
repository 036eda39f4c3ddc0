/**
 * Cooperative: a task keeps the CPU until it gives it up, by sched_yield, by sleeping or by ending. One endless loop stops
 * everything else, as in Windows before 95 and Mac OS before X; that is what it is here to show.
 */
import { FifoQueue } from "./fifo-queue.js";
import { accountTime, type SchedEntity, type SchedulingPolicy } from "./policy.js";

export class Cooperative extends FifoQueue implements SchedulingPolicy {
  readonly name = "cooperative";

  tick(running: SchedEntity, now: number): boolean {
    accountTime(running, now);
    return false;
  }
}
