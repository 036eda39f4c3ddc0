/**
 * Pages of 2 MiB that are kept for those who ask for them by name (MAP_HUGETLB): as many as /proc/sys/vm/nr_hugepages says, and a few
 * more when they are needed, if nr_overcommit_hugepages allows that. Who maps some reserves them, so that none is missing later.
 * Models struct hstate, set_max_huge_pages and hugetlb_acct_memory (Linux mm/hugetlb.c). Leaves out: pages of 1 GiB, control groups.
 */
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";
import { HUGE_ORDER, HUGE_PAGE } from "./page-tables.js";

export class HugePagePool {
  /** First frames of pages that nobody uses. */
  private readonly unused: number[] = [];
  /** How many use each of the others. */
  private readonly users = new Map<number, number>();
  /** Promised to mappings, and still among the unused. */
  reserved = 0;
  /** Beyond the number that was asked for; they go when they are given back. */
  surplus = 0;
  /** The most of these. */
  readonly overcommit = { value: 0 };

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly frames: FrameAllocator,
  ) {}

  get total(): number {
    return this.unused.length + this.users.size;
  }

  get free(): number {
    return this.unused.length;
  }

  /** The number that was asked for: that of the pages that stay. */
  get value(): number {
    return this.total - this.surplus;
  }

  /** Makes it that number, as far as memory allows and pages are not in use. */
  set value(wanted: number) {
    while (this.surplus > 0 && this.value < wanted) this.surplus--;
    while (this.value < wanted && this.grow());
    while (this.value > wanted && this.unused.length > this.reserved) this.shrink();
    // What is in use, or promised, becomes surplus and goes later.
    while (this.value > wanted) this.surplus++;
  }

  private grow(): boolean {
    const frame = this.frames.allocateBlock(HUGE_ORDER);
    if (frame === undefined) return false;
    this.unused.push(frame);
    return true;
  }

  private shrink(): void {
    this.frames.releaseBlock(this.unused.pop()!, HUGE_ORDER);
  }

  private growBeyond(): boolean {
    if (this.surplus >= this.overcommit.value || !this.grow()) return false;
    this.surplus++;
    return true;
  }

  /** Promises `count` pages, or none. */
  reserve(count: number): boolean {
    const before = this.surplus;
    while (this.reserved + count > this.unused.length)
      if (!this.growBeyond()) {
        this.dropSurplus(this.surplus - before);
        return false;
      }
    this.reserved += count;
    return true;
  }

  /** The promise of `count` pages is not needed any more. */
  unreserve(count: number): void {
    this.reserved -= count;
    this.dropSurplus(count);
  }

  private dropSurplus(count: number): void {
    for (let n = 0; n < count && this.surplus > 0 && this.unused.length > this.reserved; n++) {
      this.shrink();
      this.surplus--;
    }
  }

  /** A page of zeros for one user, by its first frame. @param isReserved it was promised */
  take(isReserved: boolean): number | undefined {
    if (isReserved) this.reserved--;
    else if (this.unused.length <= this.reserved && !this.growBeyond()) return undefined;
    const frame = this.unused.pop();
    if (frame !== undefined) this.users.set(frame, 1);
    return frame;
  }

  usersOf(frame: number): number {
    return this.users.get(frame) ?? 0;
  }

  share(frame: number): void {
    this.users.set(frame, this.usersOf(frame) + 1);
  }

  release(frame: number): void {
    const left = this.usersOf(frame) - 1;
    if (left > 0) {
      this.users.set(frame, left);
      return;
    }
    this.users.delete(frame);
    this.memory.fill(frame * PAGE_SIZE, HUGE_PAGE);
    this.unused.push(frame);
    this.dropSurplus(1);
  }
}
