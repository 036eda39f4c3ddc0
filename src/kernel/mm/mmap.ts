/**
 * Making mappings: what the arguments of mmap may be, where the mapping goes, and what it gets.
 * Models ksys_mmap_pgoff, do_mmap, __get_unmapped_area and mmap_region (Linux 6.18, mm/mmap.c, mm/vma.c); errors in their order.
 * Leaves out: MAP_DROPPABLE, MAP_SYNC, protection keys.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { lockLimit, type MemoryUser, mayExpand, mayLock } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { HugeTlbFile } from "./huge-tlb.js";
import { placeFor } from "./map-place.js";
import { flagsForFile, flagsWithoutFile, type MapRequest, wantedFlags, wantsHugeTlb } from "./map-request.js";
import { inodeAsMappedFile } from "./mapped-inode.js";
import { mayPromise } from "./overcommit.js";
import { HUGE_PAGE } from "./page-tables.js";
import { populate } from "./populate.js";
import { SharedPages } from "./shared-pages.js";
import { refusal } from "./unmap.js";
import { Vma } from "./vma.js";
import {
  VM_ACCOUNT,
  VM_DONTEXPAND,
  VM_HUGETLB,
  VM_LOCKED,
  VM_LOCKED_MASK,
  VM_NORESERVE,
  VM_WRITE,
} from "./vma-flags.js";

/** Maps; the address, or an errno. */
export function mmap(space: AddressSpace, request: MapRequest, user: MemoryUser): number {
  const unit = wantsHugeTlb(request) ? HUGE_PAGE : PAGE_SIZE;
  const length = Math.ceil(request.length / unit) * unit;
  if (unit === HUGE_PAGE && !isKnownSize(request.flags)) return E.EINVAL;
  if (request.length === 0) return E.EINVAL;
  if (!(length <= 2 ** 53)) return E.ENOMEM;
  if (request.offset + length > 2 ** 64) return E.EOVERFLOW;
  if (space.list.isOverfull) return E.ENOMEM;
  let vmFlags = wantedFlags(request) | space.defaultFlags;
  const address = placeFor(space, request, length, user);
  if (address < 0) return address;
  if ((request.flags & FLAGS.MAP_FIXED_NOREPLACE) !== 0 && !space.isEmpty(address, address + length))
    return E.EEXIST;
  if ((request.flags & FLAGS.MAP_LOCKED) !== 0 && !mayLockAtAll(user)) return E.EPERM;
  if (!mayLock(space, vmFlags, length, user)) return E.EAGAIN;
  const typed = request.file
    ? flagsForFile(request, request.file, length, vmFlags)
    : flagsWithoutFile(request, vmFlags);
  if (typed < 0) return typed;
  vmFlags = typed | reservation(space, request.flags);
  if (unit === HUGE_PAGE) vmFlags = (vmFlags & ~VM_LOCKED_MASK) | VM_HUGETLB | VM_DONTEXPAND;
  const vma = new Vma(address, address + length, 0);
  vma.flags = vmFlags;
  const refused = refusal(space, address, address + length);
  if (refused < 0) return refused;
  if (!mayExpand(space, vmFlags, length - mappedIn(space, address, address + length), user)) return E.ENOMEM;
  if (!mayPromise(space, promiseFor(space, vma, request), user)) return E.ENOMEM;
  const source = giveSource(space, vma, request);
  if (source < 0) return source;
  space.insert(vma);
  if (wantsPages(request.flags, vmFlags)) populate(space, address, address + length, user);
  return address;
}

const SIZE_2_MIB = 21;
/** Pages of 1 GiB exist on this processor; none is ever kept. */
const SIZE_1_GIB = 30;

/** MAP_HUGE_2MB or MAP_HUGE_1GB, or nothing. */
function isKnownSize(flags: number): boolean {
  const size = (flags >>> FLAGS.MAP_HUGE_SHIFT) & FLAGS.MAP_HUGE_MASK;
  return size === 0 || size === SIZE_2_MIB || size === SIZE_1_GIB;
}

/** Whether pages are to be there at once. */
function wantsPages(flags: number, vmFlags: number): boolean {
  const wish = flags & (FLAGS.MAP_POPULATE | FLAGS.MAP_NONBLOCK);
  return (vmFlags & VM_LOCKED) !== 0 || wish === FLAGS.MAP_POPULATE;
}

/** Anybody may lock something, unless the limit is 0. */
export function mayLockAtAll(user: MemoryUser): boolean {
  return user.capable(CAP.CAP_IPC_LOCK) || lockLimit(user) !== 0;
}

/** Bytes that are mapped already, with these flags, in a range that the new mapping will replace. */
function mappedIn(space: AddressSpace, start: number, end: number, flags = 0): number {
  return space.list
    .within(start, end)
    .filter((vma) => (vma.flags & flags) === flags)
    .reduce((sum, vma) => sum + Math.min(end, vma.end) - Math.max(start, vma.start), 0);
}

function reservation({ system }: AddressSpace, flags: number): number {
  return (flags & FLAGS.MAP_NORESERVE) !== 0 && !system?.overcommit.isStrict ? VM_NORESERVE : 0;
}

/** Bytes that are promised with a mapping, less those that go with what it replaces. Source: __mmap_setup, shmem_zero_setup. */
function promiseFor(space: AddressSpace, { start, end, flags, isShared }: Vma, { file }: MapRequest): number {
  const isOfFile = file !== undefined && inodeAsMappedFile(file.inode) !== undefined;
  if ((flags & (VM_NORESERVE | VM_HUGETLB)) !== 0 || (isShared ? isOfFile : (flags & VM_WRITE) === 0))
    return 0;
  const replaced = isShared ? 0 : mappedIn(space, start, end, VM_ACCOUNT);
  return end - start - replaced;
}

/** What the pages will be filled from; 0 or an errno. */
function giveSource(space: AddressSpace, vma: Vma, request: MapRequest): number {
  const { file, offset } = request;
  const source = file && inodeAsMappedFile(file.inode);
  if (wantsHugeTlb(request)) return giveHugePages(space, vma, request);
  if (file && source) {
    vma.mapFile(source, offset, file.dentry, file);
    file.inode.noteAccess();
  } else if (vma.isShared) {
    vma.offset = file ? offset : 0;
    vma.shared = new SharedPages(vma.offset + vma.size, space.system?.nextInode());
    vma.shared.promised = (vma.flags & VM_NORESERVE) !== 0 ? 0 : vma.size / PAGE_SIZE;
  } else if (file) Object.assign(vma, { dentry: file.dentry, opened: file, offset });
  return 0;
}

function giveHugePages({ system }: AddressSpace, vma: Vma, { flags, offset }: MapRequest): number {
  if (offset % HUGE_PAGE !== 0) return E.EINVAL;
  const isOfOtherSize = ((flags >>> FLAGS.MAP_HUGE_SHIFT) & FLAGS.MAP_HUGE_MASK) === SIZE_1_GIB;
  if (!system || isOfOtherSize) return E.ENOMEM;
  const file = new HugeTlbFile(vma.size, system.nextInode(), system.pool);
  vma.mapFile(file, offset);
  vma.name = "/anon_hugepage (deleted)";
  return file.reserve(vma) ? 0 : E.ENOMEM;
}
