/** The end of a sleep that has one. Models struct hrtimer_sleeper (Linux include/linux/hrtimer.h). */
import type { KernelTimer, TimerQueue } from "./timer-queue.js";

export class SleepTimer implements KernelTimer {
  when = Number.POSITIVE_INFINITY;

  constructor(
    private readonly timers: TimerQueue,
    private readonly sleeper: { wake(): void },
  ) {}

  /** @param until clock time; Infinity for a sleep that something else must end */
  start(until: number): void {
    if (until === Number.POSITIVE_INFINITY) return;
    this.when = until;
    this.timers.add(this);
  }

  stop(): void {
    if (this.when === Number.POSITIVE_INFINITY) return;
    this.timers.remove(this);
    this.when = Number.POSITIVE_INFINITY;
  }

  expire(): void {
    this.sleeper.wake();
  }
}
