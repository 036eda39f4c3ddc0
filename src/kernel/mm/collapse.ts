/**
 * Small pages become a huge one because the program says so (MADV_COLLAPSE): what is there is copied, the rest is zeros.
 * Models madvise_collapse and collapse_huge_page (Linux 6.18, mm/khugepaged.c). Leaves out: files, and doing it in the background.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import type { AddressSpace } from "./address-space.js";
import { allowsHugeWhenAsked, enterHuge } from "./huge-pages.js";
import { HUGE_ORDER, HUGE_PAGE } from "./page-tables.js";
import type { Vma } from "./vma.js";
import { zapPages } from "./zap.js";

/** Collapses all whole huge pages of [start, end), which lies in `vma`; 0 or an errno. */
export function collapse(space: AddressSpace, vma: Vma, start: number, end: number): number {
  if (!allowsHugeWhenAsked(vma)) return E.EINVAL;
  const first = Math.ceil(start / HUGE_PAGE) * HUGE_PAGE;
  let result = 0;
  for (let base = first; base + HUGE_PAGE <= end; base += HUGE_PAGE) {
    const failure = collapseOne(space, vma, base);
    if (failure < 0) result = failure;
  }
  return result;
}

function collapseOne(space: AddressSpace, vma: Vma, base: number): number {
  const { tables, frames, memory } = space;
  if (tables.findHuge(base) !== 0) return 0;
  // Where nothing was ever written there is nothing to be put together.
  if (tables.find(base) === 0 || !vma.anon) return E.EINVAL;
  let swapped = false;
  tables.forEachUsed(base, base + HUGE_PAGE, (_address, at) => {
    swapped ||= tables.read(at) === undefined;
  });
  if (swapped) return E.EAGAIN;
  const huge = frames.allocateBlock(HUGE_ORDER);
  if (huge === undefined) return E.ENOMEM;
  tables.forEach(base, base + HUGE_PAGE, (address, at) => {
    const { frame } = tables.read(at)!;
    const to = huge * PAGE_SIZE + (address - base);
    memory.writeBytes(to, memory.bytes.subarray(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE));
  });
  zapPages(space, vma, base, base + HUGE_PAGE);
  space.stale = true;
  enterHuge(space, vma, base, huge);
  return 0;
}
