/** Counters of the kernel's work, as `--stats` prints them. */
export class Statistics {
  /** By name, "x86-64" and "i386" together. */
  readonly systemCalls = new Map<string, number>();
  minorFaults = 0;
  copyOnWrite = 0;
  contextSwitches = 0;
  forks = 0;
  interrupts = 0;

  countCall(name: string): void {
    this.systemCalls.set(name, (this.systemCalls.get(name) ?? 0) + 1);
  }
}
