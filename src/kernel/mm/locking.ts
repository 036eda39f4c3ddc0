/**
 * Pages that must stay in memory: mlock and its relatives set bits of mappings and fetch what is missing.
 * Models do_mlock, apply_vma_lock_flags and apply_mlockall_flags (Linux 6.18, mm/mlock.c); errors in their order.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } from "../abi/memory-flags.js";
import { lockedBytes, lockLimit, type MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { mayLockAtAll } from "./mmap.js";
import { fetch, populate } from "./populate.js";
import { END_OF_ADDRESSES, pageDown, pageUp } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import {
  VM_ACCESS_FLAGS,
  VM_HUGETLB,
  VM_LOCKED,
  VM_LOCKED_MASK,
  VM_LOCKONFAULT,
  VM_SHARED,
  VM_SPECIAL,
  VM_WRITE,
} from "./vma-flags.js";

/** 0 or an errno. @param onFault pages are locked when they are touched, and not fetched now */
export function mlock(
  space: AddressSpace,
  address: number,
  length: number,
  onFault: boolean,
  user: MemoryUser,
): number {
  if (!mayLockAtAll(user)) return E.EPERM;
  const { start, end } = pagesOf(address, length);
  if (exceeds(space, start, end, user)) return E.ENOMEM;
  const failure = setLocks(space, start, end, VM_LOCKED | (onFault ? VM_LOCKONFAULT : 0));
  return failure < 0 || onFault ? failure : fetchLocked(space, start, end, user);
}

function exceeds(space: AddressSpace, start: number, end: number, user: MemoryUser): boolean {
  const limit = pageDown(lockLimit(user));
  if (user.capable(CAP.CAP_IPC_LOCK)) return false;
  const already = space.list
    .within(start, end)
    .filter(({ flags }) => (flags & VM_LOCKED) !== 0)
    .reduce((sum, vma) => sum + Math.min(end, vma.end) - Math.max(start, vma.start), 0);
  return lockedBytes(space) + (end - start) - already > limit;
}

/** Fetches the pages of a range that has just been locked: what cannot be had is an error of the call. */
function fetchLocked(space: AddressSpace, start: number, end: number, user: MemoryUser): number {
  for (const vma of space.list.within(start, end)) {
    const [from, to] = [Math.max(start, vma.start), Math.min(end, vma.end)];
    if (!canBeLocked(vma)) continue;
    if ((vma.flags & VM_ACCESS_FLAGS) === 0) return E.ENOMEM;
    const outcome = fetch(space, from, to, (vma.flags & (VM_WRITE | VM_SHARED)) === VM_WRITE, user);
    if (outcome) return outcome.kind === "no-memory" ? E.EAGAIN : E.ENOMEM;
  }
  return 0;
}

/** 0 or an errno. */
export function munlock(space: AddressSpace, address: number, length: number): number {
  const { start, end } = pagesOf(address, length);
  return setLocks(space, start, end, 0);
}

/** The pages that a range touches. As 64-bit arithmetic rounds up, the very largest lengths become 0. */
function pagesOf(address: number, length: number): { start: number; end: number } {
  const start = pageDown(address);
  const bytes = pageUp(length + (address - start));
  return { start, end: start + (bytes >= 2 ** 64 ? 0 : bytes) };
}

/** Sets the bits of VM_LOCKED_MASK in a range. Where nothing is mapped it stops with ENOMEM. */
function setLocks(space: AddressSpace, start: number, end: number, bits: number): number {
  if (end >= END_OF_ADDRESSES) return E.EINVAL;
  for (let at = start; at < end; ) {
    const vma = space.find(at);
    if (!vma) return E.ENOMEM;
    const last = Math.min(end, vma.end);
    const failure = setLock(space, vma, at, last, bits);
    if (failure < 0) return failure;
    at = last;
  }
  return 0;
}

function setLock(space: AddressSpace, vma: Vma, start: number, end: number, bits: number): number {
  if (!canBeLocked(vma)) return 0;
  const flags = (vma.flags & ~VM_LOCKED_MASK) | bits;
  if ((vma.flags & ~flags & VM_LOCKED) !== 0) space.system?.reclaim.residents.readmit("locked");
  return space.changeFlags(vma, start, end, flags) ? 0 : E.ENOMEM;
}

const canBeLocked = ({ flags }: Vma): boolean => (flags & (VM_SPECIAL | VM_HUGETLB)) === 0;

/** 0 or an errno. @param flags MCL_* */
export function mlockall(space: AddressSpace, flags: number, user: MemoryUser): number {
  if (flags === 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) !== 0 || flags === MCL_ONFAULT)
    return E.EINVAL;
  if (!mayLockAtAll(user)) return E.EPERM;
  const all = space.totalPages * PAGE_SIZE;
  if ((flags & MCL_CURRENT) !== 0 && all > lockLimit(user) && !user.capable(CAP.CAP_IPC_LOCK))
    return E.ENOMEM;
  const bits = VM_LOCKED | ((flags & MCL_ONFAULT) !== 0 ? VM_LOCKONFAULT : 0);
  space.defaultFlags = (flags & MCL_FUTURE) !== 0 ? bits : 0;
  if ((flags & MCL_CURRENT) === 0) return 0;
  lockAll(space, bits);
  populate(space, 0, Number.POSITIVE_INFINITY, user);
  return 0;
}

export function munlockall(space: AddressSpace): number {
  space.defaultFlags = 0;
  lockAll(space, 0);
  return 0;
}

/** Whatever cannot be locked stays as it is. */
function lockAll(space: AddressSpace, bits: number): void {
  for (let at = 0; ; ) {
    const vma = space.list.firstAbove(at);
    if (!vma) return;
    at = vma.end;
    setLock(space, vma, vma.start, vma.end, bits);
  }
}
