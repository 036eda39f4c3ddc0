/**
 * What is to happen at certain times of the clock, apart from tasks that wake: timers of processes. They are looked at on each
 * tick, so they are as exact as the tick is.
 * Models the timer wheel's purpose (Linux kernel/time/timer.c), with one ordered list instead.
 * Leaves out: high-resolution timers, which would reprogram the hardware.
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
    const later = this.timers.findIndex(({ when }) => when > timer.when);
    this.timers.splice(later < 0 ? this.timers.length : later, 0, timer);
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
