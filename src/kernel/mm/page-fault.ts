/**
 * What the kernel does when the CPU cannot translate an address: fill the page, copy it, grow the stack,
 * or find that the program is wrong.
 * Models Linux's do_user_addr_fault, handle_mm_fault, do_anonymous_page, do_wp_page (arch/x86/mm/fault.c, mm/memory.c).
 * Leaves out: mapping pages around the one that was touched, swap, huge pages.
 */
import { PF_ERROR, PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { type AddressSpace, pageDown, STACK_LIMIT } from "./address-space.js";
import type { FilePages } from "./file-pages.js";
import { NO_EXECUTE } from "./page-tables.js";
import type { SharedPages, Vma } from "./vma.js";

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
  if (!present) return fill(space, vma, page, write);
  if (write && (present.flags & PTE.RW) === 0) return breakSharing(space, vma, page, at, present.frame);
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

/** The first touch of a page. */
function fill(space: AddressSpace, vma: Vma, page: number, write: boolean): FaultOutcome {
  const { file } = vma;
  if (file && vma.offset + (page - vma.start) >= file.size)
    return { kind: "bus-error", reason: `the file ${vma.name} ends before this page` };
  if (vma.shared) return fillShared(space, vma, vma.shared, page);
  if (file?.writeBack && space.cache) return fillFromCache(space, vma, space.cache.of(file), page, write);
  const frame = space.frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  if (file)
    space.memory.writeBytes(frame * PAGE_SIZE, file.readAt(vma.offset + (page - vma.start), PAGE_SIZE));
  return enter(space, page, frame, entryFlags(vma, true));
}

function enter(space: AddressSpace, page: number, frame: number, flags: number): FaultOutcome {
  if (space.tables.map(page, frame, flags)) return { kind: "filled" };
  space.frames.release(frame);
  return { kind: "no-memory" };
}

/** A page that a parent and its children share, or several mappings of one descriptor without a file. */
function fillShared(space: AddressSpace, vma: Vma, shared: SharedPages, page: number): FaultOutcome {
  const index = Math.floor((page - vma.start + vma.offset) / PAGE_SIZE);
  const frame = shared.frames.get(index) ?? space.frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  shared.frames.set(index, frame);
  space.frames.share(frame);
  return enter(space, page, frame, entryFlags(vma, true));
}

/** A page of a file: shared by all, or until this process writes to it; what is written at once is copied at once. */
function fillFromCache(
  space: AddressSpace,
  vma: Vma,
  pages: FilePages,
  page: number,
  write: boolean,
): FaultOutcome {
  const { frames, memory } = space;
  const index = Math.floor((page - vma.start + vma.offset) / PAGE_SIZE);
  const cached = pages.frame(index);
  if (cached === undefined) return { kind: "no-memory" };
  if (vma.storesToFile && (vma.prot & PROT_WRITE) !== 0) pages.mayBeStored(index);
  if (vma.storesToFile || !write) {
    frames.share(cached);
    return enter(space, page, cached, entryFlags(vma, vma.storesToFile));
  }
  // The cache must not give the page back while a frame for the copy is looked for.
  frames.share(cached);
  const copy = frames.allocate();
  if (copy !== undefined)
    memory.writeBytes(copy * PAGE_SIZE, memory.readBytes(cached * PAGE_SIZE, PAGE_SIZE));
  frames.release(cached);
  if (copy === undefined) return { kind: "no-memory" };
  const entered = enter(space, page, copy, entryFlags(vma, true));
  return entered.kind === "filled" ? { kind: "copied" } : entered;
}

/** A write to a page that is read-only although its mapping is not: copy-on-write. The last owner keeps the page. */
function breakSharing(space: AddressSpace, vma: Vma, page: number, at: number, frame: number): FaultOutcome {
  const { frames, memory, tables } = space;
  space.stale = true;
  if (vma.isShared || frames.owners(frame) === 1) {
    if (vma.storesToFile)
      space.cache?.of(vma.file!).mayBeStored(Math.floor((page - vma.start + vma.offset) / PAGE_SIZE));
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
