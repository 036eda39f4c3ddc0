/**
 * Writes the jump cache, which generated code reads: which region goes on at an address, with which block. A region is
 * found there as the one that anybody enters, or, by its own salt, for itself.
 */
import { LINEAR, type LinearMemory } from "../memory/linear-memory.js";
import { PAGE_MASK } from "../memory/physical-memory.js";
import { JUMP_CACHE, JUMP_SHIFT, jumpSalt } from "./engine-cells.js";
import type { Region } from "./region.js";

const INTS = JUMP_CACHE.BYTES / 4;

export class JumpCache {
  private readonly entries: Int32Array;

  constructor(linear: LinearMemory) {
    this.entries = new Int32Array(linear.buffer, LINEAR.JUMP_CACHE, 2 * JUMP_CACHE.ENTRIES * INTS);
  }

  /** Anybody enters block `block` of the region at `high:low`, in this physical page. */
  forAll(region: Region, low: number, high: number, block: number, physical: number): void {
    this.put(region, low, high, block, physical, 0);
  }

  /** The region itself goes on with its block `block` there. */
  forItself(region: Region, low: number, high: number, block: number, physical: number): void {
    this.put(region, low, high, block, physical, jumpSalt(region.id));
  }

  private put(
    region: Region,
    low: number,
    high: number,
    block: number,
    physical: number,
    salt: number,
  ): void {
    const { entries } = this;
    const at = this.place(region.user, low, salt);
    entries[at] = low;
    entries[at + 1] = high;
    entries[at + 2] = (region.id << 8) | block;
    entries[at + 3] = physical | region.needs;
  }

  /** Where the region stands that anybody enters at this address, for the methods below; -1 for none. */
  find(user: boolean, low: number, high: number): number {
    const { entries } = this;
    const at = this.place(user, low, 0);
    return entries[at] === low && entries[at + 1] === high ? at : -1;
  }

  /** Number of the region << 8 + block. */
  blockAt(at: number): number {
    return this.entries[at + 2]!;
  }

  /** The physical page of the block. */
  pageAt(at: number): number {
    return this.entries[at + 3]! & ~PAGE_MASK;
  }

  /** What the region needs of `GIVEN`. */
  needsAt(at: number): number {
    return this.entries[at + 3]! & PAGE_MASK;
  }

  private place(user: boolean, low: number, salt: number): number {
    const cache = user ? JUMP_CACHE.ENTRIES : 0;
    return (cache + ((low ^ (low >>> JUMP_SHIFT) ^ salt) & (JUMP_CACHE.ENTRIES - 1))) * INTS;
  }

  clear(): void {
    this.entries.fill(0);
  }
}
