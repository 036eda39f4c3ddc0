/**
 * What the pages of a mapping are: how many are there, shared or not, clean or not, and how much of them is this process's if what
 * is shared is divided among those who have it.
 * Models smaps_account and smap_gather_stats (Linux fs/proc/task_mmu.c). Leaves out: pages that were joined because they are equal.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { HOLDS } from "./frames.js";
import { HugeTlbFile } from "./huge-tlb.js";
import { ENTRIES, HUGE_PAGE, PTE_SPECIAL } from "./page-tables.js";
import type { Vma } from "./vma.js";
import { VM_HUGETLB, VM_LOCKED } from "./vma-flags.js";

/** In bytes. Proportional ones count a page that n processes have as an n-th of it. */
export class PageUsage {
  resident = 0;
  sharedClean = 0;
  sharedDirty = 0;
  privateClean = 0;
  privateDirty = 0;
  referenced = 0;
  anonymous = 0;
  lazyFree = 0;
  anonymousHuge = 0;
  sharedHugeTlb = 0;
  privateHugeTlb = 0;
  swapped = 0;
  proportional = 0;
  proportionalDirty = 0;
  proportionalAnonymous = 0;
  proportionalFile = 0;
  proportionalShared = 0;
  proportionalSwapped = 0;
  proportionalLocked = 0;

  /** Counts all pages of a mapping. */
  gather(space: AddressSpace, vma: Vma): void {
    space.tables.forEachUsed(vma.start, vma.end, (address, at, level) => {
      const entry = space.tables.read(at);
      if (!entry) this.addSwapped(space, at);
      else if ((vma.flags & VM_HUGETLB) !== 0) this.addHugeTlb(vma, entry.frame);
      else if ((entry.flags & PTE_SPECIAL) === 0) this.addPages(space, vma, address, entry, level);
    });
  }

  private addPages(
    space: AddressSpace,
    vma: Vma,
    address: number,
    { frame, flags }: { frame: number; flags: number },
    level: 1 | 2,
  ): void {
    if (level === 2) this.anonymousHuge += HUGE_PAGE;
    for (let n = 0; n < (level === 2 ? ENTRIES : 1); n++)
      this.addPage(space, vma, address + n * PAGE_SIZE, frame + n, flags);
  }

  private addPage(space: AddressSpace, vma: Vma, address: number, frame: number, flags: number): void {
    const { frames } = space;
    const holds = frames.holds(frame);
    const isFile = holds === HOLDS.file || holds === HOLDS.shared;
    // The cache of files, the shared memory itself, or the swap cache is an owner that maps nothing.
    const isKept = isFile || space.system?.swap.entryOf(frame) !== undefined;
    const mappings = frames.owners(frame) - (isKept ? 1 : 0);
    const dirty = (flags & PTE.D) !== 0 || (isFile && isDirtyForOthers(space, vma, address));
    this.resident += PAGE_SIZE;
    if ((flags & PTE.A) !== 0) this.referenced += PAGE_SIZE;
    if (!isFile) this.anonymous += PAGE_SIZE;
    if (holds === HOLDS.lazyFree && !dirty) this.lazyFree += PAGE_SIZE;
    if (mappings > 1) dirty ? (this.sharedDirty += PAGE_SIZE) : (this.sharedClean += PAGE_SIZE);
    else dirty ? (this.privateDirty += PAGE_SIZE) : (this.privateClean += PAGE_SIZE);
    const part = partOf(mappings);
    this.proportional += part;
    if (dirty) this.proportionalDirty += part;
    if ((vma.flags & VM_LOCKED) !== 0) this.proportionalLocked += part;
    if (!isFile) this.proportionalAnonymous += part;
    else if (holds === HOLDS.shared) this.proportionalShared += part;
    else this.proportionalFile += part;
  }

  private addSwapped({ tables, system }: AddressSpace, at: number): void {
    const entry = tables.swapEntry(at);
    if (entry === undefined || !system) return;
    this.swapped += PAGE_SIZE;
    this.proportionalSwapped += partOf(system.swap.users(entry));
  }

  private addHugeTlb({ file, isShared }: Vma, frame: number): void {
    const users = file instanceof HugeTlbFile ? file.pool.usersOf(frame) : 1;
    if (users - (isShared ? 1 : 0) > 1) this.sharedHugeTlb += HUGE_PAGE;
    else this.privateHugeTlb += HUGE_PAGE;
  }
}

/** Whether somebody has stored into a page of a file, or of shared memory. */
function isDirtyForOthers({ cache }: AddressSpace, vma: Vma, address: number): boolean {
  const index = vma.offsetOf(address) / PAGE_SIZE;
  if (vma.shared) return vma.shared.dirty.has(index);
  return vma.file?.pages !== undefined && (cache?.of(vma.file).isDirty(index) ?? false);
}

/** A page's part of each of its users, in 4096ths of a byte as Linux reckons. */
function partOf(users: number): number {
  return users > 1 ? Math.floor((PAGE_SIZE * 4096) / users) / 4096 : PAGE_SIZE;
}
