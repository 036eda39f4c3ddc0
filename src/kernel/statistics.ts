/** Counters of the kernel's work, as `--stats` prints them. */
export class Statistics {
  /** By name, "x86-64" and "i386" together. */
  get systemCalls(): ReadonlyMap<string, number> {
    return new Map([...this.counters].map(([name, { count }]) => [name, count]));
  }

  private readonly counters = new Map<string, { count: number }>();
  /** Page faults that were answered without waiting for a disk, and with. */
  minorFaults = 0;
  majorFaults = 0;
  copyOnWrite = 0;
  contextSwitches = 0;
  forks = 0;
  interrupts = 0;

  countCall(name: string): void {
    const counter = this.counters.get(name);
    if (counter) counter.count++;
    else this.counters.set(name, { count: 1 });
  }
}
