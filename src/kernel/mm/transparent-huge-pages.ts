/**
 * The settings of huge pages that nobody asks for one by one, and the huge page of zeros: what was read and never written.
 * Models transparent_hugepage_flags and mm_get_huge_zero_folio (Linux mm/huge_memory.c).
 */
import type { FrameAllocator } from "./frames.js";
import { HUGE_ORDER } from "./page-tables.js";

export const HUGE_PAGE_MODES = ["always", "madvise", "never"] as const;
export type HugePageMode = (typeof HUGE_PAGE_MODES)[number];

export class TransparentHugePages {
  /** /sys/kernel/mm/transparent_hugepage/enabled: for all memory, for that of programs that ask, or not at all. */
  value: HugePageMode = "madvise";
  /** Huge pages that programs have: not those of zeros, nor those of the pool. */
  inUse = 0;
  /** The first frame of the page of zeros, while anybody has it. */
  private zeros: number | undefined;
  private users = 0;

  constructor(private readonly frames: FrameAllocator) {}

  /** The huge page of zeros for one more mapping; undefined when there is no room for it. */
  shareZeros(): number | undefined {
    this.zeros ??= this.frames.allocateBlock(HUGE_ORDER);
    if (this.zeros !== undefined) this.users++;
    return this.zeros;
  }

  releaseZeros(): void {
    if (--this.users > 0 || this.zeros === undefined) return;
    this.frames.releaseBlock(this.zeros, HUGE_ORDER);
    this.zeros = undefined;
  }
}
