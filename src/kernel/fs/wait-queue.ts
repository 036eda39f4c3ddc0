/**
 * Waiting. An operation that cannot go on now returns `Blocked` with the queue of those who wait for the same;
 * the task sleeps there, and when it is woken its system call is run again from the beginning.
 * Models `wait_queue_head_t` (Linux include/linux/wait.h), without its loops in every caller.
 */

/** Somebody who can sleep: a task. */
export interface Sleeper {
  /** Makes it runnable again. Harmless when it does not sleep. */
  wake(): void;
}

export class WaitQueue {
  readonly sleepers = new Set<Sleeper>();

  /** Wakes all; each looks again whether it can go on. */
  wake(): void {
    const woken = [...this.sleepers];
    this.sleepers.clear();
    for (const sleeper of woken) sleeper.wake();
  }
}

/** The answer of an operation that must wait. */
export class Blocked {
  /** @param queues any of them may wake the caller */
  constructor(
    readonly queues: readonly WaitQueue[],
    /** Clock time at which the caller wakes in any case. */
    readonly until = Number.POSITIVE_INFINITY,
  ) {}
}
