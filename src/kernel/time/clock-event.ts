/**
 * Interrupts between two ticks. As long as no timer wants to expire before the next tick, the interval timer ticks by itself.
 * When one does, the kernel tells the interval timer two counts: one that ends when the timer is due, and one from there to
 * the tick. Ticks stay where they would have been, to a count of the interval timer (0.84 microseconds).
 *
 *     tick                       due           tick                       tick
 *      ├─────────── now ──────────┼─────────────┤──────────────────────────┤
 *                    └ first count ┘second count┘ the tick's own count, over and over
 *
 * Models clockevents_program_event and hrtimer_interrupt (Linux kernel/time/clockevents.c, hrtimer.c). Leaves out: stopping
 * the tick while nothing runs (CONFIG_NO_HZ).
 */
import { CONTROL_WORD, TIMER_PORT } from "../../machine/devices/interval-timer-registers.js";
import type { Kernel } from "../kernel.js";
import { pitDivisor, tickPeriod } from "../sched/tick-rate.js";

/** Reads as the requests that wait. */
const FIRST_CONTROLLER = 0x20;
/** Counter 0, low and then high byte. */
const BOTH_BYTES = 3;
const RATE_GENERATOR = CONTROL_WORD.make({ SC: 0, RW: BOTH_BYTES, M: 2 });
const LATCH = CONTROL_WORD.make({ SC: 0, RW: 0 });
/** Mode 2 needs as many counts to make an edge. */
const FEWEST = 2;

export class ClockEvent {
  /** Clock time of the next tick, to a count; undefined until somebody had to know. */
  private nextTick: number | undefined;
  /** Clock time of the next interrupt, when it was told to come before the tick. */
  private target = Number.POSITIVE_INFINITY;

  constructor(
    /** False: timers wait for the tick. */
    readonly isExact: boolean,
  ) {}

  /** The timer has interrupted: true when the tick's time has come. What follows is counted to the tick after. */
  take(kernel: Kernel): boolean {
    if (this.nextTick === undefined) return true;
    const { now } = kernel.machine.clock;
    const period = periodOf(kernel);
    const nearly = now + stepsPerCount(kernel);
    const isTick = nearly >= this.nextTick;
    while (this.nextTick <= nearly) this.nextTick += period;
    if (nearly >= this.target) this.resume(kernel, isTick, now);
    return isTick;
  }

  /** The first of the counts that were told has ended, perhaps the second, too: the tick's own follows. */
  private resume(kernel: Kernel, isTick: boolean, now: number): void {
    const whole = pitDivisor(kernel.timerHertz);
    this.target = Number.POSITIVE_INFINITY;
    if (!isTick) writeCount(kernel, whole);
    else restart(kernel, Math.max(FEWEST, Math.ceil((this.nextTick! - now) / stepsPerCount(kernel))), whole);
  }

  /** On the way out of the kernel: lets the timer interrupt when the first of the kernel's timers is due. */
  program(kernel: Kernel): void {
    const due = kernel.timers.next;
    if (!this.isExact || due >= this.target) return;
    const { now } = kernel.machine.clock;
    if (due >= (this.nextTick ?? Number.POSITIVE_INFINITY) || isRequested(kernel)) return;
    const tick = this.nextTick ?? readTick(kernel, now);
    this.nextTick = tick;
    if (due >= tick || tick <= now) return;
    const count = stepsPerCount(kernel);
    const first = Math.max(FEWEST, Math.ceil((due - now) / count));
    const rest = Math.ceil((tick - now) / count) - first;
    if (rest < FEWEST) {
      this.target = tick;
      restart(kernel, Math.max(FEWEST, first + rest), pitDivisor(kernel.timerHertz));
      return;
    }
    this.target = now + first * count;
    restart(kernel, first, rest);
  }
}

const periodOf = (kernel: Kernel): number =>
  (tickPeriod(kernel.timerHertz) * kernel.machine.clock.stepsPerSecond) / 1e9;

const stepsPerCount = (kernel: Kernel): number => periodOf(kernel) / pitDivisor(kernel.timerHertz);

/** An interrupt of the timer waits to be taken, if only since time was charged: counting anew would take it back. */
function isRequested({ machine }: Kernel): boolean {
  machine.devices.advance(machine.clock.now);
  return (machine.ports.read(FIRST_CONTROLLER, 1) & 1) !== 0;
}

/** When the tick will come, by the count that is left to it. */
function readTick(kernel: Kernel, now: number): number {
  const { ports } = kernel.machine;
  ports.write(TIMER_PORT + 3, 1, LATCH);
  const left = ports.read(TIMER_PORT, 1) | (ports.read(TIMER_PORT, 1) << 8);
  return now + left * stepsPerCount(kernel);
}

/** Counts anew from `first`, and from `second` on after that. */
function restart(kernel: Kernel, first: number, second: number): void {
  kernel.machine.ports.write(TIMER_PORT + 3, 1, RATE_GENERATOR);
  writeCount(kernel, first);
  writeCount(kernel, second);
}

function writeCount({ machine }: Kernel, count: number): void {
  machine.ports.write(TIMER_PORT, 1, count & 0xff);
  machine.ports.write(TIMER_PORT, 1, count >> 8);
}
