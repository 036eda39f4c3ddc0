/**
 * What programs say about memory, ask about it, and lock. What the calls do is in `mm/`: advice.ts, locking.ts, mincore.ts, msync.ts.
 * Models Linux mm/madvise.c, mm/mlock.c, mm/mincore.c, mm/msync.c.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import { MAY_WRITE } from "../fs/credentials.js";
import { Inode } from "../fs/inode.js";
import * as advising from "../mm/advice.js";
import * as locking from "../mm/locking.js";
import * as residence from "../mm/mincore.js";
import * as synchronising from "../mm/msync.js";
import * as sealing from "../mm/seal.js";
import { pageUp, TASK_SIZE } from "../mm/user-addresses.js";
import type { Vma } from "../mm/vma.js";
import { address, type Call, choice, flags, type SystemCall, size, systemCall } from "./definition.js";

const madvise = systemCall(
  "madvise",
  "Tells how memory will be used; some advice is an order, as MADV_DONTNEED, which empties it.",
  { addr: address, length: size, advice: choice(FLAGS.MADVICE) },
  (call, { addr, length, advice }) => advising.madvise(call.task.space, addr, length, advice, call.task),
  "MADV_MERGEABLE, guard pages; MADV_WILLNEED, MADV_SEQUENTIAL and MADV_RANDOM change nothing that shows",
);

const mincore = systemCall(
  "mincore",
  "Tells which pages are in memory.",
  { addr: address, length: size, vec: address },
  (call, { addr, length, vec }) => {
    if (addr % PAGE_SIZE !== 0) return E.EINVAL;
    if (addr + length > TASK_SIZE) return E.ENOMEM;
    const pages = pageUp(length) / PAGE_SIZE;
    if (vec + pages > TASK_SIZE) return E.EFAULT;
    const { space } = call.task;
    const inMemory = residence.mincore(space, addr, addr + pageUp(length), (vma) => mayLook(call, vma));
    if (!inMemory) return E.ENOMEM;
    return call.memory.write(vec, inMemory) ? 0 : E.EFAULT;
  },
);

function mayLook(call: Call, { file }: Vma): boolean {
  const { credentials } = call.task.files;
  return !(file instanceof Inode) || credentials.owns(file) || credentials.may(file, MAY_WRITE);
}

const mlock = systemCall(
  "mlock",
  "Keeps pages in memory, and fetches those that are not there.",
  { addr: address, length: size },
  (call, { addr, length }) => locking.mlock(call.task.space, addr, length, false, call.task),
);

const mlock2 = systemCall(
  "mlock2",
  "As mlock; with MLOCK_ONFAULT pages are kept from when they are touched.",
  { addr: address, length: size, flags: flags(FLAGS.MLOCK_FLAGS) },
  (call, { addr, length, flags: bits }) => {
    if ((bits & ~FLAGS.MLOCK_ONFAULT) !== 0) return E.EINVAL;
    return locking.mlock(call.task.space, addr, length, bits !== 0, call.task);
  },
);

const munlock = systemCall(
  "munlock",
  "Lets pages leave memory again.",
  { addr: address, length: size },
  (call, { addr, length }) => locking.munlock(call.task.space, addr, length),
);

const mlockall = systemCall(
  "mlockall",
  "Keeps all pages of the process in memory: those that are mapped, those that will be, or both.",
  { flags: flags(FLAGS.MLOCKALL_FLAGS) },
  (call, { flags: bits }) => locking.mlockall(call.task.space, bits, call.task),
);

const munlockall = systemCall("munlockall", "Lets all pages leave memory again.", {}, (call) =>
  locking.munlockall(call.task.space),
);

const mseal = systemCall(
  "mseal",
  "Lets nothing of mappings be changed any more.",
  { addr: address, length: size, flags: size },
  (call, { addr, length, flags: bits }) => sealing.mseal(call.task.space, addr, length, bits),
);

const msync = systemCall(
  "msync",
  "Brings what was stored through a mapping into its file.",
  { addr: address, length: size, flags: flags(FLAGS.MSYNC_FLAGS) },
  (call, { addr, length, flags: bits }) => synchronising.msync(call.task.space, addr, length, bits),
);

export const MEMORY_ADVICE_CALLS: readonly SystemCall[] = [
  ...[madvise, mincore, mlock, mlock2, munlock, mlockall, munlockall, msync, mseal],
];
