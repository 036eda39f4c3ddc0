/**
 * What was stored through mappings is brought into their files.
 * Models msync (Linux 6.18, mm/msync.c); errors in their order.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import { MS_ASYNC, MS_INVALIDATE, MS_SYNC } from "../abi/memory-flags.js";
import type { AddressSpace } from "./address-space.js";
import { pageUp } from "./user-addresses.js";
import { VM_LOCKED, VM_SHARED } from "./vma-flags.js";

/** 0 or an errno; ENOMEM when something in between is not mapped, after the rest was done. */
export function msync(space: AddressSpace, address: number, length: number, flags: number): number {
  const both = MS_ASYNC | MS_SYNC;
  if ((flags & ~(both | MS_INVALIDATE)) !== 0 || address % PAGE_SIZE !== 0) return E.EINVAL;
  if ((flags & both) === both) return E.EINVAL;
  const end = address + pageUp(length);
  if (end >= 2 ** 64) return E.ENOMEM;
  for (const vma of space.list.within(address, end)) {
    if ((flags & MS_INVALIDATE) !== 0 && (vma.flags & VM_LOCKED) !== 0) return E.EBUSY;
    if ((flags & MS_SYNC) === 0 || !vma.file || (vma.flags & VM_SHARED) === 0) continue;
    const first = vma.offsetOf(Math.max(address, vma.start)) / PAGE_SIZE;
    const last = vma.offsetOf(Math.min(end, vma.end)) / PAGE_SIZE;
    space.cache?.of(vma.file).writeBack(first, last);
  }
  return space.covers(address, end) ? 0 : E.ENOMEM;
}
