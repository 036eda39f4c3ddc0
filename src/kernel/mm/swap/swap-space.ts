/**
 * All swap areas, and which pages in memory have a copy there (the swap cache): such a page need not be written again while
 * nobody stores into it, and others whose entries still name the slot find it there.
 * Models mm/swapfile.c and mm/swap_state.c of Linux. Leaves out: reading ahead, and a cache of free slots.
 */
import { SwapArea, type SwapAreaFacts, type SwapStore } from "./swap-area.js";
import { MAX_SWAPFILES, type SwapEntry, swapEntry, swapOffset, swapType } from "./swap-entry.js";

/** Of the first area that is given none: Linux counts down from -1. */
const FIRST_PRIORITY = -2;

export class SwapSpace {
  private readonly areas: (SwapArea | undefined)[] = [];
  /** The swap cache, both ways. The cache is one owner of the frame and one user of the slot. */
  private readonly frames = new Map<SwapEntry, number>();
  private readonly entries = new Map<number, SwapEntry>();

  /** The areas in use, by type. */
  get active(): readonly SwapArea[] {
    return this.areas.filter((area) => area !== undefined);
  }

  /** Pages that there is room for, and for how many more. */
  get total(): number {
    return this.active.reduce((sum, { size }) => sum + size, 0);
  }

  get free(): number {
    return this.active.reduce((sum, { free, closing }) => sum + (closing ? 0 : free), 0);
  }

  /** Pages in memory that have a copy in an area. */
  get cached(): number {
    return this.entries.size;
  }

  /** Whether no more areas can be told apart in swap entries. */
  get isFull(): boolean {
    return this.active.length >= MAX_SWAPFILES;
  }

  /** Takes a store into use, of lower priority than all others unless one is given. There must be room for one more. */
  add(store: SwapStore, facts: SwapAreaFacts, priority?: number): SwapArea {
    let type = 0;
    while (this.areas[type]) type++;
    const lowest = Math.min(FIRST_PRIORITY + 1, ...this.active.map((area) => area.priority));
    const area = new SwapArea(type, store, facts, priority ?? lowest - 1);
    this.areas[type] = area;
    store.isSwap = true;
    return area;
  }

  /** Forgets an area, in which no slot may be in use. Those that came behind it without a priority of their own move up. */
  remove(area: SwapArea): void {
    if (area.used > 0) throw new Error(`${area.facts.path} still holds ${area.used} pages`);
    this.areas[area.type] = undefined;
    area.store.isSwap = false;
    if (area.priority >= 0) return;
    for (const other of this.active) if (other.priority < area.priority) other.priority++;
  }

  /** The area of an entry; undefined when there is none with its number. */
  area(entry: SwapEntry): SwapArea | undefined {
    return this.areas[swapType(entry)];
  }

  /** A free slot of the most important area that has one; its one user is the caller. */
  allocate(): SwapEntry | undefined {
    const byPriority = [...this.active].sort((a, b) => b.priority - a.priority || a.type - b.type);
    for (const area of byPriority) {
      const offset = area.allocate();
      if (offset !== undefined) return swapEntry(area.type, offset);
    }
    return undefined;
  }

  /** Users of a slot; 0 also for one that does not exist: somebody has written nonsense into a page table. */
  users(entry: SwapEntry): number {
    return this.area(entry)?.users(swapOffset(entry)) ?? 0;
  }

  share(entry: SwapEntry, count = 1): void {
    this.area(entry)?.share(swapOffset(entry), count);
  }

  /** One user less. */
  release(entry: SwapEntry): void {
    this.area(entry)?.release(swapOffset(entry));
  }

  /** The page in a slot that has users; undefined when it cannot be read. */
  read(entry: SwapEntry): Uint8Array | undefined {
    return this.users(entry) > 0 ? this.area(entry)?.read(swapOffset(entry)) : undefined;
  }

  write(entry: SwapEntry, bytes: Uint8Array): void {
    this.area(entry)?.write(swapOffset(entry), bytes);
  }

  /** The frame that holds the same as a slot. */
  frameOf(entry: SwapEntry): number | undefined {
    return this.frames.get(entry);
  }

  /** The slot that holds the same as a frame. */
  entryOf(frame: number): SwapEntry | undefined {
    return this.entries.get(frame);
  }

  /** A page in memory whose slot nobody else uses: the slot is of use only if the page leaves unchanged. */
  frameWithOnlyCopy(): number | undefined {
    for (const [frame, entry] of this.entries)
      if (this.users(entry) === 1 && !this.area(entry)?.closing) return frame;
    return undefined;
  }

  /** Frames that hold the same as slots of an area. */
  cachedOf(area: SwapArea): number[] {
    return [...this.entries].filter(([, entry]) => swapType(entry) === area.type).map(([frame]) => frame);
  }

  /** The frame holds the same as the slot from now on; the caller has given the cache a share in both. */
  cache(entry: SwapEntry, frame: number): void {
    this.frames.set(entry, frame);
    this.entries.set(frame, entry);
  }

  /** They have nothing to do with each other any more; the cache's share in both is the caller's. */
  uncache(frame: number): SwapEntry | undefined {
    const entry = this.entries.get(frame);
    if (entry === undefined) return undefined;
    this.entries.delete(frame);
    this.frames.delete(entry);
    return entry;
  }
}
