/**
 * Mappings that grow, shrink, or go elsewhere with their pages.
 * Models do_mremap, check_prep_vma, move_vma and move_page_tables (Linux 6.18, mm/mremap.c); errors in their order.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from "../abi/memory-flags.js";
import { type MemoryUser, mayExpand, mayLock } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { findGap } from "./gaps.js";
import { isHugeTlb } from "./huge-tlb.js";
import { movePages } from "./move-pages.js";
import { mayPromise } from "./overcommit.js";
import { HUGE_PAGE } from "./page-tables.js";
import { populate } from "./populate.js";
import { isSealed } from "./seal.js";
import { munmap } from "./unmap.js";
import { pageUp, TASK_SIZE } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import { VM_ACCOUNT, VM_DONTEXPAND, VM_LOCKED, VM_LOCKED_MASK, VM_PFNMAP } from "./vma-flags.js";
import { MOST_MAPPINGS } from "./vma-list.js";

export interface RemapRequest {
  readonly address: number;
  readonly oldLength: number;
  readonly newLength: number;
  /** MREMAP_* */
  readonly flags: number;
  readonly newAddress: number;
}

/** The lengths in whole pages. */
interface Remap extends RemapRequest {
  /** MREMAP_FIXED or MREMAP_DONTUNMAP: it goes to another place in any case. */
  readonly moves: boolean;
}

/** The address, or an errno. */
export function mremap(space: AddressSpace, request: RemapRequest, user: MemoryUser): number {
  const remap: Remap = {
    ...request,
    oldLength: wholePages(request.oldLength),
    newLength: wholePages(request.newLength),
    moves: (request.flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0,
  };
  const invalid = check(space, remap);
  if (invalid < 0) return invalid;
  const vma = space.find(remap.address);
  if (!vma) return E.EFAULT;
  if (isSealed(vma)) return E.EPERM;
  const refused = checkMapping(space, remap, vma, user);
  if (refused < 0) return refused;
  return remap.moves ? moveTo(space, remap, vma, user) : resize(space, remap, vma, user);
}

/** As 64-bit arithmetic rounds up: the very largest lengths become 0. */
const wholePages = (length: number): number => (pageUp(length) >= 2 ** 64 ? 0 : pageUp(length));

function check(
  space: AddressSpace,
  { address, oldLength, newLength, flags, newAddress, moves }: Remap,
): number {
  if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0) return E.EINVAL;
  if (address % PAGE_SIZE !== 0 || newLength === 0 || newLength > TASK_SIZE) return E.EINVAL;
  if (!moves) return 0;
  if (newAddress > TASK_SIZE - newLength || newAddress % PAGE_SIZE !== 0) return E.EINVAL;
  if ((flags & MREMAP_MAYMOVE) === 0) return E.EINVAL;
  if ((flags & MREMAP_DONTUNMAP) !== 0 && oldLength !== newLength) return E.EINVAL;
  if (address + oldLength > newAddress && newAddress + newLength > address) return E.EINVAL;
  return space.vmas.length + 2 >= MOST_MAPPINGS - 3 ? E.ENOMEM : 0;
}

function checkMapping(space: AddressSpace, remap: Remap, vma: Vma, user: MemoryUser): number {
  const { address, oldLength, newLength, flags, moves } = remap;
  if (isHugeTlb(vma) && !keepsHugePages(remap)) return E.EINVAL;
  if (newLength <= oldLength && !moves) return 0;
  // Nothing to move: the caller wants the same shared memory once more.
  if (oldLength === 0 && !vma.isShared) return E.EINVAL;
  if ((flags & MREMAP_DONTUNMAP) !== 0 && (vma.flags & (VM_DONTEXPAND | VM_PFNMAP)) !== 0) return E.EINVAL;
  if (Math.min(oldLength, newLength) > vma.end - address) return E.EFAULT;
  if (newLength <= oldLength) return 0;
  if ((vma.flags & (VM_DONTEXPAND | VM_PFNMAP)) !== 0) return E.EFAULT;
  const grown = newLength - oldLength;
  if (!mayLock(space, vma.flags, grown, user)) return E.EAGAIN;
  return mayExpand(space, vma.flags, grown, user) ? 0 : E.ENOMEM;
}

/** Huge pages of the pool stay whole, and their mapping does not grow. */
function keepsHugePages({ address, oldLength, newLength, flags, newAddress }: Remap): boolean {
  const lengthen = (length: number) => Math.ceil(length / HUGE_PAGE);
  if (address % HUGE_PAGE !== 0 || lengthen(newLength) > lengthen(oldLength)) return false;
  return (flags & MREMAP_FIXED) === 0 || newAddress % HUGE_PAGE === 0;
}

/** Without a place of the caller's choice: where it is, if possible. */
function resize(space: AddressSpace, remap: Remap, vma: Vma, user: MemoryUser): number {
  const { address, oldLength, newLength, flags } = remap;
  const oldEnd = address + oldLength;
  const newEnd = address + newLength;
  if (newLength === oldLength) return address;
  if (newLength < oldLength) {
    const failure = munmap(space, newEnd, oldLength - newLength);
    return failure < 0 ? failure : address;
  }
  if (vma.end === oldEnd && oldLength > 0 && newEnd <= TASK_SIZE && space.isEmpty(oldEnd, newEnd)) {
    if (!mayPromiseMore(space, remap, vma, user)) return E.ENOMEM;
    const grown = vma.part(oldEnd, newEnd);
    if (grown.shared) grown.shared.users++;
    space.extend(vma, grown);
    if ((vma.flags & VM_LOCKED) !== 0) populate(space, oldEnd, newEnd, user);
    return address;
  }
  if ((flags & MREMAP_MAYMOVE) === 0) return E.ENOMEM;
  const place = findGap(space, { length: newLength });
  return place === undefined ? E.ENOMEM : move(space, remap, vma, place, user);
}

function moveTo(space: AddressSpace, remap: Remap, vma: Vma, user: MemoryUser): number {
  const { address, oldLength, newLength, flags, newAddress } = remap;
  let source = vma;
  if ((flags & MREMAP_FIXED) !== 0) {
    if (newAddress < (space.system?.lowestAddress.value ?? 0) && !user.capable(CAP.CAP_SYS_RAWIO))
      return E.EPERM;
    const failure = munmap(space, newAddress, newLength);
    if (failure < 0) return failure;
  }
  if (oldLength > newLength) {
    const failure = munmap(space, address + newLength, oldLength - newLength);
    if (failure < 0) return failure;
    source = space.find(address) ?? vma;
  }
  const place =
    (flags & MREMAP_FIXED) !== 0 ? newAddress : findGap(space, { length: newLength, hint: newAddress });
  if (place === undefined) return E.ENOMEM;
  return move(space, { ...remap, oldLength: Math.min(oldLength, newLength) }, source, place, user);
}

/** What grows counts; when the old mapping stays, all of the new one does. Source: vrm_calc_charge. */
function mayPromiseMore(
  space: AddressSpace,
  { oldLength, newLength, flags }: Remap,
  vma: Vma,
  user: MemoryUser,
): boolean {
  if ((vma.flags & VM_ACCOUNT) === 0) return true;
  const bytes = (flags & MREMAP_DONTUNMAP) !== 0 ? newLength : newLength - oldLength;
  return mayPromise(space, Math.max(0, bytes), user);
}

/** Makes the mapping at `place` and takes the pages there. */
function move(space: AddressSpace, remap: Remap, vma: Vma, place: number, user: MemoryUser): number {
  const { address, oldLength, newLength, flags } = remap;
  if (space.vmas.length >= MOST_MAPPINGS - 3) return E.ENOMEM;
  if (!mayPromiseMore(space, remap, vma, user)) return E.ENOMEM;
  const moved = vma.part(address, address + newLength);
  if (vma.reserved) moved.reserved = takeReserved(vma, moved);
  Object.assign(moved, { start: place, end: place + newLength });
  // Memory that has no private page yet is as if it had been made there.
  if (vma.isAnonymous && !vma.anon) moved.offset = place;
  if (moved.shared) moved.shared.users++;
  const target = space.insert(moved);
  if (!movePages(space, address, address + oldLength, place)) {
    space.unmap(place, place + newLength);
    return E.ENOMEM;
  }
  if ((flags & MREMAP_DONTUNMAP) !== 0) leaveEmpty(space, address, address + oldLength);
  else if (oldLength > 0) space.unmap(address, address + oldLength);
  if ((target.flags & VM_LOCKED) !== 0) populate(space, place + oldLength, place + newLength, user);
  return place;
}

/** The promise of huge pages goes with the mapping. */
function takeReserved({ reserved }: Vma, { offset, size }: Vma): Set<number> {
  const first = offset / HUGE_PAGE;
  const indexes = Array.from({ length: size / HUGE_PAGE }, (_, n) => first + n);
  return new Set(indexes.filter((index) => reserved?.delete(index)));
}

/** MREMAP_DONTUNMAP: the old mapping stays, without pages and unlocked. */
function leaveEmpty(space: AddressSpace, start: number, end: number): void {
  const left = space.find(start);
  if (!left) return;
  if (left.start === start && left.end === end) {
    left.anon = undefined;
    left.hasParents = false;
  }
  space.changeFlags(left, start, end, left.flags & ~VM_LOCKED_MASK);
}
