/**
 * The bits of a page-table entry that follow from its mapping.
 * Models vm_get_page_prot and mk_pte (Linux arch/x86/mm/pgprot.c, include/linux/mm.h).
 */
import { PTE } from "../../machine/memory/page-table.js";
import { NO_EXECUTE, PTE_PROTNONE } from "./page-tables.js";
import type { Vma } from "./vma.js";
import { VM_ACCESS_FLAGS, VM_EXEC, VM_WRITE } from "./vma-flags.js";

/** Rights of an entry; whether the page can be written at once is for the caller to know. */
export function entryFlags({ flags }: Vma, writable: boolean): number {
  if ((flags & VM_ACCESS_FLAGS) === 0) return PTE_PROTNONE | NO_EXECUTE;
  return (
    PTE.P |
    PTE.US |
    (writable && (flags & VM_WRITE) !== 0 ? PTE.RW : 0) |
    ((flags & VM_EXEC) === 0 ? NO_EXECUTE : 0)
  );
}
