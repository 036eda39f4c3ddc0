/**
 * Page-table entries after the rights of their mapping have changed: what is there stays there.
 * Models change_protection (Linux mm/mprotect.c).
 */
import { PTE } from "../../machine/memory/page-table.js";
import type { AddressSpace } from "./address-space.js";
import { entryFlags } from "./entry-flags.js";
import { HOLDS } from "./frames.js";
import { splitAtEnds } from "./huge-pages.js";
import { isHugeTlb, mayWriteHugeTlb } from "./huge-tlb.js";
import { HUGE_ORDER, PTE_SOFT_DIRTY, PTE_SPECIAL } from "./page-tables.js";
import type { Vma } from "./vma.js";

/** What an entry keeps whatever its rights become. */
const KEPT = PTE.A | PTE.D | PTE.PS | PTE_SPECIAL | PTE_SOFT_DIRTY;

/** Brings the entries of [start, end), which lies within `vma`, in line with its rights. */
export function protectPages(space: AddressSpace, vma: Vma, start: number, end: number): void {
  const { tables } = space;
  if (!isHugeTlb(vma)) splitAtEnds(space, start, end);
  tables.forEach(start, end, (_address, at, level) => {
    const entry = tables.read(at);
    if (!entry) return;
    const writable = mayStayWritable(space, vma, entry, level);
    tables.write(at, entry.frame, (entry.flags & KEPT) | entryFlags(vma, writable));
  });
}

/** Whether a page may be written without asking again: nobody else must see that. */
function mayStayWritable(
  { frames }: AddressSpace,
  vma: Vma,
  { frame, flags }: { frame: number; flags: number },
  level: 1 | 2,
): boolean {
  if (isHugeTlb(vma)) return mayWriteHugeTlb(vma, frame);
  if (vma.isShared) return vma.shared !== undefined || (flags & PTE.RW) !== 0;
  if ((flags & PTE_SPECIAL) !== 0 || frames.holds(frame) !== HOLDS.anonymous) return false;
  return frames.owners(frame) === 1 && (level === 1 || frames.isOwnedAlone(frame, HUGE_ORDER));
}
