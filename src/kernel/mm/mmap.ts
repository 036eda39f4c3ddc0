/**
 * Making mappings: what the arguments of mmap may be, where the mapping goes, and what it gets.
 * Models ksys_mmap_pgoff, do_mmap, __get_unmapped_area and mmap_region (Linux 6.18, mm/mmap.c, mm/vma.c); errors in their order.
 * Leaves out: MAP_DROPPABLE, MAP_SYNC, protection keys.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { impliedProtection } from "../abi/personality.js";
import { ZeroDevice } from "../fs/memory-devices.js";
import { MS_NOEXEC, mountOf } from "../fs/mounts.js";
import type { OpenFile } from "../fs/open-file.js";
import { lockLimit, type MemoryUser, mayExpand, mayLock } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { findGap } from "./gaps.js";
import { inodeAsMappedFile } from "./mapped-inode.js";
import { mayPromise } from "./overcommit.js";
import { HUGE_PAGE } from "./page-tables.js";
import { populate } from "./populate.js";
import { SharedPages } from "./shared-pages.js";
import { pageDown, pageUp, TASK_SIZE } from "./user-addresses.js";
import { Vma } from "./vma.js";
import {
  flagsOfMap,
  rightsOf,
  VM_ACCOUNT,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_MAY_ANY,
  VM_MAYEXEC,
  VM_MAYSHARE,
  VM_MAYWRITE,
  VM_NORESERVE,
  VM_SHARED,
  VM_WRITE,
} from "./vma-flags.js";

/** What a program asks for. */
export interface MapRequest {
  readonly address: number;
  readonly length: number;
  /** PROT_* */
  readonly protection: number;
  /** MAP_* */
  readonly flags: number;
  /** Undefined with MAP_ANONYMOUS. */
  readonly file: OpenFile | undefined;
  readonly offset: number;
  readonly personality: number;
  /** By a call of the 32-bit ABI. */
  readonly is32Bit: boolean;
}

/** Maps; the address, or an errno. */
export function mmap(space: AddressSpace, request: MapRequest, user: MemoryUser): number {
  const length = pageUp(request.length);
  if (request.length === 0) return E.EINVAL;
  if (!(length <= 2 ** 53)) return E.ENOMEM;
  if (request.offset + length > 2 ** 64) return E.EOVERFLOW;
  if (space.list.isOverfull) return E.ENOMEM;
  let vmFlags = wantedFlags(request) | space.defaultFlags;
  const address = place(space, request, length, user);
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
  const vma = new Vma(address, address + length, 0);
  vma.flags = vmFlags;
  if (!mayExpand(space, vmFlags, length - mappedIn(space, address, address + length), user)) return E.ENOMEM;
  if (!mayPromise(space, promiseFor(space, vma), user)) return E.ENOMEM;
  giveSource(space, vma, request);
  space.insert(vma);
  if (wantsPages(request.flags, vmFlags)) populate(space, address, address + length, user);
  return address;
}

function wantedFlags({ protection, flags, personality, file }: MapRequest): number {
  const noexec = file !== undefined && isOnNoexec(file);
  const prot = noexec ? protection : impliedProtection(personality, protection);
  return rightsOf(prot) | flagsOfMap(flags) | VM_MAY_ANY;
}

/** Whether pages are to be there at once. */
function wantsPages(flags: number, vmFlags: number): boolean {
  const wish = flags & (FLAGS.MAP_POPULATE | FLAGS.MAP_NONBLOCK);
  return (vmFlags & VM_LOCKED) !== 0 || wish === FLAGS.MAP_POPULATE;
}

/** Anybody may lock something, unless the limit is 0. */
export function mayLockAtAll(user: MemoryUser): boolean {
  return user.isPrivileged || lockLimit(user) !== 0;
}

const isOnNoexec = ({ inode, dentry }: OpenFile): boolean =>
  !dentry.isTop && (mountOf(inode.system, dentry).flags & MS_NOEXEC) !== 0;

/** Where the mapping goes, or an errno. */
function place(space: AddressSpace, request: MapRequest, length: number, user: MemoryUser): number {
  const { flags, is32Bit } = request;
  const lowest = space.system?.lowestAddress.value ?? 0;
  const isFixed = (flags & (FLAGS.MAP_FIXED | FLAGS.MAP_FIXED_NOREPLACE)) !== 0;
  if (length > TASK_SIZE) return E.ENOMEM;
  const address = isFixed ? request.address : gapFor(space, request, length, lowest);
  if (address === undefined || address > TASK_SIZE - length) return E.ENOMEM;
  if (address % PAGE_SIZE !== 0) return E.EINVAL;
  if (address < lowest && !user.isPrivileged) return E.EPERM;
  return is32Bit && address + length > 2 ** 32 ? E.ENOMEM : address;
}

function gapFor(
  space: AddressSpace,
  { address, flags, file, is32Bit }: MapRequest,
  length: number,
  lowest: number,
): number | undefined {
  const wish = pageDown(address);
  const hint = wish !== 0 && wish < lowest ? pageUp(lowest) : wish;
  if (!file && hint === 0 && length % HUGE_PAGE === 0) {
    const gap = alignedGap(space, length, flags, is32Bit);
    if (gap !== undefined) return gap;
  }
  return findGap(space, { length, hint, flags, is32Bit });
}

/** A place at a multiple of 2 MiB, so that huge pages could be used. */
function alignedGap(
  space: AddressSpace,
  length: number,
  flags: number,
  is32Bit: boolean,
): number | undefined {
  const wide = findGap(space, { length: length + HUGE_PAGE, flags, is32Bit });
  return wide === undefined ? undefined : Math.floor(wide / HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE;
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
function promiseFor(space: AddressSpace, { start, end, flags, isShared, file }: Vma): number {
  if ((flags & VM_NORESERVE) !== 0 || (isShared ? file : (flags & VM_WRITE) === 0)) return 0;
  const replaced = isShared ? 0 : mappedIn(space, start, end, VM_ACCOUNT);
  return end - start - replaced;
}

/** MAP_SHARED ignores flags that it does not know; MAP_SHARED_VALIDATE refuses them, and all that are younger than itself. */
const VALID_WITH_FILE =
  (Object.values(FLAGS.MAP_FLAGS).reduce((all, flag) => all | flag, FLAGS.MAP_TYPE) |
    FLAGS.MAP_ABOVE4G |
    (FLAGS.MAP_HUGE_MASK << FLAGS.MAP_HUGE_SHIFT)) &
  ~(FLAGS.MAP_SYNC | FLAGS.MAP_FIXED_NOREPLACE);

function flagsForFile(
  { flags, protection, offset }: MapRequest,
  file: OpenFile,
  length: number,
  vmFlags: number,
): number {
  if (offset + length >= 2 ** 63) return E.EOVERFLOW;
  let result = vmFlags;
  const type = flags & FLAGS.MAP_TYPE;
  if (type === FLAGS.MAP_SHARED || type === FLAGS.MAP_SHARED_VALIDATE) {
    if (type === FLAGS.MAP_SHARED_VALIDATE && (flags & ~VALID_WITH_FILE) !== 0) return E.EOPNOTSUPP;
    if ((protection & FLAGS.PROT_WRITE) !== 0 && !file.writable) return E.EACCES;
    result |= VM_SHARED | VM_MAYSHARE;
    if (!file.writable) result &= ~(VM_MAYWRITE | VM_SHARED);
  } else if (type !== FLAGS.MAP_PRIVATE) return E.EINVAL;
  if (!file.readable) return E.EACCES;
  if (isOnNoexec(file)) {
    if ((result & VM_EXEC) !== 0) return E.EPERM;
    result &= ~VM_MAYEXEC;
  }
  if (!canBeMapped(file)) return E.ENODEV;
  if ((result & VM_GROWSDOWN) !== 0) return E.EINVAL;
  // No disk of this machine can keep what is stored at once.
  return type !== FLAGS.MAP_PRIVATE && (flags & FLAGS.MAP_SYNC) !== 0 ? E.EOPNOTSUPP : result;
}

function flagsWithoutFile({ flags }: MapRequest, vmFlags: number): number {
  const type = flags & FLAGS.MAP_TYPE;
  if (type === FLAGS.MAP_PRIVATE) return vmFlags;
  if (type !== FLAGS.MAP_SHARED || (vmFlags & VM_GROWSDOWN) !== 0) return E.EINVAL;
  return vmFlags | VM_SHARED | VM_MAYSHARE;
}

/** /dev/zero is as good as no file: private memory, or shared. */
const isZeros = ({ inode }: OpenFile): boolean => inode instanceof ZeroDevice && inode.mapsZeros;

const canBeMapped = (file: OpenFile): boolean => isZeros(file) || inodeAsMappedFile(file.inode) !== undefined;

/** What the pages will be filled from. */
function giveSource({ system }: AddressSpace, vma: Vma, { file, offset }: MapRequest): void {
  const source = file && inodeAsMappedFile(file.inode);
  if (file && source) {
    vma.mapFile(source, offset, file.dentry, file);
    file.inode.noteAccess();
  } else if (vma.isShared) {
    vma.offset = file ? offset : 0;
    vma.shared = new SharedPages(vma.offset + vma.size, system?.nextInode());
    vma.shared.promised = (vma.flags & VM_NORESERVE) !== 0 ? 0 : vma.size / PAGE_SIZE;
  } else if (file) Object.assign(vma, { dentry: file.dentry, opened: file, offset });
}
