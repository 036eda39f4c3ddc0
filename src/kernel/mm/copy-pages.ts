/**
 * What a child finds of its parent's pages: those that may hold more than their file does. Both have them read-only until one
 * writes. The rest the child fetches itself when it touches it.
 * Models copy_page_range (Linux mm/memory.c), a table at a time.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { copyHuge } from "./huge-pages.js";
import { copyHugeTlb, isHugeTlb } from "./huge-tlb.js";
import { ENTRIES, PTE_PROTNONE, PTE_SPECIAL } from "./page-tables.js";
import { sharedSwapEntry } from "./swap/swap-entry.js";
import type { Vma } from "./vma.js";
import { isCopyOnWrite, VM_PFNMAP, VM_WIPEONFORK } from "./vma-flags.js";

/** Enters the pages of the parent's mapping `vma` in the child. False when there is no frame for a table. */
export function copyPages(parent: AddressSpace, child: AddressSpace, vma: Vma): boolean {
  const isWanted = vma.anon !== undefined || (vma.flags & VM_PFNMAP) !== 0;
  if (!isWanted || (vma.flags & VM_WIPEONFORK) !== 0) return true;
  if (isHugeTlb(vma)) return copyHugeTlb(parent, child, vma);
  if (parent.spareTables.length > 0 && !copyHugePages(parent, child, vma)) return false;
  const { memory, frames } = parent;
  const { words } = memory;
  // The child has not touched anything yet.
  const kept = ~(PTE.A | (isCopyOnWrite(vma.flags) ? PTE.RW : 0));
  const keptByParent = isCopyOnWrite(vma.flags) ? ~PTE.RW : ~0;
  let complete = true;
  parent.tables.forEachTable(vma.start, vma.end, (from, base) => {
    const to = complete ? child.tables.findOrMake(Math.max(base, vma.start)) & ~0xfff : 0;
    if (to === 0) {
      complete = false;
      return;
    }
    memory.changing(from, PAGE_SIZE);
    memory.changing(to, PAGE_SIZE);
    const first = Math.max(0, (vma.start - base) / PAGE_SIZE);
    const last = Math.min(ENTRIES, (vma.end - base) / PAGE_SIZE);
    for (let n = first; n < last; n++) {
      const at = from / 4 + 2 * n;
      const low = words[at]!;
      if ((low & (PTE.P | PTE_PROTNONE)) === 0) {
        copySwapEntry(parent, child, from + n * 8, to + n * 8);
        continue;
      }
      words[at] = low & keptByParent;
      words[to / 4 + 2 * n] = low & kept;
      words[to / 4 + 2 * n + 1] = words[at + 1]!;
      frames.share(low >>> 12);
      if ((low & PTE_SPECIAL) === 0) child.resident.add(frames.holds(low >>> 12));
    }
  });
  return complete;
}

/** Both entries name the slot of a swap area now. */
function copySwapEntry(
  { memory, tables, system }: AddressSpace,
  child: AddressSpace,
  from: number,
  to: number,
): void {
  const entry = tables.swapEntry(from);
  if (entry === undefined) return;
  system?.swap.share(entry);
  child.resident.swapped++;
  memory.write32(from, sharedSwapEntry(memory.read32(from)));
  memory.write64(to, memory.read64(from));
}

function copyHugePages(parent: AddressSpace, child: AddressSpace, vma: Vma): boolean {
  let complete = true;
  parent.tables.forEach(vma.start, vma.end, (address, at, level) => {
    if (level === 2) complete &&= copyHuge(parent, child, address, at);
  });
  return complete;
}
