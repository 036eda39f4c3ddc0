/**
 * Memory that several address spaces share without a file, by page number within it: where each page is, in a frame or in a
 * swap area. The object owns each frame once, and who maps it once more; of a slot in a swap area it is the only user.
 * Models a file of tmpfs without a name (shmem_zero_setup, Linux mm/shmem.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { HOLDS } from "./frames.js";
import { type MappingVisitor, type PageHolder, visitThrough } from "./page-holder.js";
import type { SwapEntry } from "./swap/swap-entry.js";

export class SharedPages implements PageHolder {
  readonly kind = "shared";
  private readonly frames = new Map<number, number>();
  private readonly slots = new Map<number, SwapEntry>();
  /** Pages that somebody has stored into. */
  readonly dirty = new Set<number>();
  /** Mappings of it. */
  users = 1;
  /** Address spaces that map it, or did. */
  readonly spaces = new Set<AddressSpace>();
  /** Pages that were promised when it was made, touched or not. */
  promised = 0;

  /**
   * @param size in bytes: mremap makes a mapping longer, not the memory
   * @param inode the number that /proc/PID/maps shows: on Linux this is a file without a name
   */
  constructor(
    readonly size = Number.POSITIVE_INFINITY,
    readonly inode = 0,
  ) {}

  visitMappings(index: number, frame: number, visitor: MappingVisitor): boolean {
    return visitThrough(this.spaces, this, index, frame, visitor);
  }

  /** The frame of a page that is in memory. */
  present(index: number): number | undefined {
    return this.frames.get(index);
  }

  /** Where in a swap area a page lies that is not in memory. */
  slot(index: number): SwapEntry | undefined {
    return this.slots.get(index);
  }

  /** A frame for a page that is in none: new, or filled from a swap area. Undefined when no frame is free. */
  bringIn(index: number, { frames, memory, system }: AddressSpace): number | undefined {
    const frame = frames.allocate();
    if (frame === undefined) return undefined;
    frames.setHolds(frame, HOLDS.shared);
    this.frames.set(index, frame);
    const entry = this.slots.get(index);
    const contents = entry === undefined ? undefined : system?.swap.read(entry);
    if (contents) memory.writeBytes(frame * PAGE_SIZE, contents);
    if (entry !== undefined) system?.swap.release(entry);
    this.slots.delete(index);
    system?.reclaim.residents.enter(frame, this, index);
    return frame;
  }

  /** The page lies in a slot of a swap area from now on; its frame is the caller's. */
  moveOut(index: number, entry: SwapEntry): void {
    this.frames.delete(index);
    this.slots.set(index, entry);
  }

  /** The numbers of pages that lie in swap areas, with their slots. */
  get movedOut(): ReadonlyMap<number, SwapEntry> {
    return this.slots;
  }

  /** Pages `first` to before `end` are zeros again; those that nobody maps are gone. */
  empty({ memory, frames, system }: AddressSpace, first: number, end: number): void {
    const concerned = (index: number) => index >= first && index < end;
    for (const [index, frame] of this.frames) {
      if (!concerned(index)) continue;
      if (frames.owners(frame) > 1) memory.fill(frame * PAGE_SIZE, PAGE_SIZE);
      else {
        frames.release(frame);
        this.frames.delete(index);
        this.dirty.delete(index);
      }
    }
    for (const [index, entry] of this.slots) {
      if (!concerned(index)) continue;
      system?.swap.release(entry);
      this.slots.delete(index);
    }
  }

  /** Nobody maps it any more. */
  release({ frames, system }: AddressSpace): void {
    for (const frame of this.frames.values()) frames.release(frame);
    for (const entry of this.slots.values()) system?.swap.release(entry);
    this.frames.clear();
    this.slots.clear();
  }
}
