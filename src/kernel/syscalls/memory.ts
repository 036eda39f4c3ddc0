/**
 * Mapping memory and changing mappings. What the calls do is in `mm/`: mmap.ts, unmap.ts, protect.ts, heap.ts, remap.ts.
 * Models Linux mm/mmap.c, mm/mprotect.c, mm/mremap.c, arch/x86/kernel/sys_x86_64.c.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, failed } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { MMAP_ARGS_I386 } from "../abi/structs-i386.js";
import * as heap from "../mm/heap.js";
import * as mapping from "../mm/mmap.js";
import * as protection from "../mm/protect.js";
import * as moving from "../mm/remap.js";
import * as unmapping from "../mm/unmap.js";
import {
  type ArgumentKind,
  address,
  type Call,
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
const rights = flags(FLAGS.PROTECTIONS);
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
  const { task } = call;
  if (at % PAGE_SIZE !== 0) return E.EINVAL;
  const file = (bits & FLAGS.MAP_ANONYMOUS) === 0 ? task.files.file(fd) : undefined;
  if (failed(file)) return file;
  if (file && (bits & FLAGS.MAP_HUGETLB) !== 0) return E.EINVAL;
  return mapping.mmap(
    task.space,
    {
      ...{ address: addr, length, protection: prot, flags: bits, file },
      offset: at < 0 ? at + 2 ** 64 : at,
      personality: task.personality,
      is32Bit: call.abi === "i386",
    },
    task,
  );
}

const mmap = systemCall(
  "mmap",
  "Maps memory, or a file, at a free or a given address.",
  { addr: address, length: size, prot: rights, flags: mapFlags, fd: int, offset },
  (call, values) => map(call, values),
);

const mmap2 = systemCall(
  "mmap2",
  "Maps as mmap does; the offset counts pages.",
  { addr: address, length: size, prot: rights, flags: mapFlags, fd: int, pgoffset: unsignedInt },
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

const munmap = systemCall("munmap", "Removes mappings.", { addr: address, length: size }, (call, values) =>
  unmapping.munmap(call.task.space, values.addr, values.length),
);

/** Whether an argument has no bits beyond those that could mean something. */
const isNarrow = (call: Call, argument: number): boolean =>
  call.abi === "i386" || call.raw(argument) >> 32n === 0n;

function protect(call: Call, addr: number, length: number, prot: number, key?: number): number {
  const { space, personality } = call.task;
  const request = { address: addr, length, protection: prot, personality };
  return protection.mprotect(space, key === undefined ? request : { ...request, key }, call.task);
}

const mprotect = systemCall(
  "mprotect",
  "Changes what may be done with mapped memory.",
  { addr: address, length: size, prot: rights },
  (call, { addr, length, prot }) => (isNarrow(call, 2) ? protect(call, addr, length, prot) : E.EINVAL),
);

const pkeyMprotect = systemCall(
  "pkey_mprotect",
  "As mprotect, with a protection key; this processor has none.",
  { addr: address, length: size, prot: rights, pkey: int },
  (call, { addr, length, prot, pkey }) =>
    isNarrow(call, 2) ? protect(call, addr, length, prot, pkey) : E.EINVAL,
);

const pkeyAlloc = systemCall(
  "pkey_alloc",
  "Asks for a protection key; this processor has none.",
  { flags: unsignedInt, access_rights: unsignedInt },
  () => E.EINVAL,
);

const pkeyFree = systemCall("pkey_free", "Gives a protection key back.", { pkey: int }, () => E.EINVAL);

const brk = systemCall(
  "brk",
  "Moves the end of the heap, or tells where it is.",
  { addr: address },
  (call, { addr }) => heap.brk(call.task.space, addr, call.task.personality, call.task),
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
  (call, { old_address, old_size, new_size, flags: bits, new_address }) => {
    if (!isNarrow(call, 3)) return E.EINVAL;
    const request = {
      ...{ address: old_address, oldLength: old_size, newLength: new_size },
      ...{ flags: bits, newAddress: new_address },
    };
    return moving.mremap(call.task.space, request, call.task);
  },
);

export const MEMORY_CALLS: readonly SystemCall[] = [
  mmap,
  mmap2,
  oldMmap,
  munmap,
  mprotect,
  pkeyMprotect,
  pkeyAlloc,
  pkeyFree,
  brk,
  mremap,
];
