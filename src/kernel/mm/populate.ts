/**
 * Pages that are wanted before they are touched: MAP_POPULATE, locking, MADV_POPULATE_READ and _WRITE.
 * Models populate_vma_page_range and faultin_page_range (Linux mm/gup.c).
 */
import { PF_ERROR } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { type FaultOutcome, handlePageFault, isDone } from "./page-fault.js";
import { hasPage } from "./present-pages.js";
import { VM_ACCESS_FLAGS, VM_IO, VM_LOCKONFAULT, VM_PFNMAP, VM_SHARED, VM_WRITE } from "./vma-flags.js";

/** Fetches all pages of [start, end) that can be had. */
export function populate(space: AddressSpace, start: number, end: number, user: MemoryUser): void {
  for (const vma of space.list.within(start, end)) {
    if ((vma.flags & (VM_IO | VM_PFNMAP | VM_LOCKONFAULT)) !== 0 || (vma.flags & VM_ACCESS_FLAGS) === 0)
      continue;
    // What is private and writable is written: copies now cost less than faults later.
    const write = (vma.flags & (VM_WRITE | VM_SHARED)) === VM_WRITE;
    if (fetch(space, Math.max(start, vma.start), Math.min(end, vma.end), write, user)) return;
  }
}

/** Fetches pages for reading or writing; what the first one met that could not be had. */
export function fetch(
  space: AddressSpace,
  start: number,
  end: number,
  write: boolean,
  user: MemoryUser,
): FaultOutcome | undefined {
  for (let page = start; page < end; page += PAGE_SIZE) {
    for (let tries = 0; tries < 3 && !hasPage(space, page, write); tries++) {
      const outcome = handlePageFault(space, page, PF_ERROR.U | (write ? PF_ERROR.W : 0), user);
      if (!isDone(outcome)) return outcome;
    }
  }
  return undefined;
}
