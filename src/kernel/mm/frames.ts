/**
 * Physical memory in frames of 4 KiB: which are free, what the others hold, and how many owners each has: page-table entries,
 * and whoever else keeps it. Blocks of 2, 4 … 512 frames that begin at a multiple of their size are made of free frames.
 * Models Linux's page allocator and `struct page` (mm/page_alloc.c, include/linux/mm_types.h).
 * Leaves out: zones, watermarks, moving pages to make room for a block.
 */
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";

/** What gives frames back when none is free. */
export interface Reclaimer {
  /** False when it has nothing to give. */
  reclaim(): boolean;
  /** Nothing could be given: false when nothing can be done about that. */
  outOfMemory(): boolean;
  /** A frame has one owner left, or none. */
  leftWithOne(frame: number): void;
  freed(frame: number): void;
}

/** Who is told at each allocation after which fewer frames are free than `below`. */
export interface ShortageListener {
  readonly below: number;
  runsShort(): void;
}

/**
 * What a frame holds: the kernel's own, its page tables among it; a private page of a program; a page of a file; a page that
 * processes share without a file; a private page whose program has said that it may be lost (MADV_FREE).
 */
export const HOLDS = { kernel: 0, anonymous: 1, file: 2, shared: 3, lazyFree: 4 } as const;
export type Holds = (typeof HOLDS)[keyof typeof HOLDS];

/** The frame of zeros has this many owners, so that nobody ever is its last. */
const FOREVER = 2 ** 30;

/** PAGE_ALLOC_COSTLY_ORDER: for larger blocks nothing is given up, and nobody dies. */
const LARGEST_FORCED = 3;

export class FrameAllocator {
  reclaimer: Reclaimer | undefined;
  shortageListener: ShortageListener | undefined;
  /** Asked before each allocation, for injecting failures: true lets it fail. */
  refuses: ((allocation: number) => boolean) | undefined;
  /** Allocations that were asked for, and frames that were given. */
  private asked = 0;
  given = 0;
  /** Owners of each frame; 0 is free. */
  private readonly counts: Uint32Array;
  private readonly contents: Uint8Array;
  private readonly returned: number[] = [];
  /** First frames of free blocks, by order. */
  private readonly blocks = new Map<number, number[]>();
  /** Frames from here to `top` have never been used and are zero. Single frames are taken from below, blocks from above. */
  private untouched: number;
  private top: number;
  /** Frames in use now, and the most there ever were. */
  inUse = 0;
  peak = 0;
  /** Whether untouched private memory that is read is the page of zeros; otherwise it gets a page of its own at once. */
  sharesZeros = true;

  /**
   * @param first the first frame that may be given away
   * @param end the frame behind the last
   * @param zeroFrame a frame of zeros: what has been read and never written, in all address spaces
   */
  constructor(
    private readonly memory: PhysicalMemory,
    readonly first: number,
    readonly end: number,
    readonly zeroFrame = first - 1,
  ) {
    this.counts = new Uint32Array(end);
    this.contents = new Uint8Array(end);
    this.untouched = first;
    this.top = end;
    this.counts[zeroFrame] = FOREVER;
  }

  get available(): number {
    return this.end - this.first - this.inUse;
  }

  /** A zeroed frame with one owner, or undefined when memory is full. */
  allocate(): number | undefined {
    if (this.refuses?.(this.asked++)) return undefined;
    for (;;) {
      const frame = this.take();
      if (frame !== undefined) {
        this.own(frame);
        return frame;
      }
      if (!this.reclaimer?.reclaim() && !this.reclaimer?.outOfMemory()) return undefined;
    }
  }

  /**
   * 2 ** `order` zeroed frames in a row, each with one owner: the first, or undefined when there is no such block. For a small one
   * frames are made free until some lie side by side.
   */
  allocateBlock(order: number): number | undefined {
    if (this.refuses?.(this.asked++)) return undefined;
    for (;;) {
      const first = this.takeBlock(order);
      if (first !== undefined) {
        for (let frame = first; frame < first + 2 ** order; frame++) this.own(frame);
        return first;
      }
      if (order > LARGEST_FORCED) return undefined;
      if (!this.reclaimer?.reclaim() && !this.reclaimer?.outOfMemory()) return undefined;
    }
  }

  private takeBlock(order: number): number | undefined {
    return this.blocks.get(order)?.pop() ?? this.fromTop(2 ** order) ?? this.gather(2 ** order);
  }

  private own(frame: number): void {
    if (this.counts[frame] !== 0) throw new Error(`frame ${frame} was free and has owners`);
    this.counts[frame] = 1;
    this.contents[frame] = HOLDS.kernel;
    this.inUse++;
    this.given++;
    this.peak = Math.max(this.peak, this.inUse);
    if (this.shortageListener && this.available < this.shortageListener.below)
      this.shortageListener.runsShort();
  }

  private take(): number | undefined {
    return (
      this.returned.pop() ??
      (this.untouched < this.top ? this.untouched++ : this.breakBlock()?.returned.pop())
    );
  }

  /** The smallest free block becomes single frames. */
  private breakBlock(): this | undefined {
    for (const order of [...this.blocks.keys()].sort((a, b) => a - b)) {
      const first = this.blocks.get(order)!.pop();
      if (first === undefined) continue;
      for (let frame = first + 2 ** order - 1; frame >= first; frame--) this.returned.push(frame);
      return this;
    }
    return undefined;
  }

  /** A block of the frames that were never used. */
  private fromTop(size: number): number | undefined {
    const first = this.top - size - ((this.top - size) % size);
    if (first < this.untouched) return undefined;
    for (let frame = this.top - 1; frame >= first + size; frame--) this.returned.push(frame);
    this.top = first;
    return first;
  }

  /** A block of frames that were returned one by one. */
  private gather(size: number): number | undefined {
    while (this.breakBlock());
    while (this.untouched < this.top) this.returned.push(this.untouched++);
    for (let first = Math.ceil(this.first / size) * size; first + size <= this.end; first += size) {
      if (!this.isFree(first, size)) continue;
      const others = this.returned.filter((frame) => frame < first || frame >= first + size);
      this.returned.splice(0, this.returned.length, ...others);
      return first;
    }
    return undefined;
  }

  private isFree(first: number, size: number): boolean {
    for (let frame = first; frame < first + size; frame++) if (this.counts[frame] !== 0) return false;
    return true;
  }

  owners(frame: number): number {
    return this.counts[frame] ?? 0;
  }

  /** Whether each frame of a block has one owner only. */
  isOwnedAlone(first: number, order: number): boolean {
    for (let frame = first; frame < first + 2 ** order; frame++) if (this.counts[frame] !== 1) return false;
    return true;
  }

  holds(frame: number): Holds {
    return this.contents[frame] as Holds;
  }

  /** Says what was put into a frame; a new one is the kernel's own. */
  setHolds(frame: number, what: Holds): void {
    this.contents[frame] = what;
  }

  /** One owner more. */
  share(frame: number): void {
    this.counts[frame]!++;
  }

  /** One owner less; the last one frees the frame. */
  release(frame: number): void {
    if (this.leave(frame)) this.returned.push(frame);
  }

  /** One owner less for each frame of a block; what nobody else owns is free. */
  releaseBlock(first: number, order: number): void {
    const free: number[] = [];
    for (let frame = first; frame < first + 2 ** order; frame++) if (this.leave(frame)) free.push(frame);
    if (free.length < 2 ** order) {
      for (const frame of free) this.returned.push(frame);
      return;
    }
    const known = this.blocks.get(order);
    if (known) known.push(first);
    else this.blocks.set(order, [first]);
  }

  /** True when it was the last owner. */
  private leave(frame: number): boolean {
    const left = this.counts[frame]! - 1;
    if (left < 0) throw new Error(`frame ${frame} was released once too often`);
    this.counts[frame] = left;
    if (left > 0) {
      if (left === 1) this.reclaimer?.leftWithOne(frame);
      return false;
    }
    this.memory.fill(frame * PAGE_SIZE, PAGE_SIZE);
    this.inUse--;
    this.reclaimer?.freed(frame);
    return true;
  }
}
