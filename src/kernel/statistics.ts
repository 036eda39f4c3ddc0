/** Counters of the kernel's work, as `--stats` prints them. */
import { IRQ_COUNT } from "./entry/doors.js";
import type { Abi } from "./syscalls/definition.js";
import { handlerOf, nameOf } from "./syscalls/table.js";

/** No call has a number as large as this. */
const NUMBERS = 1024;

export class Statistics {
  /** By number; those that no call has are counted in the last place. */
  private readonly calls: Readonly<Record<Abi, Uint32Array>> = {
    "x86-64": new Uint32Array(NUMBERS + 1),
    i386: new Uint32Array(NUMBERS + 1),
  };
  /** Page faults that were answered without waiting for a disk, and with. */
  minorFaults = 0;
  majorFaults = 0;
  copyOnWrite = 0;
  contextSwitches = 0;
  forks = 0;
  /** By line of the interrupt controllers. */
  private readonly lines = new Uint32Array(IRQ_COUNT);
  /** Clock time that threads have used which are no more. */
  readonly ended = { user: 0, system: 0 };

  countInterrupt(irq: number): void {
    this.lines[irq]!++;
  }

  interruptsOf(irq: number): number {
    return this.lines[irq] ?? 0;
  }

  /** On all lines. */
  get interrupts(): number {
    return this.lines.reduce((sum, count) => sum + count, 0);
  }

  countCall(abi: Abi, number: number): void {
    this.calls[abi][Math.min(number, NUMBERS)]!++;
  }

  /** By name, "x86-64" and "i386" together. */
  get systemCalls(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const abi of ["x86-64", "i386"] as const) {
      this.calls[abi].forEach((count, number) => {
        if (count === 0) return;
        const known = number === NUMBERS ? "(unknown)" : nameOf(abi, number);
        const name = handlerOf(abi, number)?.name ?? known;
        counts.set(name, (counts.get(name) ?? 0) + count);
      });
    }
    return counts;
  }
}
