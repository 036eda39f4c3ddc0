/**
 * What the kernel does when the CPU cannot translate an address: fill the page, copy it, grow the stack,
 * or find that the program is wrong.
 * Models Linux's do_user_addr_fault, handle_mm_fault, do_anonymous_page, do_wp_page (arch/x86/mm/fault.c, mm/memory.c).
 * Leaves out: the page cache (each private file page is its own copy), swap, huge pages.
 */
import { PF_ERROR, PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { type AddressSpace, pageDown, STACK_LIMIT } from "./address-space.js";
import { NO_EXECUTE } from "./page-tables.js";
import type { Vma } from "./vma.js";

/** How a fault ended: what was done, or why it cannot be helped. */
export type FaultOutcome =
  | { kind: "filled" | "copied" | "reused" }
  | { kind: "no-mapping" | "no-right" | "bus-error"; reason: string }
  | { kind: "no-memory" };

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;

/** Handles a fault of ring 3, or of the kernel on behalf of it, at `address` with the CPU's error code. */
export function handlePageFault(space: AddressSpace, address: number, error: number): FaultOutcome {
  const vma = space.find(address) ?? growStack(space, address);
  if (!vma) return { kind: "no-mapping", reason: `nothing is mapped at 0x${address.toString(16)}` };
  const write = (error & PF_ERROR.W) !== 0;
  const needed = (error & PF_ERROR.I) !== 0 ? PROT_EXEC : write ? PROT_WRITE : PROT_READ | PROT_EXEC;
  const granted = (vma.prot & PROT_WRITE) !== 0 ? vma.prot | PROT_READ : vma.prot;
  if ((granted & needed) === 0) return { kind: "no-right", reason: noRight(vma, error) };
  const page = pageDown(address);
  const at = space.tables.find(page);
  const present = at === 0 ? undefined : space.tables.read(at);
  if (!present) return fill(space, vma, page);
  if (write && (present.flags & PTE.RW) === 0) return breakSharing(space, vma, at, present.frame);
  // Another access has already made the entry right: only the TLB was old.
  space.stale = true;
  return { kind: "reused" };
}

function noRight(vma: Vma, error: number): string {
  const verb = (error & PF_ERROR.I) !== 0 ? "execute" : (error & PF_ERROR.W) !== 0 ? "write" : "read";
  return `the mapping ${vma.name || "(anonymous)"} may not be ${verb === "write" ? "written" : verb === "read" ? "read" : "executed"}`;
}

/** The stack grows when the address is above its limit and nothing else is in the way. */
function growStack(space: AddressSpace, address: number): Vma | undefined {
  const above = space.findFirstAbove(address);
  if (!above?.growsDown || above.end - address > STACK_LIMIT) return undefined;
  above.start = pageDown(address);
  return above;
}

/** Rights of a page-table entry for a mapping. */
export function entryFlags(vma: Vma, writable: boolean): number {
  return (
    PTE.P |
    PTE.US |
    (writable && (vma.prot & PROT_WRITE) !== 0 ? PTE.RW : 0) |
    ((vma.prot & PROT_EXEC) === 0 ? NO_EXECUTE : 0)
  );
}

function fill(space: AddressSpace, vma: Vma, page: number): FaultOutcome {
  const { frames, memory, tables } = space;
  const index = Math.floor((page - vma.start + vma.offset) / PAGE_SIZE);
  const known = vma.shared?.frames.get(index);
  if (vma.file && vma.offset + (page - vma.start) >= vma.file.size)
    return { kind: "bus-error", reason: `the file ${vma.name} ends before this page` };
  const frame = known ?? frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  if (known === undefined && vma.file) {
    const from = page - vma.start;
    const length = Math.min(PAGE_SIZE, Math.max(0, vma.fileBytes - from));
    if (length > 0) memory.writeBytes(frame * PAGE_SIZE, vma.file.readAt(vma.offset + from, length));
  }
  if (vma.shared) {
    if (known === undefined) vma.shared.frames.set(index, frame);
    frames.share(frame);
  }
  if (tables.map(page, frame, entryFlags(vma, true))) return { kind: "filled" };
  frames.release(frame);
  return { kind: "no-memory" };
}

/** A write to a page that is read-only although its mapping is not: copy-on-write. The last owner keeps the page. */
function breakSharing(space: AddressSpace, vma: Vma, at: number, frame: number): FaultOutcome {
  const { frames, memory, tables } = space;
  space.stale = true;
  if (vma.shared || frames.owners(frame) === 1) {
    tables.write(at, frame, entryFlags(vma, true) | PTE.A | PTE.D);
    return { kind: "reused" };
  }
  const copy = frames.allocate();
  if (copy === undefined) return { kind: "no-memory" };
  memory.writeBytes(copy * PAGE_SIZE, memory.readBytes(frame * PAGE_SIZE, PAGE_SIZE));
  tables.write(at, copy, entryFlags(vma, true) | PTE.A | PTE.D);
  frames.release(frame);
  return { kind: "copied" };
}
