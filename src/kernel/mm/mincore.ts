/**
 * Which pages are in memory. Models do_mincore (Linux 6.18, mm/mincore.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { isPresent } from "./present-pages.js";
import type { Vma } from "./vma.js";

/** One byte a page of [start, end), its lowest bit set for a page in memory; undefined when something is not mapped. */
export function mincore(
  space: AddressSpace,
  start: number,
  end: number,
  mayLook: (vma: Vma) => boolean,
): Uint8Array | undefined {
  const result = new Uint8Array((end - start) / PAGE_SIZE);
  for (let page = start; page < end; page += PAGE_SIZE) {
    const vma = space.find(page);
    if (!vma) return undefined;
    result[(page - start) / PAGE_SIZE] = isInMemory(space, vma, page, mayLook) ? 1 : 0;
  }
  return result;
}

/** Of files that are not the caller's all pages seem to be there: who reads what is no business of others. */
function isInMemory(space: AddressSpace, vma: Vma, page: number, mayLook: (vma: Vma) => boolean): boolean {
  if (vma.file && !mayLook(vma)) return true;
  if (isPresent(space, page)) return true;
  const index = vma.offsetOf(page) / PAGE_SIZE;
  if (vma.shared) return vma.shared.present(index) !== undefined;
  return vma.file !== undefined && (space.cache?.of(vma.file).isInMemory(index) ?? false);
}
