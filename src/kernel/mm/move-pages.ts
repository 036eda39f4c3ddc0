/**
 * Page-table entries at another address. Where both places allow it, a huge page moves as one.
 * Models move_page_tables (Linux mm/mremap.c). Leaves out: moving whole tables.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { splitAtEnds, splitHuge } from "./huge-pages.js";
import { HUGE_PAGE, PTE_SOFT_DIRTY } from "./page-tables.js";

/** Moves the pages of [start, end) to `target`, where nothing is. False, and everything back, when there is no frame for a table. */
export function movePages(space: AddressSpace, start: number, end: number, target: number): boolean {
  const distance = target - start;
  if (moveEntries(space, start, end, distance)) return true;
  moveEntries(space, target, target + (end - start), -distance);
  return false;
}

function moveEntries(space: AddressSpace, start: number, end: number, distance: number): boolean {
  const { tables } = space;
  space.stale = true;
  splitAtEnds(space, start, end);
  if (distance % HUGE_PAGE !== 0) splitAll(space, start, end);
  const entries: { address: number; at: number; level: 1 | 2 }[] = [];
  tables.forEachUsed(start, end, (address, at, level) => entries.push({ address, at, level }));
  for (const { address, at, level } of entries) {
    const to = tables.findOrMake(address + distance, level);
    if (to === 0) return false;
    space.memory.write64(to, space.memory.read64(at));
    const entry = tables.read(to);
    if (entry) {
      tables.write(to, entry.frame, entry.flags | PTE_SOFT_DIRTY);
      space.system?.reclaim.residents.moved(entry.frame, (address + distance) / PAGE_SIZE);
    }
    tables.clear(at);
  }
  return true;
}

function splitAll(space: AddressSpace, start: number, end: number): void {
  if (space.spareTables.length === 0) return;
  const huge: { at: number; address: number }[] = [];
  space.tables.forEach(start, end, (address, at, level) => {
    if (level === 2) huge.push({ at, address });
  });
  for (const { at, address } of huge) splitHuge(space, at, address);
}
