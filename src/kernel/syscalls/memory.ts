/**
 * Mapping memory. Models Linux mm/mmap.c, mm/mprotect.c, mm/mremap.c, mm/madvise.c.
 * Leaves out: huge pages, locking.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, failed } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { impliedProtection } from "../abi/personality.js";
import { MMAP_ARGS_I386 } from "../abi/structs-i386.js";
import { pageUp, TASK_SIZE } from "../mm/address-space.js";
import { inodeAsMappedFile } from "../mm/mapped-inode.js";
import { SharedPages, Vma } from "../mm/vma.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  flags,
  int,
  long,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";

const mapFlags: ArgumentKind<number> = { ...unsignedInt, type: "int", format: FLAGS.formatMapFlags };
const protection = flags(FLAGS.PROTECTIONS);
const offset: ArgumentKind<number> = {
  ...long,
  type: "off_t",
  format: (value) => (value === 0 ? "0" : `0x${value.toString(16)}`),
};

interface Mapping {
  addr: number;
  length: number;
  prot: number;
  flags: number;
  fd: number;
  offset: number;
}

function map(call: Call, { addr, length, prot, flags: bits, fd, offset: at }: Mapping): Outcome {
  const { space } = call.task;
  if (length === 0 || at % PAGE_SIZE !== 0) return E.EINVAL;
  const type = bits & FLAGS.MAP_TYPE;
  if (type !== FLAGS.MAP_PRIVATE && type !== FLAGS.MAP_SHARED && type !== FLAGS.MAP_SHARED_VALIDATE)
    return E.EINVAL;
  const bytes = pageUp(length);
  if (bytes > TASK_SIZE) return E.ENOMEM;
  const start = place(call, addr, bytes, bits);
  if (start < 0) return start;
  const vma = new Vma(start, start + bytes, impliedProtection(call.task.personality, prot & 7), "");
  if ((bits & FLAGS.MAP_ANONYMOUS) === 0) {
    const failure = mapFile(call, vma, fd, at, type !== FLAGS.MAP_PRIVATE);
    if (failure < 0) return failure;
  }
  if (type !== FLAGS.MAP_PRIVATE && !vma.file) vma.shared = new SharedPages();
  vma.growsDown = (bits & FLAGS.MAP_GROWSDOWN) !== 0;
  space.insert(vma);
  return start;
}

/** Where the mapping goes, or an errno. */
function place(call: Call, addr: number, bytes: number, bits: number): number {
  const { space } = call.task;
  if ((bits & (FLAGS.MAP_FIXED | FLAGS.MAP_FIXED_NOREPLACE)) !== 0) {
    if (addr % PAGE_SIZE !== 0) return E.EINVAL;
    if (addr + bytes > TASK_SIZE) return E.ENOMEM;
    if (addr < 0x10000) return E.EPERM;
    return (bits & FLAGS.MAP_FIXED_NOREPLACE) !== 0 && !space.isFree(addr, addr + bytes) ? E.EEXIST : addr;
  }
  const hint = pageUp(addr);
  if (hint !== 0 && space.isFree(hint, hint + bytes)) return hint;
  return space.findGap(bytes) ?? E.ENOMEM;
}

function mapFile(call: Call, vma: Vma, fd: number, at: number, shared: boolean): number {
  const file = call.task.files.file(fd);
  if (failed(file)) return file;
  if (!file.readable) return E.EACCES;
  if (shared && (vma.prot & FLAGS.PROT_WRITE) !== 0 && !file.writable) return E.EACCES;
  const mapped = inodeAsMappedFile(file.inode);
  if (!mapped) return E.ENODEV;
  vma.file = mapped;
  vma.offset = at;
  vma.storesToFile = shared;
  vma.neverWritable = shared && !file.writable;
  vma.name = file.dentry.path();
  return 0;
}

const mmap = systemCall(
  "mmap",
  "Maps memory, or a file, at a free or a given address.",
  { addr: address, length: size, prot: protection, flags: mapFlags, fd: int, offset },
  (call, values) => map(call, values),
);

const mmap2 = systemCall(
  "mmap2",
  "Maps as mmap does; the offset counts pages.",
  { addr: address, length: size, prot: protection, flags: mapFlags, fd: int, pgoffset: unsignedInt },
  (call, { pgoffset, ...rest }) => map(call, { ...rest, offset: pgoffset * PAGE_SIZE }),
);

const oldMmap = systemCall(
  "old_mmap",
  "Maps as mmap does; the arguments lie in memory.",
  { arg: address },
  (call, { arg }) => {
    const given = call.take(arg, MMAP_ARGS_I386);
    return given
      ? map(call, {
          addr: given.addr,
          length: given.len,
          prot: given.prot,
          flags: given.flags,
          fd: given.fd | 0,
          offset: given.offset,
        })
      : E.EFAULT;
  },
);

const munmap = systemCall(
  "munmap",
  "Removes mappings.",
  { addr: address, length: size },
  (call, { addr, length }) => {
    if (addr % PAGE_SIZE !== 0 || length === 0 || addr + length > TASK_SIZE) return E.EINVAL;
    call.task.space.unmap(addr, addr + pageUp(length));
    return 0;
  },
);

const mprotect = systemCall(
  "mprotect",
  "Changes what may be done with mapped memory.",
  { addr: address, length: size, prot: protection },
  (call, { addr, length, prot }) => {
    if (addr % PAGE_SIZE !== 0 || (prot & ~7) !== 0) return E.EINVAL;
    if (length === 0) return 0;
    const rights = impliedProtection(call.task.personality, prot);
    const { vmas } = call.task.space;
    const refuses = (vma: Vma) => vma.neverWritable && vma.start < addr + length && addr < vma.end;
    if ((rights & FLAGS.PROT_WRITE) !== 0 && vmas.some(refuses)) return E.EACCES;
    return call.task.space.protect(addr, addr + pageUp(length), rights) ? 0 : E.ENOMEM;
  },
);

const brk = systemCall(
  "brk",
  "Moves the end of the heap, or tells where it is.",
  { addr: address },
  (call, { addr }) => {
    const { space } = call.task;
    if (addr < space.startBrk || addr >= TASK_SIZE) return space.brk;
    const oldEnd = pageUp(space.brk);
    const newEnd = pageUp(addr);
    if (newEnd < oldEnd) space.unmap(newEnd, oldEnd);
    else if (newEnd > oldEnd) {
      if (!space.isFree(oldEnd, newEnd)) return space.brk;
      const rights = impliedProtection(call.task.personality, FLAGS.PROT_READ | FLAGS.PROT_WRITE);
      space.insert(new Vma(oldEnd, newEnd, rights, "[heap]"));
    }
    space.brk = addr;
    return addr;
  },
);

const mremap = systemCall(
  "mremap",
  "Resizes a mapping, and moves it when it must and may.",
  {
    old_address: address,
    old_size: size,
    new_size: size,
    flags: flags(FLAGS.MREMAP_FLAGS),
    new_address: address,
  },
  (call, { old_address, old_size, new_size, flags: bits }) => {
    const { space } = call.task;
    if (old_address % PAGE_SIZE !== 0 || new_size === 0 || (bits & ~FLAGS.MREMAP_MAYMOVE) !== 0)
      return E.EINVAL;
    const oldEnd = old_address + pageUp(old_size);
    const newEnd = old_address + pageUp(new_size);
    const vma = space.find(old_address);
    if (!vma || vma.end < oldEnd) return E.EFAULT;
    if (newEnd <= oldEnd) {
      if (newEnd < oldEnd) space.unmap(newEnd, oldEnd);
      return old_address;
    }
    if (!vma.file && !vma.shared && vma.end === oldEnd && space.isFree(oldEnd, newEnd)) {
      space.insert(new Vma(oldEnd, newEnd, vma.prot, vma.name));
      return old_address;
    }
    if ((bits & FLAGS.MREMAP_MAYMOVE) === 0 || vma.shared || vma.file) return E.ENOMEM;
    const target = space.findGap(pageUp(new_size));
    if (target === undefined) return E.ENOMEM;
    space.move(old_address, oldEnd, target, target + pageUp(new_size));
    return target;
  },
  "MREMAP_FIXED, MREMAP_DONTUNMAP, moving of file and shared mappings",
);

const madvise = systemCall(
  "madvise",
  "Tells how memory will be used; MADV_DONTNEED empties it.",
  { addr: address, length: size, advice: choice(FLAGS.MADVICE) },
  (call, { addr, length, advice }) => {
    if (addr % PAGE_SIZE !== 0) return E.EINVAL;
    if (advice === FLAGS.MADV_DONTNEED) call.task.space.discard(addr, addr + pageUp(length));
    return 0;
  },
);

const msync = systemCall(
  "msync",
  "Brings what was stored through a mapping into its file.",
  { addr: address, length: size, flags: flags({ MS_ASYNC: 1, MS_INVALIDATE: 2, MS_SYNC: 4 }) },
  (call, { addr, length, flags: bits }) => {
    if ((bits & ~7) !== 0 || addr % PAGE_SIZE !== 0 || (bits & 5) === 5) return E.EINVAL;
    const end = addr + pageUp(length);
    const { space } = call.task;
    for (const vma of space.vmas)
      if (vma.storesToFile && vma.start < end && addr < vma.end) vma.file?.pages?.writeBack();
    return space.covers(addr, end) ? 0 : E.ENOMEM;
  },
);

export const MEMORY_CALLS: readonly SystemCall[] = [
  mmap,
  mmap2,
  oldMmap,
  munmap,
  mprotect,
  brk,
  mremap,
  madvise,
  msync,
];
