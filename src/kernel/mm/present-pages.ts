/** Which pages are there, as the page tables tell. */
import { PTE } from "../../machine/memory/page-table.js";
import type { AddressSpace } from "./address-space.js";

/** Whether ring 3 could read, or write, the page at once. */
export function hasPage({ tables }: AddressSpace, page: number, write: boolean): boolean {
  const wanted = PTE.P | (write ? PTE.RW : 0);
  const flags = entryFlagsAt(tables, page);
  return (flags & wanted) === wanted;
}

/** Whether the page is there, reachable or not. */
export function isPresent({ tables }: AddressSpace, page: number): boolean {
  return entryFlagsAt(tables, page) !== 0;
}

function entryFlagsAt(tables: AddressSpace["tables"], page: number): number {
  const huge = tables.findHuge(page);
  const at = huge || tables.find(page);
  return at === 0 ? 0 : (tables.read(at)?.flags ?? 0);
}
