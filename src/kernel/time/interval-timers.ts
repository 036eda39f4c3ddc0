/**
 * The three timers of setitimer: real time (also alarm's), time in ring 3, time of the process in all.
 * Models Linux kernel/time/itimer.c. The latter two are looked at on each tick.
 */
import { SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { sendSignal } from "../process/signal-delivery.js";
import type { ThreadGroup } from "../process/thread-group.js";
import { type KernelTimer, nextExpiry } from "./timer-queue.js";

export const ITIMER_REAL = 0;
export const ITIMER_VIRTUAL = 1;
export const ITIMER_PROF = 2;

const SI_KERNEL = 0x80;
const SIGNALS = [SIGNAL.SIGALRM, SIGNAL.SIGVTALRM, SIGNAL.SIGPROF] as const;

/** Times of the clock: what is left, and after how much it begins anew; 0 for off and for never. */
export interface Setting {
  readonly value: number;
  readonly interval: number;
}

class RealTimer implements KernelTimer {
  when = 0;
  interval = 0;

  constructor(private readonly group: ThreadGroup) {}

  expire(kernel: Kernel): void {
    sendSignal(this.group.representative, SIGNALS[ITIMER_REAL], { code: SI_KERNEL });
    if (this.interval === 0) return;
    this.when = nextExpiry(this.when, this.interval, kernel.machine.clock.now).when;
    kernel.timers.add(this);
  }
}

export class IntervalTimers {
  private readonly real: RealTimer;
  /** CPU times at which the other two expire, by ITIMER_VIRTUAL and ITIMER_PROF; 0 for off. */
  private readonly ends = [0, 0, 0];
  private readonly intervals = [0, 0, 0];

  constructor(private readonly group: ThreadGroup) {
    this.real = new RealTimer(group);
  }

  get(kernel: Kernel, which: number): Setting {
    if (which === ITIMER_REAL) {
      const { real } = this;
      const runs = kernel.timers.has(real);
      const left = Math.max(1, real.when - kernel.machine.clock.now);
      return { value: runs ? left : 0, interval: runs ? real.interval : 0 };
    }
    const end = this.ends[which]!;
    const left = end === 0 ? 0 : Math.max(1, end - this.used(which));
    return { value: left, interval: end === 0 ? 0 : this.intervals[which]! };
  }

  set(kernel: Kernel, which: number, { value, interval }: Setting): void {
    if (which !== ITIMER_REAL) {
      this.ends[which] = value === 0 ? 0 : this.used(which) + value;
      this.intervals[which] = interval;
      return;
    }
    const { real } = this;
    kernel.timers.remove(real);
    if (value === 0) return;
    real.when = kernel.machine.clock.now + value;
    real.interval = interval;
    kernel.timers.add(real);
  }

  /** The process had the CPU during a tick. */
  tick(): void {
    for (const which of [ITIMER_VIRTUAL, ITIMER_PROF]) {
      const end = this.ends[which]!;
      if (end === 0 || this.used(which) < end) continue;
      const interval = this.intervals[which]!;
      this.ends[which] = interval === 0 ? 0 : nextExpiry(end, interval, this.used(which)).when;
      sendSignal(this.group.representative, SIGNALS[which]!, { code: SI_KERNEL });
    }
  }

  /** For the end of the process. */
  stop(kernel: Kernel): void {
    kernel.timers.remove(this.real);
  }

  private used(which: number): number {
    const { user, system } = this.group.cpuTime;
    return which === ITIMER_VIRTUAL ? user : user + system;
  }
}
