/**
 * Writes down which pages of a range a program refers to, in order, so that the optimum can be told the future in a second run.
 * Two references to one page in a row count once: whatever the policy, the second one finds the page.
 * Leaves out: fetching instructions, and what the kernel itself reads and writes for a program.
 */
import type { Machine } from "../../../machine/machine.js";
import type { AccessWatch } from "../../../machine/memory/access-watch.js";
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";

export class ReferenceRecorder implements AccessWatch {
  /** Pages as `Optimal` wants them: addresses divided by 4096. */
  readonly references: number[] = [];

  /** @param start first address of the range, @param end address behind it; of all address spaces */
  constructor(
    private readonly machine: Machine,
    private readonly start: number,
    private readonly end: number,
  ) {}

  /** Accesses are recorded from now on, and slower for it. */
  begin(): void {
    this.machine.watch(this, true);
  }

  stop(): void {
    this.machine.watch(this, false);
  }

  ignores(_access: unknown, lo: number, hi: number): boolean {
    const address = linear(lo, hi);
    return address < this.start || address >= this.end;
  }

  reads(lo: number, hi: number): void {
    this.note(linear(lo, hi));
  }

  writes(lo: number, hi: number): void {
    this.note(linear(lo, hi));
  }

  changes(): void {}

  private note(address: number): void {
    if (address < this.start || address >= this.end) return;
    const page = Math.floor(address / PAGE_SIZE);
    if (this.references.at(-1) !== page) this.references.push(page);
  }
}

const linear = (lo: number, hi: number): number => (hi >>> 0) * 2 ** 32 + (lo >>> 0);
