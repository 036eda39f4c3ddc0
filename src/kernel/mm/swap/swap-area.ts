/**
 * One swap area: a file or a partition, page by page, with a count of users for each.
 * Models struct swap_info_struct and scan_swap_map_slots (Linux include/linux/swap.h, mm/swapfile.c).
 * Leaves out: clusters, discarding, extents: a slot is one page.
 */
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";

/** Where an area keeps its pages: a partition, or a file. */
export interface SwapStore {
  /** In bytes. */
  readonly size: number;
  /** A swap area in use lies here. */
  isSwap: boolean;
  /** Up to `length` bytes from `offset`. */
  readAt(offset: number, length: number): Uint8Array;
  /** Writes within what is there. */
  writeBack(offset: number, bytes: Uint8Array): void;
}

export interface SwapAreaFacts {
  /** As /proc/swaps shows it. */
  readonly path: string;
  readonly kind: "partition" | "file";
  /** The last page that may be used; page 0 is the header. */
  readonly lastPage: number;
  /** Pages that must not be used. */
  readonly badPages: readonly number[];
}

/** Count of a page that is never given away. */
const BAD = 0xffffffff;

export class SwapArea {
  /** Users of each slot: page-table entries, shared mappings, and the page's copy in memory. */
  private readonly counts: Uint32Array;
  /** Slots in use, and slots there are. */
  used = 0;
  readonly size: number;
  /** Where the search for a free slot goes on. */
  private next = 1;
  /** It is being emptied: nothing new comes in. */
  closing = false;

  constructor(
    /** Its number in swap entries. */
    readonly type: number,
    readonly store: SwapStore,
    readonly facts: SwapAreaFacts,
    /** Areas of higher priority are filled first. */
    public priority: number,
  ) {
    this.counts = new Uint32Array(facts.lastPage + 1);
    this.counts[0] = BAD;
    for (const page of facts.badPages) this.counts[page] = BAD;
    this.size = facts.lastPage - new Set(facts.badPages).size;
  }

  get free(): number {
    return this.size - this.used;
  }

  /** A free slot, with one user from now on; undefined when there is none. */
  allocate(): number | undefined {
    if (this.free <= 0 || this.closing) return undefined;
    const { counts } = this;
    for (let at = this.next; ; at = at + 1 < counts.length ? at + 1 : 1) {
      if (counts[at] !== 0) continue;
      counts[at] = 1;
      this.used++;
      this.next = at + 1 < counts.length ? at + 1 : 1;
      return at;
    }
  }

  /** Users of a slot; 0 for one that is free, or that cannot be used. */
  users(offset: number): number {
    const count = this.counts[offset] ?? 0;
    return count === BAD ? 0 : count;
  }

  /** More users of a slot that has some. */
  share(offset: number, count: number): void {
    if (this.users(offset) > 0) this.counts[offset]! += count;
  }

  /** One user less; with the last one the slot is free. */
  release(offset: number): void {
    if (this.users(offset) > 0 && --this.counts[offset]! === 0) this.used--;
  }

  /** A copy of the page in a slot. */
  read(offset: number): Uint8Array {
    return this.store.readAt(offset * PAGE_SIZE, PAGE_SIZE);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.store.writeBack(offset * PAGE_SIZE, bytes);
  }
}
