/**
 * Address spaces that descend from one another by fork: only they can share a private page, and all have it at one address,
 * unless mremap has moved it in some of them.
 * Models what a root anon_vma ties together (Linux include/linux/rmap.h). A page's index is its address / 4096 when it came.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { type AddressSpace, TASK_SIZE } from "./address-space.js";
import { leadsTo, type Mapping, type MappingVisitor, type PageHolder } from "./page-holder.js";

export class Relatives implements PageHolder {
  readonly kind = "private";
  readonly spaces = new Set<AddressSpace>();

  visitMappings(index: number, frame: number, visitor: MappingVisitor): boolean {
    const address = index * PAGE_SIZE;
    for (const space of this.spaces) {
      const at = space.tables.find(address);
      if (leadsTo(space, at, frame) && visitor(space, at, address)) return true;
    }
    return false;
  }

  /** Every entry for the frame, wherever it is: for a page that some have moved. */
  search(frame: number): Mapping[] {
    const found: Mapping[] = [];
    for (const space of this.spaces)
      space.tables.forEach(0, TASK_SIZE, (address, at, level) => {
        if (level === 1 && leadsTo(space, at, frame)) found.push({ space, address, at });
      });
    return found;
  }
}
