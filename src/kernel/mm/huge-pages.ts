/**
 * Huge pages without asking for them page by page: where a program has said that it wants them (MADV_HUGEPAGE), or everywhere, one
 * entry of a page directory leads to 2 MiB in a row. Whatever concerns only a part of such a page splits it first.
 * Models do_huge_pmd_anonymous_page, do_huge_pmd_wp_page, __split_huge_pmd, copy_huge_pmd and zap_huge_pmd (Linux mm/huge_memory.c).
 * Leaves out: khugepaged, which joins pages in the background, and pages of other sizes.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { prepareAnon, READ_ONCE, WRITTEN } from "./anonymous-fault.js";
import { entryFlags } from "./entry-flags.js";
import { HOLDS } from "./frames.js";
import { ENTRIES, HUGE_ORDER, HUGE_PAGE, PTE_SPECIAL } from "./page-tables.js";
import type { Vma } from "./vma.js";
import { VM_HUGEPAGE, VM_NOHUGEPAGE } from "./vma-flags.js";

interface Entry {
  readonly frame: number;
  readonly flags: number;
}

/** The first address of the huge page around `address`. */
export function hugeBase(address: number): number {
  return address - (address % HUGE_PAGE);
}

/** Whether the huge page around `address` lies wholly in `vma` and may be one. Source: thp_vma_allowable_order. */
export function allowsHuge({ system }: AddressSpace, vma: Vma, address: number): boolean {
  const base = hugeBase(address);
  if (!vma.isAnonymous || base < vma.start || base + HUGE_PAGE > vma.end) return false;
  return system !== undefined && isEligible(system.hugePages.value, vma);
}

/** Whether any huge page could lie in `vma`. */
export function couldBeHuge(space: AddressSpace, vma: Vma): boolean {
  return allowsHuge(space, vma, Math.ceil(vma.start / HUGE_PAGE) * HUGE_PAGE);
}

function isEligible(mode: "always" | "madvise" | "never", { flags }: Vma): boolean {
  if ((flags & VM_NOHUGEPAGE) !== 0 || mode === "never") return false;
  return mode === "always" || (flags & VM_HUGEPAGE) !== 0;
}

/** Whether `vma` may have huge pages when its program asks for them one by one (MADV_COLLAPSE). */
export function allowsHugeWhenAsked(vma: Vma): boolean {
  const fits = Math.ceil(vma.start / HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE <= vma.end;
  return fits && vma.isAnonymous && (vma.flags & VM_NOHUGEPAGE) === 0;
}

/** The first touch of an area where nothing is yet: false when it must be filled with small pages. */
export function fillHuge(space: AddressSpace, vma: Vma, address: number, write: boolean): boolean {
  const { tables, frames } = space;
  const base = hugeBase(address);
  const at = tables.directoryEntry(base);
  if (at === 0 || !addSpareTable(space)) return false;
  prepareAnon(space, vma);
  const isZero = !write && frames.sharesZeros;
  const frame = isZero ? space.system?.hugePages.shareZeros() : frames.allocateBlock(HUGE_ORDER);
  if (frame === undefined) {
    dropSpareTable(space);
    return false;
  }
  if (isZero) tables.write(at, frame, entryFlags(vma, false) | PTE.PS | READ_ONCE | PTE_SPECIAL);
  else enterFilled(space, vma, at, frame);
  return true;
}

function enterFilled(space: AddressSpace, vma: Vma, at: number, frame: number): void {
  const { tables, frames, resident } = space;
  for (let n = 0; n < ENTRIES; n++) frames.setHolds(frame + n, HOLDS.anonymous);
  tables.write(at, frame, entryFlags(vma, true) | PTE.PS | WRITTEN);
  resident.add(HOLDS.anonymous, ENTRIES);
  count(space, 1);
}

/** Puts a huge page in place of a table of small ones, of which all are gone; the table is kept for a split. */
export function enterHuge(space: AddressSpace, vma: Vma, base: number, frame: number): void {
  const at = space.tables.directoryEntry(base);
  space.spareTables.push(space.memory.read32(at) >>> 12);
  prepareAnon(space, vma);
  enterFilled(space, vma, at, frame);
}

/** A write to a huge page that is read-only: false when it was split, and the small page is to be looked at. */
export function writeHuge(space: AddressSpace, vma: Vma, address: number, at: number): boolean {
  const { tables, frames } = space;
  const entry = tables.read(at)!;
  space.stale = true;
  if ((entry.flags & PTE_SPECIAL) !== 0) {
    zapHuge(space, at, entry);
    return fillHuge(space, vma, address, true);
  }
  if (frames.isOwnedAlone(entry.frame, HUGE_ORDER)) {
    tables.write(at, entry.frame, entryFlags(vma, true) | PTE.PS | WRITTEN);
    return true;
  }
  splitHuge(space, at, hugeBase(address));
  return false;
}

/** Small pages, which are the same memory, in place of a huge one. */
export function splitHuge(space: AddressSpace, at: number, address: number): void {
  const { tables, frames } = space;
  const { frame, flags } = tables.read(at)!;
  const table = space.spareTables.pop()!;
  const isZero = (flags & PTE_SPECIAL) !== 0;
  for (let n = 0; n < ENTRIES; n++) {
    if (isZero) frames.share(frames.zeroFrame);
    tables.write(table * PAGE_SIZE + n * 8, isZero ? frames.zeroFrame : frame + n, flags & ~PTE.PS);
  }
  if (isZero) space.system?.hugePages.releaseZeros();
  else {
    admitPages(space, frame, address);
    count(space, -1);
  }
  tables.enterTable(at, table);
  space.stale = true;
}

/** Small pages can leave memory; another process may have split the same page before. */
function admitPages(space: AddressSpace, frame: number, address: number): void {
  const residents = space.system?.reclaim.residents;
  for (let n = 0; n < ENTRIES; n++)
    if (!residents?.holder(frame + n)) space.holdsPrivate(frame + n, address + n * PAGE_SIZE);
}

/** Huge pages of which a range covers a part only are split. */
export function splitAtEnds(space: AddressSpace, start: number, end: number): void {
  if (space.spareTables.length === 0) return;
  for (const address of [start, end]) {
    const at = address % HUGE_PAGE === 0 ? 0 : space.tables.findHuge(address);
    if (at !== 0) splitHuge(space, at, hugeBase(address));
  }
}

/** Takes a huge page out of the tables. */
export function zapHuge(space: AddressSpace, at: number, { frame, flags }: Entry): void {
  const { tables, frames, resident } = space;
  tables.clear(at);
  dropSpareTable(space);
  if ((flags & PTE_SPECIAL) !== 0) {
    space.system?.hugePages.releaseZeros();
    return;
  }
  count(space, -1);
  resident.add(frames.holds(frame), -ENTRIES);
  frames.releaseBlock(frame, HUGE_ORDER);
}

/** The child gets a huge page of its parent's; both have it read-only. False when there is no frame for tables. */
export function copyHuge(parent: AddressSpace, child: AddressSpace, address: number, at: number): boolean {
  const { tables, frames } = parent;
  const entry = tables.read(at)!;
  const to = child.tables.directoryEntry(address);
  if (to === 0 || !addSpareTable(child)) return false;
  const flags = entry.flags & ~PTE.RW;
  tables.write(at, entry.frame, flags);
  child.tables.write(to, entry.frame, flags & ~PTE.A);
  if ((flags & PTE_SPECIAL) !== 0) {
    child.system?.hugePages.shareZeros();
    return true;
  }
  for (let n = 0; n < ENTRIES; n++) frames.share(entry.frame + n);
  child.resident.add(frames.holds(entry.frame), ENTRIES);
  count(child, 1);
  return true;
}

/** One entry more, or less, that leads to a huge page: AnonHugePages. */
function count({ system }: AddressSpace, change: 1 | -1): void {
  if (system) system.hugePages.inUse += change;
}

function addSpareTable(space: AddressSpace): boolean {
  const table = space.frames.allocate();
  if (table === undefined) return false;
  space.spareTables.push(table);
  space.tables.count[1]!++;
  return true;
}

function dropSpareTable(space: AddressSpace): void {
  space.frames.release(space.spareTables.pop()!);
  space.tables.count[1]!--;
}
