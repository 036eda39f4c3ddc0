/**
 * Huge pages do not leave memory as a whole: when nothing else can go, one is split, and its small pages may.
 * Models split_huge_page in shrink_folio_list (Linux mm/vmscan.c), which splits only what cannot be swapped out in one piece.
 */
import type { AddressSpace } from "../address-space.js";
import { splitHuge } from "../huge-pages.js";
import { PTE_SPECIAL } from "../page-tables.js";
import { TASK_SIZE } from "../user-addresses.js";
import { VM_HUGETLB, VM_LOCKED } from "../vma-flags.js";

/** False when there is none that may be split. */
export function splitAnyHugePage(spaces: Iterable<AddressSpace>): boolean {
  for (const space of spaces) {
    const found = space.spareTables.length > 0 ? findHugePage(space) : undefined;
    if (!found) continue;
    splitHuge(space, found.at, found.address);
    return true;
  }
  return false;
}

function findHugePage(space: AddressSpace): { at: number; address: number } | undefined {
  let found: { at: number; address: number } | undefined;
  space.tables.forEach(0, TASK_SIZE, (address, at, level) => {
    if (found || level !== 2 || ((space.tables.read(at)?.flags ?? 0) & PTE_SPECIAL) !== 0) return;
    if (((space.find(address)?.flags ?? VM_LOCKED) & (VM_LOCKED | VM_HUGETLB)) === 0) found = { at, address };
  });
  return found;
}
