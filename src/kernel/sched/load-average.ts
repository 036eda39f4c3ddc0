/**
 * The load average: how many tasks wanted the CPU, averaged over one, five and fifteen minutes, the older the less.
 * Models calc_global_load and calc_load (Linux kernel/sched/loadavg.c, include/linux/sched/loadavg.h).
 * Leaves out: tasks in sleeps that nothing interrupts, of which this kernel has none.
 */

/** Numbers with 11 bits behind the point. */
const FSHIFT = 11;
const FIXED_1 = 1 << FSHIFT;
/** What remains of an old average after five seconds. */
const DECAY = [1884, 2014, 2037] as const;
/** It is looked at a tick more than every five seconds, lest that beat with what programs do by the second. */
const SECONDS = 5;

export class LoadAverage {
  private loads: readonly number[] = [0, 0, 0];
  private next = 0;

  /** A tick has passed; `active` tasks run or could. */
  tick(ticks: number, hertz: number, active: number): void {
    const period = SECONDS * hertz + 1;
    if (this.next === 0) this.next = period;
    if (ticks < this.next) return;
    this.next += period;
    this.loads = this.loads.map((load, n) => decayed(load, DECAY[n]!, active * FIXED_1));
  }

  /** As /proc/loadavg writes them. */
  get text(): string {
    return this.loads
      .map((load) => {
        const hundredths = Math.floor(((load + FIXED_1 / 200) * 100) / FIXED_1);
        return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
      })
      .join(" ");
  }

  /** With as many bits behind the point as sysinfo has. */
  scaled(shift: number): bigint[] {
    return this.loads.map((load) => BigInt(load) << BigInt(shift - FSHIFT));
  }
}

function decayed(load: number, decay: number, active: number): number {
  const sum = load * decay + active * (FIXED_1 - decay) + (active >= load ? FIXED_1 - 1 : 0);
  return Math.floor(sum / FIXED_1);
}
