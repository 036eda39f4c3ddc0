/**
 * A timer of timer_create. While its signal waits to be taken, further expiries are only counted.
 * Models struct k_itimer (Linux kernel/time/posix-timers.c). Leaves out: clocks of CPU time.
 */
import type { Kernel } from "../kernel.js";
import { signalBit } from "../process/pending-signals.js";
import { sendSignal, sendToThread } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import type { ThreadGroup } from "../process/thread-group.js";
import { type KernelTimer, nextExpiry } from "./timer-queue.js";

const SI_TIMER = -2;

export class PosixTimer implements KernelTimer {
  when = 0;
  /** After so much clock time it expires again; 0 for never. */
  interval = 0;
  /** Expiries between the one that sent the last signal and its delivery. */
  overrun = 0;

  constructor(
    private readonly group: ThreadGroup,
    readonly number: number,
    readonly clock: number,
    /** 0 for SIGEV_NONE. */
    private readonly signal: number,
    private readonly value: bigint,
    /** SIGEV_THREAD_ID: who gets it. */
    private readonly thread: Task | undefined,
  ) {}

  expire(kernel: Kernel): void {
    let missed = 0;
    if (this.interval > 0) {
      const next = nextExpiry(this.when, this.interval, kernel.machine.clock.now);
      ({ missed } = next);
      this.when = next.when;
      kernel.timers.add(this);
    }
    if (this.signal !== 0) this.send(missed);
  }

  private send(missed: number): void {
    const target = this.thread ?? this.group.representative;
    if ((target.signals.pending & signalBit(this.signal)) !== 0n) {
      this.overrun += missed + 1;
      return;
    }
    this.overrun = missed;
    const info = { code: SI_TIMER, timer: this.number, overrun: missed, value: this.value };
    if (this.thread) sendToThread(this.thread, this.signal, info);
    else sendSignal(target, this.signal, info);
  }

  /** Clock time until it expires; 0 when it is off. */
  left(kernel: Kernel): number {
    return kernel.timers.has(this) ? Math.max(1, this.when - kernel.machine.clock.now) : 0;
  }
}
