/**
 * What a program asks of mmap, and what flags the mapping gets for that, or why it cannot have it.
 * Models the switch on the type in do_mmap (Linux 6.18, mm/mmap.c); errors in their order.
 */
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { impliedProtection } from "../abi/personality.js";
import { ZeroDevice } from "../fs/memory-devices.js";
import { MemoryFile } from "../fs/memory-file.js";
import { MS_NOEXEC, mountOf } from "../fs/mounts.js";
import type { OpenFile } from "../fs/open-file.js";
import { inodeAsMappedFile } from "./mapped-inode.js";
import * as VM from "./vma-flags.js";

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

/** MAP_HUGETLB: the mapping gets huge pages of the pool. */
export const wantsHugeTlb = ({ flags, file }: MapRequest): boolean =>
  !file && (flags & FLAGS.MAP_HUGETLB) !== 0;

/** The flags that the request gives in any case. */
export function wantedFlags({ protection, flags, personality, file }: MapRequest): number {
  const noexec = file !== undefined && isOnNoexec(file);
  const prot = noexec ? protection : impliedProtection(personality, protection);
  return VM.rightsOf(prot) | VM.flagsOfMap(flags) | VM.VM_MAY_ANY;
}

const isOnNoexec = ({ inode, dentry }: OpenFile): boolean =>
  !dentry.isTop && (mountOf(inode.system, dentry).flags & MS_NOEXEC) !== 0;

/** MAP_SHARED ignores flags that it does not know; MAP_SHARED_VALIDATE refuses them, and all that are younger than itself. */
const VALID_WITH_FILE =
  (Object.values(FLAGS.MAP_FLAGS).reduce((all, flag) => all | flag, FLAGS.MAP_TYPE) |
    FLAGS.MAP_ABOVE4G |
    (FLAGS.MAP_HUGE_MASK << FLAGS.MAP_HUGE_SHIFT)) &
  ~(FLAGS.MAP_SYNC | FLAGS.MAP_FIXED_NOREPLACE);

export function flagsForFile(
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
    result |= VM.VM_SHARED | VM.VM_MAYSHARE;
    if (!file.writable) result &= ~(VM.VM_MAYWRITE | VM.VM_SHARED);
  } else if (type !== FLAGS.MAP_PRIVATE) return E.EINVAL;
  if (!file.readable) return E.EACCES;
  if (isOnNoexec(file)) {
    if ((result & VM.VM_EXEC) !== 0) return E.EPERM;
    result &= ~VM.VM_MAYEXEC;
  }
  if (!canBeMapped(file)) return E.ENODEV;
  if ((result & VM.VM_GROWSDOWN) !== 0) return E.EINVAL;
  if (file.inode instanceof MemoryFile && file.inode.isWriteSealed && (result & VM.VM_MAYSHARE) !== 0) {
    if ((result & VM.VM_WRITE) !== 0) return E.EPERM;
    result &= ~VM.VM_MAYWRITE;
  }
  // No disk of this machine can keep what is stored at once.
  return type !== FLAGS.MAP_PRIVATE && (flags & FLAGS.MAP_SYNC) !== 0 ? E.EOPNOTSUPP : result;
}

export function flagsWithoutFile(request: MapRequest, vmFlags: number): number {
  const type = request.flags & FLAGS.MAP_TYPE;
  if (wantsHugeTlb(request) && (vmFlags & VM.VM_GROWSDOWN) !== 0) return E.EINVAL;
  if (type === FLAGS.MAP_PRIVATE) return vmFlags;
  if (type !== FLAGS.MAP_SHARED || (vmFlags & VM.VM_GROWSDOWN) !== 0) return E.EINVAL;
  return vmFlags | VM.VM_SHARED | VM.VM_MAYSHARE;
}

/** /dev/zero is as good as no file: private memory, or shared. */
const isZeros = ({ inode }: OpenFile): boolean => inode instanceof ZeroDevice && inode.mapsZeros;

const canBeMapped = (file: OpenFile): boolean => isZeros(file) || inodeAsMappedFile(file.inode) !== undefined;
