/**
 * What the kernel does when the CPU cannot translate an address: fill the page, copy it, grow the stack,
 * or find that the program is wrong.
 * Models Linux's do_user_addr_fault and handle_mm_fault (arch/x86/mm/fault.c, mm/memory.c).
 */
import { PF_ERROR, PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { type MemoryUser, nobody } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { fillAnonymous } from "./anonymous-fault.js";
import { fillFromFile, fillShared } from "./file-fault.js";
import { allowsHuge, fillHuge, writeHuge } from "./huge-pages.js";
import { handleHugeTlb, isHugeTlb } from "./huge-tlb.js";
import { growStack } from "./stack-growth.js";
import { swapIn } from "./swap/swap-in.js";
import { pageDown } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { VM_ACCESS_FLAGS, VM_EXEC, VM_WRITE } from "./vma-flags.js";
import { breakSharing } from "./write-fault.js";

/** How a fault ended: what was done, or why it cannot be helped. `major`: something had to be fetched from outside. */
export type FaultOutcome =
  | { kind: "filled" | "copied" | "reused"; major?: boolean }
  | { kind: "no-mapping" | "no-right" | "bus-error"; reason: string }
  | { kind: "no-memory" };

/** Handles a fault of ring 3, or of the kernel on behalf of it, at `address` with the CPU's error code. */
export function handlePageFault(
  space: AddressSpace,
  address: number,
  error: number,
  user: MemoryUser = nobody(),
): FaultOutcome {
  const vma = space.find(address) ?? growStack(space, address, user);
  if (!vma) return { kind: "no-mapping", reason: `nothing is mapped at 0x${address.toString(16)}` };
  if (!isAllowed(vma, error)) return { kind: "no-right", reason: noRight(space, vma, error) };
  const page = pageDown(address);
  const outcome = space.isReaped
    ? NO_MEMORY
    : serve(space, page, () => handleMapped(space, vma, page, (error & PF_ERROR.W) !== 0));
  if (isDone(outcome)) outcome.major ? user.faults.major++ : user.faults.minor++;
  return outcome;
}

const NO_MEMORY: FaultOutcome = { kind: "no-memory" };

/** Counts the fault, and lets those who look for a frame know for which page. */
function serve({ system }: AddressSpace, page: number, handle: () => FaultOutcome): FaultOutcome {
  if (!system) return handle();
  const { residents, events } = system.reclaim;
  residents.wanted = page / PAGE_SIZE;
  const outcome = handle();
  residents.wanted = undefined;
  events.pgfault++;
  if (isDone(outcome) && outcome.major) events.pgmajfault++;
  return outcome;
}

/** Fetches a page for somebody who may touch it whatever the mapping's rights are; false when it cannot be had. */
export function fetchPage(
  space: AddressSpace,
  vma: Vma,
  page: number,
  write: boolean,
  user: MemoryUser,
): boolean {
  const outcome = serve(space, page, () => handleMapped(space, vma, page, write));
  if (!isDone(outcome)) return false;
  outcome.major ? user.faults.major++ : user.faults.minor++;
  return true;
}

/** Whether the access can be tried again. */
export function isDone(
  outcome: FaultOutcome,
): outcome is { kind: "filled" | "copied" | "reused"; major?: boolean } {
  return outcome.kind === "filled" || outcome.kind === "copied" || outcome.kind === "reused";
}

/** What can be written or executed can be read: the CPU has no bit for that. */
function isAllowed({ flags }: Vma, error: number): boolean {
  if ((error & PF_ERROR.I) !== 0) return (flags & VM_EXEC) !== 0;
  return (flags & ((error & PF_ERROR.W) !== 0 ? VM_WRITE : VM_ACCESS_FLAGS)) !== 0;
}

function noRight(space: AddressSpace, vma: Vma, error: number): string {
  const verb = (error & PF_ERROR.I) !== 0 ? "executed" : (error & PF_ERROR.W) !== 0 ? "written" : "read";
  return `the mapping ${space.nameOf(vma) || "(anonymous)"} may not be ${verb}`;
}

/** The page is mapped, and the access is right. */
function handleMapped(space: AddressSpace, vma: Vma, page: number, write: boolean): FaultOutcome {
  const { tables } = space;
  if (isHugeTlb(vma)) return handleHugeTlb(space, vma, page, write);
  const huge = space.spareTables.length > 0 ? tables.findHuge(page) : 0;
  if (huge !== 0) {
    if (!write || (tables.read(huge)!.flags & PTE.RW) !== 0) return refreshed(space);
    if (writeHuge(space, vma, page, huge)) return { kind: "reused" };
  }
  const at = tables.find(page);
  if (at === 0 && allowsHuge(space, vma, page) && fillHuge(space, vma, page, write))
    return { kind: "filled" };
  const present = at === 0 ? undefined : tables.read(at);
  if (!present) {
    const slot = at === 0 ? undefined : tables.swapEntry(at);
    return slot === undefined ? fill(space, vma, page, write) : swapIn(space, vma, page, at, slot, write);
  }
  if (write && (present.flags & PTE.RW) === 0) return breakSharing(space, vma, page, at, present.frame);
  return refreshed(space);
}

/** Another access has already made the entry right: only the TLB was old. */
function refreshed(space: AddressSpace): FaultOutcome {
  space.stale = true;
  return { kind: "reused" };
}

/** The first touch of a page. */
function fill(space: AddressSpace, vma: Vma, page: number, write: boolean): FaultOutcome {
  if (vma.shared) return fillShared(space, vma, vma.shared, page, write);
  return vma.file ? fillFromFile(space, vma, vma.file, page, write) : fillAnonymous(space, vma, page, write);
}
