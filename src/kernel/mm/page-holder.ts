/**
 * Whom a page belongs to, and so which page-table entries can lead to it: the way back from a frame to the programs that use it.
 * Models the reverse map (Linux mm/rmap.c, struct address_space, struct anon_vma): holders know the address spaces, and each
 * space says where it has the page; nothing is kept per entry.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import type { Vma } from "./vma.js";

/** A page-table entry that leads to a frame. */
export interface Mapping {
  readonly space: AddressSpace;
  /** Of the page. */
  readonly address: number;
  /** Physical address of the entry. */
  readonly at: number;
}

/** Private pages of a program; pages of a file; pages that processes share without one. */
export type PageKind = "private" | "file" | "shared";

export interface PageHolder {
  readonly kind: PageKind;
  /** Where page `index` of the holder is entered. */
  mappings(index: number, frame: number): Mapping[];
}

/** With P = 0 a page that is there and may not be touched (PROT_NONE). */
const IS_THERE = PTE.P | PTE.G;

/** Whether the entry at `at` leads to the frame. */
export function leadsTo({ memory }: AddressSpace, at: number, frame: number): boolean {
  if (at === 0) return false;
  const low = memory.read32(at);
  return (low & IS_THERE) !== 0 && low >>> 12 === frame;
}

/** The entries for page `index` of a thing that the given spaces map; `isOf` tells its mappings from others. */
export function mappingsThrough(
  spaces: Iterable<AddressSpace>,
  isOf: (vma: Vma) => boolean,
  index: number,
  frame: number,
): Mapping[] {
  const found: Mapping[] = [];
  for (const space of spaces) {
    for (const vma of space.vmas) {
      if (!isOf(vma)) continue;
      const address = vma.start + index * PAGE_SIZE - vma.offset;
      if (address < vma.start || address >= vma.end) continue;
      const at = space.tables.find(address);
      if (leadsTo(space, at, frame)) found.push({ space, address, at });
    }
  }
  return found;
}
