/**
 * Whom a page belongs to, and so which page-table entries can lead to it: the way back from a frame to the programs that use it.
 * Models the reverse map (Linux mm/rmap.c, struct address_space, struct anon_vma): holders know the address spaces, and each
 * space says where it has the page; nothing is kept per entry.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import type { SharedPages } from "./shared-pages.js";
import type { MappedFile } from "./vma.js";

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

/** Told of an entry; true ends the visit. */
export type MappingVisitor = (space: AddressSpace, at: number, address: number) => boolean;

export interface PageHolder {
  readonly kind: PageKind;
  /** Visits the entries that lead to page `index` of the holder; true when the visitor has ended that. */
  visitMappings(index: number, frame: number, visitor: MappingVisitor): boolean;
}

/** With P = 0 a page that is there and may not be touched (PROT_NONE). */
const IS_THERE = PTE.P | PTE.G;

/** Whether the entry at `at` leads to the frame. */
export function leadsTo({ memory }: AddressSpace, at: number, frame: number): boolean {
  if (at === 0) return false;
  const low = memory.read32(at);
  return (low & IS_THERE) !== 0 && low >>> 12 === frame;
}

/** Visits the entries for page `index` of what these spaces map as `source`: a file, or memory that they share. */
export function visitThrough(
  spaces: ReadonlySet<AddressSpace>,
  source: MappedFile | SharedPages,
  index: number,
  frame: number,
  visitor: MappingVisitor,
): boolean {
  for (const space of spaces) {
    for (const vma of space.vmas) {
      if (vma.file !== source && vma.shared !== source) continue;
      const address = vma.start + index * PAGE_SIZE - vma.offset;
      if (address < vma.start || address >= vma.end) continue;
      const at = space.tables.find(address);
      if (leadsTo(space, at, frame) && visitor(space, at, address)) return true;
    }
  }
  return false;
}
