/**
 * Memory of another process, or one's own as a debugger sees it: page by page, without the processor.
 * Models access_remote_vm and check_vma_flags (Linux 6.18, mm/memory.c, mm/gup.c).
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { HOLDS } from "./frames.js";
import { fetchPage } from "./page-fault.js";
import { HUGE_PAGE } from "./page-tables.js";
import { pageDown, TASK_SIZE } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { isCopyOnWrite, VM_HUGETLB, VM_IO, VM_MAYREAD, VM_PFNMAP, VM_READ, VM_WRITE } from "./vma-flags.js";

/** How memory is touched. `force`: as a debugger, which may read what only could be read, and write into copies of what may not be written. */
export interface RemoteAccess {
  readonly write: boolean;
  readonly force: boolean;
  readonly user: MemoryUser;
}

/** Hands pieces of guest memory to `each` until `length` bytes are done or something is out of reach; the bytes done. */
export function accessRemote(
  space: AddressSpace,
  address: number,
  length: number,
  access: RemoteAccess,
  each: (physical: number, length: number, done: number) => void,
): number {
  let done = 0;
  while (done < length) {
    const at = address + done;
    const physical = locate(space, at, access);
    if (physical === undefined) break;
    const part = Math.min(length - done, PAGE_SIZE - (at % PAGE_SIZE));
    each(physical, part, done);
    done += part;
  }
  return done;
}

/** The physical address of a byte, fetched if need be. */
function locate(space: AddressSpace, address: number, access: RemoteAccess): number | undefined {
  if (!(address >= 0 && address < TASK_SIZE)) return undefined;
  const vma = space.find(address);
  if (!vma || !isAllowed(vma, access)) return undefined;
  const page = pageDown(address);
  for (let tries = 0; tries < 3; tries++) {
    const frame = usableFrame(space, vma, page, access.write);
    if (frame !== undefined) return frame * PAGE_SIZE + (address - page);
    if (!fetchPage(space, vma, page, access.write, access.user)) return undefined;
  }
  return undefined;
}

function isAllowed({ flags }: Vma, { write, force }: RemoteAccess): boolean {
  if ((flags & (VM_IO | VM_PFNMAP)) !== 0) return false;
  if (write) {
    if ((flags & VM_WRITE) !== 0) return true;
    return force && isCopyOnWrite(flags) && (flags & VM_HUGETLB) === 0;
  }
  return (flags & (force ? VM_READ | VM_MAYREAD : VM_READ)) !== 0;
}

/** The frame of a page that is there; for writing only one that nobody else must see written. */
function usableFrame(space: AddressSpace, vma: Vma, page: number, write: boolean): number | undefined {
  const { tables, frames } = space;
  const huge = tables.findHuge(page);
  const at = huge || tables.find(page);
  const entry = at === 0 ? undefined : tables.read(at);
  if (!entry) return undefined;
  const frame = entry.frame + (huge === 0 ? 0 : (page % HUGE_PAGE) / PAGE_SIZE);
  const isOwn = frames.holds(frame) === HOLDS.anonymous && frames.owners(frame) === 1;
  if (write && (entry.flags & PTE.RW) === 0 && !(isOwn && !vma.isWritable)) return undefined;
  return frame;
}
