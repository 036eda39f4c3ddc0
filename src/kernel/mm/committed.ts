/** What address spaces have been promised, in pages: mappings that count (VM_ACCOUNT), and memory that they share. */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import type { SharedPages } from "./shared-pages.js";
import { VM_ACCOUNT } from "./vma-flags.js";

export function committedBy(spaces: Iterable<AddressSpace>): number {
  let bytes = 0;
  const shared = new Set<SharedPages>();
  for (const { vmas } of spaces) {
    for (const vma of vmas) {
      if ((vma.flags & VM_ACCOUNT) !== 0) bytes += vma.size;
      if (vma.shared) shared.add(vma.shared);
    }
  }
  return [...shared].reduce((pages, { promised }) => pages + promised, bytes / PAGE_SIZE);
}
