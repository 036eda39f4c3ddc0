/**
 * What a process may touch: its mappings (vmas) and its page tables, filled on demand.
 * Models `struct mm_struct` and what every change of it comes down to (Linux include/linux/mm_types.h, mm/mmap.c). What system
 * calls ask is decided in the files beside this one: mmap.ts, protect.ts, remap.ts, advice.ts, locking.ts, heap.ts.
 */

import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { MemoryUser } from "./accounts.js";
import { copyPages } from "./copy-pages.js";
import type { FrameAllocator } from "./frames.js";
import { findGap, isFree } from "./gaps.js";
import { splitAtEnds } from "./huge-pages.js";
import { mayPromise } from "./overcommit.js";
import type { PageCache } from "./page-cache.js";
import { PageTables } from "./page-tables.js";
import { protectPages } from "./protect-pages.js";
import { Relatives } from "./relatives.js";
import { ResidentPages } from "./resident.js";
import type { SystemMemory } from "./system-memory.js";
import { MMAP_BASE, pageDown, pageUp, TASK_SIZE } from "./user-addresses.js";
import type { MappedFile, Vma } from "./vma.js";
import {
  VM_ACCOUNT,
  VM_DONTCOPY,
  VM_HUGETLB,
  VM_LOCKED_MASK,
  VM_NORESERVE,
  VM_SHARED,
  VM_SOFTDIRTY,
  VM_WRITE,
} from "./vma-flags.js";
import { VmaList } from "./vma-list.js";
import { zapAll, zapPages } from "./zap.js";

export { MMAP_BASE, pageDown, pageUp, STACK_LIMIT, STACK_TOP, TASK_SIZE } from "./user-addresses.js";

const PRIVILEGED = { capable: () => true };

export class AddressSpace {
  readonly list = new VmaList();
  readonly tables: PageTables;
  readonly resident = new ResidentPages();
  /** A table for each huge page, so that it can be split at any time. */
  readonly spareTables: number[] = [];
  /** Huge pages of the pool that are mapped; they do not count as resident. */
  hugeTlbPages = 0;
  /** Tasks that use this space. */
  users = 1;
  /** Entries have changed that the TLB may still hold; the kernel flushes before it returns to the program. */
  stale = false;
  /** Its pages were taken away because memory was short: nothing may run here any more, nor read or write. */
  isReaped = false;
  /** The program file: nobody may write it while somebody runs it (ETXTBSY). */
  private programFile: { executing: number } | undefined;
  /** Where mmap begins to search downwards. */
  mmapBase = MMAP_BASE;
  startBrk = 0;
  brk = 0;
  /** First and last addresses of the program's code and data, and where its stack began, for /proc. */
  startCode = 0;
  endCode = 0;
  startData = 0;
  endData = 0;
  startStack = 0;
  /** First and last address of arguments and environment, for /proc. */
  argStart = 0;
  argEnd = 0;
  envEnd = 0;
  /** The auxiliary vector as the program got it, for /proc. */
  auxiliaryVector = new Uint8Array(0);
  /** VM_LOCKED and VM_LOCKONFAULT that new mappings get (mlockall). */
  defaultFlags = 0;
  /** What it has registered for with membarrier. */
  barriers = 0;
  /** The most pages that were mapped at a time. */
  private mostPages = 0;

  /** @param root a frame whose kernel half is already filled */
  constructor(
    readonly memory: PhysicalMemory,
    readonly frames: FrameAllocator,
    root: number,
    /** What all spaces have in common; without it each mapping of a file has pages of its own. */
    readonly system?: SystemMemory,
    /** Spaces that may share private pages with it. */
    private readonly relatives = new Relatives(),
  ) {
    this.tables = new PageTables(memory, frames, root, system?.hasTwoRoots);
    relatives.spaces.add(this);
    system?.reclaim.spaces.add(this);
  }

  /** A private page has come into a frame. */
  holdsPrivate(frame: number, address: number): void {
    this.system?.reclaim.residents.enter(frame, this.relatives, address / PAGE_SIZE);
  }

  /** Pages of files. */
  get cache(): PageCache | undefined {
    return this.system?.cache;
  }

  /** Its mappings in the order of their addresses. */
  get vmas(): readonly Vma[] {
    return this.list.all;
  }

  /** Mapped pages, there or not. */
  get totalPages(): number {
    return this.vmas.reduce((sum, { size }) => sum + size, 0) / PAGE_SIZE;
  }

  get peakPages(): number {
    return Math.max(this.mostPages, this.totalPages);
  }

  /** Names the program that runs in this space. */
  execute(file: { executing: number }): void {
    file.executing++;
    this.programFile = file;
  }

  /** The mapping that contains `address`. */
  find(address: number): Vma | undefined {
    return this.list.find(address);
  }

  /** What a mapping is called in /proc/PID/maps: a path, "[heap]", "[stack]", "[vdso]" or "". */
  nameOf(vma: Vma): string {
    if (vma.dentry) return vma.dentry.path();
    if (vma.shared) return "/dev/zero (deleted)";
    if (vma.name !== "" || vma.file) return vma.name;
    if (vma.start < this.brk && vma.end > this.startBrk) return "[heap]";
    return vma.start <= this.startStack && vma.end >= this.startStack ? "[stack]" : "";
  }

  /** True when nothing is mapped in [start, end). */
  isEmpty(start: number, end: number): boolean {
    const above = this.list.firstAbove(start);
    return !above || above.start >= end;
  }

  /** Whether every page of [start, end) is mapped. */
  covers(start: number, end: number): boolean {
    let reached = start;
    for (const vma of this.list.within(start, end)) {
      if (vma.start > reached) return false;
      reached = vma.end;
    }
    return reached >= end;
  }

  /** True when nothing is mapped in [start, end), which programs may use, and no stack would lose the gap below it. */
  isFree(start: number, end: number): boolean {
    return start >= (this.system?.lowestAddress.value ?? 0) && end <= TASK_SIZE && isFree(this, start, end);
  }

  /** The highest free place for `length` bytes below `mmapBase`, or another one; undefined when there is none. */
  findGap(length: number): number | undefined {
    return findGap(this, { length });
  }

  /** Adds a mapping; whatever was there is unmapped first. The mapping that it is part of afterwards. */
  insert(vma: Vma): Vma {
    this.unmap(vma.start, vma.end);
    if ((vma.flags & (VM_NORESERVE | VM_SHARED | VM_WRITE | VM_HUGETLB)) === VM_WRITE)
      vma.flags |= VM_ACCOUNT;
    this.enterSource(vma);
    const joined = this.list.add(vma);
    joined.flags |= VM_SOFTDIRTY;
    this.notePeak();
    return joined;
  }

  /** A mapping reaches further up now, over `grown`, where nothing was. */
  extend(vma: Vma, grown: Vma): void {
    vma.end = grown.start;
    this.enterSource(grown);
    this.list.extend(vma, grown);
    vma.flags |= VM_SOFTDIRTY;
    this.notePeak();
  }

  /** Adds a mapping, where nothing is, that stays by itself. */
  putAlone(vma: Vma): void {
    this.list.put(vma);
    vma.flags |= VM_SOFTDIRTY;
    this.notePeak();
  }

  private enterSource({ file, shared }: Vma): void {
    shared?.spaces.add(this);
    if (file?.writeBack) this.cache?.of(file).spaces.add(this);
    file?.entered?.(this);
  }

  private notePeak(): void {
    this.mostPages = this.peakPages;
  }

  /** A mapping reaches further down now. */
  growDown(vma: Vma, start: number): void {
    vma.offset -= vma.start - start;
    vma.start = start;
    this.notePeak();
  }

  /** Removes all mappings in [start, end), with their pages and the tables that nothing else needs. */
  unmap(start: number, end: number): void {
    if (this.isEmpty(start, end)) return;
    this.isolate(start, end);
    this.stale = true;
    const gone = this.list.within(start, end);
    for (const vma of gone) zapPages(this, vma, vma.start, vma.end);
    for (const vma of gone) this.list.remove(vma);
    const floor = this.list.lastBelow(start)?.end ?? 0;
    const ceiling = this.list.firstAbove(end)?.start ?? 2 ** 47;
    this.tables.freeBetween(gone[0]!.start, gone.at(-1)!.end, floor, ceiling);
    for (const vma of gone) this.leave(vma);
  }

  /** Cuts mappings at both ends of a range. */
  private isolate(start: number, end: number): void {
    for (const at of [start, end]) {
      const vma = this.list.find(at);
      if (vma && vma.start < at) this.list.cut(vma, at);
    }
    splitAtEnds(this, start, end);
  }

  /**
   * Gives [start, end), which lies within `vma`, other flags, and the pages that are there the rights that these grant. The
   * mapping that it is part of afterwards; undefined when there are too many to cut one.
   */
  changeFlags(vma: Vma, start: number, end: number, flags: number): Vma | undefined {
    const before = vma.prot;
    if (flags !== vma.flags && (flags & VM_HUGETLB) === 0) splitAtEnds(this, start, end);
    const changed = this.list.change(vma, start, end, flags);
    if (!changed || changed.prot === before) return changed;
    this.stale = true;
    protectPages(this, changed, start, end);
    return changed;
  }

  /** Empties pages; the next touch fills them anew. */
  discard(start: number, end: number): void {
    this.stale = true;
    for (const vma of this.list.within(start, end))
      zapPages(this, vma, Math.max(start, vma.start), Math.min(end, vma.end));
  }

  /** Takes away all pages of a file from byte `first` to before `last`; false when none of its mappings is left here. */
  unmapFile(file: MappedFile, first: number, last = Number.POSITIVE_INFINITY): boolean {
    let found = false;
    for (const vma of this.vmas) {
      if (vma.file !== file) continue;
      found = true;
      const start = vma.start + Math.max(0, pageUp(first) - vma.offset);
      const end = Math.min(vma.end, vma.start + pageDown(last) - vma.offset);
      if (start < end) this.discard(start, end);
    }
    return found;
  }

  /** A space with the same contents: private pages become shared and read-only in both, until one side writes. */
  fork(root: number, user: Pick<MemoryUser, "capable"> = PRIVILEGED): AddressSpace | undefined {
    this.stale = true;
    const child = new AddressSpace(this.memory, this.frames, root, this.system, this.relatives);
    const { mmapBase, startBrk, brk, startCode, endCode, startData, endData, startStack } = this;
    Object.assign(child, { mmapBase, startBrk, brk, startCode, endCode, startData, endData, startStack });
    const { argStart, argEnd, envEnd, auxiliaryVector, barriers } = this;
    Object.assign(child, { argStart, argEnd, envEnd, auxiliaryVector, barriers });
    if (this.programFile) child.execute(this.programFile);
    for (const vma of this.vmas) {
      if ((vma.flags & VM_DONTCOPY) !== 0) continue;
      const isPromised = (vma.flags & VM_ACCOUNT) === 0 || mayPromise(this, vma.size, user);
      if (isPromised && child.inherit(vma) && copyPages(this, child, vma)) continue;
      child.release();
      return undefined;
    }
    child.notePeak();
    return child;
  }

  /** A parent's mapping, without its pages. Locks are not inherited. */
  private inherit(vma: Vma): Vma {
    const own = vma.part(vma.start, vma.end);
    own.flags &= ~VM_LOCKED_MASK;
    own.hasParents = own.anon !== undefined;
    if (own.shared) own.shared.users++;
    this.list.put(own);
    this.enterSource(own);
    return own;
  }

  /** Gives everything back. */
  release(): void {
    zapAll(this);
    const gone = this.list.all.splice(0);
    for (const vma of gone) this.leave(vma);
    if (this.programFile) this.programFile.executing--;
    this.programFile = undefined;
    this.tables.free();
    this.relatives.spaces.delete(this);
    this.system?.reclaim.spaces.delete(this);
  }

  /** Takes all private pages away from a process that will not run again. */
  reap(): void {
    this.isReaped = true;
    for (const vma of [...this.vmas]) if (!vma.isShared) this.discard(vma.start, vma.end);
  }

  /** A mapping that is no longer in the list. */
  private leave(vma: Vma): void {
    this.leaveShared(vma);
    const { file } = vma;
    file?.left?.(this, vma);
    if (file?.writeBack && this.cache && !this.vmas.some((other) => other.file === file))
      this.cache.of(file).leave(this);
  }

  private leaveShared({ shared }: Vma): void {
    if (!shared) return;
    if (!this.vmas.some((other) => other.shared === shared)) shared.spaces.delete(this);
    if (--shared.users === 0) shared.release(this);
  }
}
