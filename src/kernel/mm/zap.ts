/**
 * Taking pages out of the page tables: what nobody else owns is free afterwards.
 * Models unmap_vmas, zap_pte_range and exit_mmap (Linux mm/memory.c, mm/mmap.c).
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { splitAtEnds, zapHuge } from "./huge-pages.js";
import { isHugeTlb, zapHugeTlb } from "./huge-tlb.js";
import { PTE_PROTNONE, PTE_SPECIAL } from "./page-tables.js";
import type { Vma } from "./vma.js";

/** Behind the last address that page tables have entries for in the user's half. */
const USER_END = 2 ** 47;

/** Empties the entries of [start, end), which lies within `vma`. */
export function zapPages(space: AddressSpace, vma: Vma, start: number, end: number): void {
  const { tables, frames, resident } = space;
  if (isHugeTlb(vma)) {
    zapHugeTlb(space, vma, start, end);
    return;
  }
  splitAtEnds(space, start, end);
  tables.forEachUsed(start, end, (_address, at, level) => {
    const entry = tables.read(at);
    if (!entry) {
      zapSwapped(space, at);
      return;
    }
    if (level === 2) {
      zapHuge(space, at, entry);
      return;
    }
    if ((entry.flags & PTE_SPECIAL) === 0) resident.add(frames.holds(entry.frame), -1);
    frames.release(entry.frame);
    tables.clear(at);
  });
}

/** The page is in a swap area: its slot has one user less. */
export function zapSwapped({ tables, resident, system }: AddressSpace, at: number): void {
  const entry = tables.swapEntry(at);
  tables.clear(at);
  if (entry === undefined) return;
  system?.reclaim.releaseSlot(entry);
  resident.swapped--;
}

/** Gives up all pages at once; the tables, and the counts of what they hold, are not brought up to date. */
export function zapAll(space: AddressSpace): void {
  const { memory, frames, tables } = space;
  for (const vma of space.vmas) if (isHugeTlb(vma)) zapHugeTlb(space, vma, vma.start, vma.end);
  if (space.spareTables.length > 0)
    tables.forEach(0, USER_END, (_address, at, level) => {
      if (level === 2) zapHuge(space, at, tables.read(at)!);
    });
  const { words } = memory;
  tables.forEachTable(0, USER_END, (table) => {
    for (let n = table / 4; n < (table + PAGE_SIZE) / 4; n += 2) {
      if ((words[n]! & (PTE.P | PTE_PROTNONE)) !== 0) frames.release(words[n]! >>> 12);
      else if ((words[n]! | words[n + 1]!) !== 0) zapSwapped(space, n * 4);
    }
  });
}
