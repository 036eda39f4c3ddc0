/**
 * A TLB of a chosen size and shape: sets of a few ways each, the oldest entry of a full set making room. It tells which
 * pages are known; what is known of them, `Tlb` keeps.
 * Leaves out: replacement by use (LRU and its approximations), since quick accesses are not seen; levels of TLBs;
 * entries of their own for large pages.
 */

/** Entries for data, and as many for code; each in sets of `ways`. */
export interface TlbShape {
  readonly entries: number;
  readonly ways: number;
}

/** The most that there may be: the number of quick entries. */
export const MOST_ENTRIES = 4096;

/** Throws unless there are 1 to 4096 entries in a power of two of sets. */
export function checkShape({ entries, ways }: TlbShape): void {
  const sets = entries / ways;
  const isPower = Number.isInteger(sets) && sets > 0 && (sets & (sets - 1)) === 0;
  if (!Number.isInteger(ways) || ways < 1 || !isPower || entries > MOST_ENTRIES)
    throw new RangeError(
      `a TLB of ${entries} entries in ${ways} ways: the sets must be a power of two, the entries at most ${MOST_ENTRIES}`,
    );
}

/** A page by the halves of its linear address; the low 12 bits are ones. */
export interface KnownPage {
  readonly lo: number;
  readonly hi: number;
}

export class TlbSets {
  /** The pages of each set, the oldest first. */
  private sets: KnownPage[][];

  constructor(private readonly shape: TlbShape) {
    this.sets = this.empty();
  }

  private empty(): KnownPage[][] {
    return Array.from({ length: this.shape.entries / this.shape.ways }, () => []);
  }

  private setOf(lo: number): KnownPage[] {
    return this.sets[(lo >>> 12) & (this.sets.length - 1)]!;
  }

  /** A page becomes known. Returns the one that must go for it. */
  note(lo: number, hi: number): KnownPage | undefined {
    const set = this.setOf(lo);
    if (set.some((page) => page.lo === lo && page.hi === hi)) return undefined;
    set.push({ lo, hi });
    return set.length > this.shape.ways ? set.shift() : undefined;
  }

  /** Only pages for which `keeps` holds stay known. */
  retain(keeps: (page: KnownPage) => boolean): void {
    this.sets = this.sets.map((set) => set.filter(keeps));
  }

  clear(): void {
    this.sets = this.empty();
  }

  /** All known pages, in each set the oldest first. */
  get pages(): readonly KnownPage[] {
    return this.sets.flat();
  }
}
