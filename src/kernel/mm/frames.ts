/**
 * Physical memory in frames of 4 KiB: which are free, and how many page-table entries lead to each.
 * Models Linux's page allocator and `struct page._refcount` (mm/page_alloc.c, include/linux/mm_types.h).
 * Leaves out: zones, orders above 0, watermarks.
 */
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";

/** What gives frames back when none is free. */
export interface Reclaimer {
  /** False when it has nothing to give. */
  reclaim(): boolean;
}

export class FrameAllocator {
  reclaimer: Reclaimer | undefined;
  /** Owners of each frame; 0 is free. */
  private readonly counts: Uint32Array;
  private readonly returned: number[] = [];
  /** Frames from here on have never been used and are zero. */
  private untouched: number;
  /** Frames in use now, and the most there ever were. */
  inUse = 0;
  peak = 0;

  /**
   * @param first the first frame that may be given away
   * @param end the frame behind the last
   */
  constructor(
    private readonly memory: PhysicalMemory,
    readonly first: number,
    readonly end: number,
  ) {
    this.counts = new Uint32Array(end);
    this.untouched = first;
  }

  get available(): number {
    return this.end - this.untouched + this.returned.length;
  }

  /** A zeroed frame with one owner, or undefined when memory is full. */
  allocate(): number | undefined {
    const frame = this.take() ?? (this.reclaimer?.reclaim() ? this.take() : undefined);
    if (frame === undefined) return undefined;
    if (this.counts[frame] !== 0) throw new Error(`frame ${frame} was free and has owners`);
    this.counts[frame] = 1;
    this.inUse++;
    this.peak = Math.max(this.peak, this.inUse);
    return frame;
  }

  private take(): number | undefined {
    return this.returned.pop() ?? (this.untouched < this.end ? this.untouched++ : undefined);
  }

  owners(frame: number): number {
    return this.counts[frame] ?? 0;
  }

  /** One owner more. */
  share(frame: number): void {
    this.counts[frame]!++;
  }

  /** One owner less; the last one frees the frame. */
  release(frame: number): void {
    const left = this.counts[frame]! - 1;
    if (left < 0) throw new Error(`frame ${frame} was released once too often`);
    this.counts[frame] = left;
    if (left > 0) return;
    this.memory.fill(frame * PAGE_SIZE, PAGE_SIZE);
    this.returned.push(frame);
    this.inUse--;
  }

  copyFrom(other: FrameAllocator): void {
    this.counts.set(other.counts);
    this.returned.splice(0, this.returned.length, ...other.returned);
    this.untouched = other.untouched;
    this.inUse = other.inUse;
    this.peak = other.peak;
  }
}
