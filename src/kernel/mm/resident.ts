/**
 * How many pages of an address space are in memory, by what they hold, and how many there were at most.
 * Models the counters of struct mm_struct (Linux include/linux/mm_types_task.h; hiwater_rss).
 */
import { HOLDS, type Holds } from "./frames.js";

export class ResidentPages {
  private readonly counts = new Int32Array(Object.keys(HOLDS).length);
  private most = 0;
  /** Pages in swap areas. */
  swapped = 0;

  /** Pages are there now, or (with a negative `count`) are gone. */
  add(what: Holds, count = 1): void {
    if (count < 0) this.notePeak();
    this.counts[what]! += count;
  }

  /** Private memory of the program; pages of files; memory shared without a file. */
  get anonymous(): number {
    return this.counts[HOLDS.anonymous]! + this.counts[HOLDS.lazyFree]!;
  }

  get file(): number {
    return this.counts[HOLDS.file]!;
  }

  get shared(): number {
    return this.counts[HOLDS.shared]!;
  }

  get total(): number {
    return this.anonymous + this.file + this.shared;
  }

  get peak(): number {
    return Math.max(this.most, this.total);
  }

  /** /proc/PID/clear_refs: the peak begins anew. */
  forgetPeak(): void {
    this.most = 0;
  }

  private notePeak(): void {
    this.most = this.peak;
  }
}
