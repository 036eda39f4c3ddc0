/**
 * What a process may touch: its mappings (vmas) and its page tables, filled on demand.
 * Models `struct mm_struct`, do_mmap, do_vmi_munmap, mprotect_fixup, dup_mmap (Linux mm/mmap.c, mm/mprotect.c, kernel/fork.c).
 * Leaves out: huge pages, mremap in place, locked memory, address-space limits below 128 TiB.
 */

import { PTE } from "../../machine/memory/page-table.js";
import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";
import type { PageCache } from "./page-cache.js";
import { PageTables } from "./page-tables.js";
import type { MappedFile, Vma } from "./vma.js";

/** One past the highest user address: 47 bits less one guard page. */
export const TASK_SIZE = 0x7ffffffff000;
/** Where mmap begins to search downwards when nothing is random: below the stack and its largest growth. */
export const MMAP_BASE = 0x7ffff7fff000;
export const STACK_TOP = 0x7ffffffff000;
/** The largest stack (RLIMIT_STACK). */
export const STACK_LIMIT = 8 << 20;
const LOWEST_MAPPING = 0x10000;

export class AddressSpace {
  /** Sorted by address, never overlapping. */
  vmas: Vma[] = [];
  readonly tables: PageTables;
  /** Tasks that use this space. */
  users = 1;
  /** Entries have changed that the TLB may still hold; the kernel flushes before it returns to the program. */
  stale = false;
  /** The program file: nobody may write it while somebody runs it (ETXTBSY). */
  private programFile: { executing: number } | undefined;
  /** Where mmap begins to search downwards. */
  mmapBase = MMAP_BASE;
  startBrk = 0;
  brk = 0;
  /** First and last address of arguments and environment, for /proc. */
  argStart = 0;
  argEnd = 0;
  envEnd = 0;
  /** The auxiliary vector as the program got it, for /proc. */
  auxiliaryVector = new Uint8Array(0);

  /** @param root a frame whose kernel half is already filled */
  constructor(
    readonly memory: PhysicalMemory,
    readonly frames: FrameAllocator,
    root: number,
    /** Pages of files; without it each mapping has its own. */
    readonly cache?: PageCache,
  ) {
    this.tables = new PageTables(memory, frames, root);
  }

  /** Names the program that runs in this space. */
  execute(file: { executing: number }): void {
    file.executing++;
    this.programFile = file;
  }

  /** The mapping that contains `address`. */
  find(address: number): Vma | undefined {
    let low = 0;
    let high = this.vmas.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const vma = this.vmas[middle]!;
      if (address < vma.start) high = middle - 1;
      else if (address >= vma.end) low = middle + 1;
      else return vma;
    }
    return undefined;
  }

  /** The first mapping that ends above `address`. */
  findFirstAbove(address: number): Vma | undefined {
    return this.vmas.find((vma) => vma.end > address);
  }

  /** True when nothing is mapped in [start, end) and it lies in user space. */
  isFree(start: number, end: number): boolean {
    return (
      start >= LOWEST_MAPPING &&
      end <= TASK_SIZE &&
      !this.vmas.some((vma) => vma.start < end && start < vma.end)
    );
  }

  /** The highest free place for `length` bytes below `mmapBase`, or undefined. */
  findGap(length: number): number | undefined {
    let top = this.mmapBase;
    for (let n = this.vmas.length - 1; n >= 0; n--) {
      const vma = this.vmas[n]!;
      if (vma.start >= this.mmapBase) continue;
      if (top - vma.end >= length) return top - length;
      top = Math.min(top, vma.start);
    }
    return top - length >= LOWEST_MAPPING ? top - length : undefined;
  }

  /** Adds a mapping; whatever was there is unmapped first. Joins it with an equal anonymous neighbour below. */
  insert(vma: Vma): void {
    this.unmap(vma.start, vma.end);
    const at = this.vmas.findIndex((other) => other.start > vma.start);
    const position = at < 0 ? this.vmas.length : at;
    const below = this.vmas[position - 1];
    if (below && canJoin(below, vma)) below.end = vma.end;
    else this.vmas.splice(position, 0, vma);
    this.enterFile(vma);
  }

  private enterFile({ file }: Vma): void {
    if (file?.writeBack) this.cache?.of(file).spaces.add(this);
  }

  /** Takes away all pages of a file from `size` on; false when none of its mappings is left here. */
  unmapFile(file: MappedFile, size: number): boolean {
    let found = false;
    for (const vma of this.vmas) {
      if (vma.file !== file) continue;
      found = true;
      const first = vma.start + Math.max(0, pageUp(size) - vma.offset);
      if (first < vma.end) this.discard(first, vma.end);
    }
    return found;
  }

  /** Removes all mappings in [start, end) and releases their pages. */
  unmap(start: number, end: number): void {
    if (!this.splitAt(start, end)) return;
    this.stale = true;
    this.tables.release(start, end);
    const gone = this.vmas.filter((vma) => vma.start >= start && vma.end <= end);
    this.vmas = this.vmas.filter((vma) => vma.end <= start || vma.start >= end);
    for (const vma of gone) this.leave(vma);
  }

  /** Changes rights in [start, end); false when a part of it is not mapped. */
  protect(start: number, end: number, prot: number): boolean {
    if (!this.covers(start, end)) return false;
    this.splitAt(start, end);
    this.stale = true;
    for (const vma of this.vmas) if (vma.start >= start && vma.end <= end) vma.prot = prot;
    // Entries are made anew, with the new rights, by the next touch; what they lead to stays.
    this.tables.forEach(start, end, (_address, at) => {
      const { frame, flags } = this.tables.read(at)!;
      this.tables.write(at, frame, restrict(flags, prot));
    });
    return true;
  }

  /** Moves the pages of a private mapping to a free place, which may be larger. */
  move(start: number, end: number, target: number, targetEnd: number): void {
    const vma = this.find(start)!;
    this.insert(Object.assign(vma.part(start, end), { start: target, end: targetEnd }));
    // Without a frame for a table the page is lost; the space's limit is checked before.
    this.tables.forEachUsed(start, end, (address, at) => {
      this.tables.moveEntry(at, address - start + target);
    });
    this.unmap(start, end);
  }

  /** Empties pages; the next touch fills them anew. */
  discard(start: number, end: number): void {
    this.stale = true;
    this.tables.release(start, end);
  }

  /** Whether every page of [start, end) is mapped. */
  covers(start: number, end: number): boolean {
    let reached = start;
    for (const vma of this.vmas) {
      if (vma.end <= reached) continue;
      if (vma.start > reached) return false;
      reached = vma.end;
      if (reached >= end) return true;
    }
    return reached >= end;
  }

  /** Cuts mappings at both ends of a range; false when nothing is mapped there. */
  private splitAt(start: number, end: number): boolean {
    let found = false;
    this.vmas = this.vmas.flatMap((vma) => {
      if (vma.end <= start || vma.start >= end) return [vma];
      found = true;
      const cuts = [vma.start, Math.max(vma.start, start), Math.min(vma.end, end), vma.end];
      const parts: Vma[] = [];
      for (let n = 0; n < 3; n++) if (cuts[n]! < cuts[n + 1]!) parts.push(vma.part(cuts[n]!, cuts[n + 1]!));
      if (vma.shared) vma.shared.users += parts.length - 1;
      return parts;
    });
    return found;
  }

  /** A space with the same contents: private pages become shared and read-only in both, until one side writes. */
  fork(root: number): AddressSpace | undefined {
    this.stale = true;
    const child = new AddressSpace(this.memory, this.frames, root, this.cache);
    Object.assign(child, {
      mmapBase: this.mmapBase,
      auxiliaryVector: this.auxiliaryVector,
      startBrk: this.startBrk,
      brk: this.brk,
      argStart: this.argStart,
      argEnd: this.argEnd,
      envEnd: this.envEnd,
    });
    if (this.programFile) child.execute(this.programFile);
    for (const vma of this.vmas) {
      child.vmas.push(vma.part(vma.start, vma.end));
      child.enterFile(vma);
      if (vma.shared) vma.shared.users++;
      if (!this.tables.copyTo(child.tables, vma.start, vma.end, vma.isShared)) {
        child.release();
        return undefined;
      }
    }
    return child;
  }

  /** Gives everything back. */
  release(): void {
    this.tables.releasePages();
    const gone = this.vmas;
    this.vmas = [];
    for (const vma of gone) this.leave(vma);
    if (this.programFile) this.programFile.executing--;
    this.programFile = undefined;
    this.tables.free();
  }

  /** A mapping that is no longer in the list. */
  private leave(vma: Vma): void {
    this.leaveShared(vma);
    const { file } = vma;
    if (file?.writeBack && this.cache && !this.vmas.some((other) => other.file === file))
      this.cache.of(file).leave(this);
  }

  private leaveShared(vma: Vma): void {
    if (!vma.shared || --vma.shared.users > 0) return;
    for (const frame of vma.shared.frames.values()) this.frames.release(frame);
    vma.shared.frames.clear();
  }
}

function canJoin(below: Vma, vma: Vma): boolean {
  const plain = (one: Vma) => !one.file && !one.shared && !one.growsDown;
  return (
    below.end === vma.start &&
    below.prot === vma.prot &&
    below.name === vma.name &&
    plain(below) &&
    plain(vma)
  );
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const NX = 1 << 12;

/** Takes from an entry the rights that `prot` does not grant; it never adds the right to write (that is for the fault). */
function restrict(flags: number, prot: number): number {
  let result = flags;
  if ((prot & PROT_WRITE) === 0) result &= ~PTE.RW;
  result = (prot & PROT_EXEC) === 0 ? result | NX : result & ~NX;
  // PROT_NONE: present to us, out of reach for ring 3.
  return (prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) === 0 ? result & ~PTE.US : result | PTE.US;
}

/** Rounds up to a whole number of pages. */
export function pageUp(n: number): number {
  return Math.ceil(n / PAGE_SIZE) * PAGE_SIZE;
}

/** Rounds down to the beginning of a page. */
export function pageDown(n: number): number {
  return Math.floor(n / PAGE_SIZE) * PAGE_SIZE;
}
