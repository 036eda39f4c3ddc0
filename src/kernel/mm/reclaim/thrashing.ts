/**
 * Noticing that memory thrashes: programs go on, but pages go and come back faster than anybody gets anything done.
 * Models the thrashing prevention of the multi-generational LRU (min_ttl_ms; Linux mm/vmscan.c, lru_gen_age_node), which is off
 * unless somebody asks for it. Linux looks at the age of the oldest generation; here are no generations: what tells is that as many
 * pages have come back within the time as are in memory.
 */
import type { Residents } from "../residents.js";

/** Fewer pages that come back say nothing. */
const FEWEST = 32;

export class Thrashing {
  /** /sys/kernel/mm/lru_gen/min_ttl_ms: what was used in so many milliseconds shall stay in memory, or a process dies. 0: never. */
  readonly minTtl = { value: 0 };
  /** Pages that have come back since then. */
  private returned = 0;
  private since = 0;
  private isNoticed = false;

  /**
   * A page that had left has come back.
   * @param now clock time, and `perSecond` of it are a second
   */
  cameBack({ policy }: Residents, now: number, perSecond: number): void {
    if (++this.returned < Math.max(FEWEST, policy.length)) return;
    const milliseconds = ((now - this.since) * 1000) / perSecond;
    this.isNoticed = milliseconds < this.minTtl.value;
    this.since = now;
    this.returned = 0;
  }

  /** Whether it has been noticed since the last question. */
  take(): boolean {
    const noticed = this.isNoticed;
    this.isNoticed = false;
    return noticed;
  }
}
