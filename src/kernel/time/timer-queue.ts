/**
 * What is to happen at certain times of the clock: ends of sleeps, timers of processes. The interval timer is told the time of
 * the first (`clock-event.ts`).
 * Models struct hrtimer and its queue (Linux kernel/time/hrtimer.c), with one ordered list instead of a tree.
 */
import type { Kernel } from "../kernel.js";

export interface KernelTimer {
  /** Clock time at which it expires. */
  when: number;
  /** It has expired and is no longer in the queue; it may enter again. */
  expire(kernel: Kernel): void;
}

export class TimerQueue {
  /** By time; of the same time by the order in which they came. */
  private timers: KernelTimer[] = [];

  /** Clock time of the first; Infinity for none. */
  get next(): number {
    return this.timers[0]?.when ?? Number.POSITIVE_INFINITY;
  }

  add(timer: KernelTimer): void {
    let low = 0;
    for (let high = this.timers.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.timers[middle]!.when > timer.when) high = middle;
      else low = middle + 1;
    }
    this.timers.splice(low, 0, timer);
  }

  remove(timer: KernelTimer): void {
    const at = this.timers.indexOf(timer);
    if (at >= 0) this.timers.splice(at, 1);
  }

  has(timer: KernelTimer): boolean {
    return this.timers.includes(timer);
  }

  /** All that are due at clock time `now`, each once. */
  expire(kernel: Kernel, now: number): void {
    while (this.next <= now) this.timers.shift()!.expire(kernel);
  }
}

/** The first time after `now` in steps of `interval` from `when` on, and how many of them have passed beside that of `when`. */
export function nextExpiry(when: number, interval: number, now: number): { when: number; missed: number } {
  const missed = Math.max(0, Math.floor((now - when) / interval));
  return { when: when + (missed + 1) * interval, missed };
}
