/**
 * Locks on files: flock, and the lock commands of fcntl. How locks meet is in `fs/file-locks.ts`.
 * Models Linux fs/locks.c.
 */
import { E, failed } from "../abi/errno.js";
import { i16, i32, i64, struct } from "../abi/layout.js";
import * as OPEN from "../abi/open-flags.js";
import { FileLocks } from "../fs/file-locks.js";
import type { OpenFile } from "../fs/open-file.js";
import { type Call, flags, type Outcome, type SystemCall, systemCall } from "./definition.js";
import { fd } from "./file-arguments.js";

/** struct flock of x86-64. */
const FLOCK = struct("flock", { l_type: i16, l_whence: i16, l_start: i64, l_len: i64, l_pid: i32 });
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;

const OFD = new Set([OPEN.F_OFD_GETLK, OPEN.F_OFD_SETLK, OPEN.F_OFD_SETLKW]);
const GETTING = new Set([OPEN.F_GETLK, OPEN.F_OFD_GETLK]);
const WAITING = new Set([OPEN.F_SETLKW, OPEN.F_OFD_SETLKW]);

/** Whether fcntl's command is about locks. */
export function isLockCommand(command: number): boolean {
  return OFD.has(command) || (command >= OPEN.F_GETLK && command <= OPEN.F_SETLKW);
}

/** The locks of what is open, made with the first. */
function locksOf({ inode }: OpenFile): FileLocks {
  inode.locks ??= new FileLocks(inode.system.lockWaits);
  return inode.locks;
}

/** fcntl with one of the lock commands. */
export function lockRange(call: Call, number: number, command: number, at: number): Outcome {
  const { files } = call.task;
  const file = files.file(number);
  if (failed(file)) return file;
  const asked = call.take(at, FLOCK);
  if (!asked) return E.EFAULT;
  const ofd = OFD.has(command);
  if (ofd && asked.l_pid !== 0) return E.EINVAL;
  const range = rangeOf(file, asked);
  if (typeof range === "number") return range;
  const type = asked.l_type;
  if (type < F_RDLCK || type > F_UNLCK || (type === F_UNLCK && GETTING.has(command))) return E.EINVAL;
  const owner = ofd ? file : files.descriptors;
  const pid = ofd ? -1 : call.task.pid;
  const wanted = { owner, ...range, exclusive: type === F_WRLCK, pid };
  const locks = locksOf(file);
  if (GETTING.has(command)) {
    const held = locks.conflict(wanted);
    if (!held) return call.put(at, FLOCK, { ...asked, l_type: F_UNLCK });
    return call.put(at, FLOCK, {
      l_type: held.exclusive ? F_WRLCK : F_RDLCK,
      l_whence: OPEN.SEEK_SET,
      l_start: BigInt(held.start),
      l_len: held.end === Number.POSITIVE_INFINITY ? 0n : BigInt(held.end - held.start + 1),
      l_pid: held.pid,
    });
  }
  if (type === F_UNLCK) return locks.drop(owner, range.start, range.end);
  if (type === F_RDLCK ? !file.readable : !file.writable) return E.EBADF;
  return locks.take(wanted, WAITING.has(command));
}

/** First and last byte: a length of 0 reaches to the end, a negative one lies before the start. */
function rangeOf(
  file: OpenFile,
  { l_whence, l_start, l_len }: { l_whence: number; l_start: bigint; l_len: bigint },
): { start: number; end: number } | number {
  const bases: Readonly<Record<number, number>> = {
    [OPEN.SEEK_SET]: 0,
    [OPEN.SEEK_CUR]: file.position,
    [OPEN.SEEK_END]: file.inode.size,
  };
  const base = bases[l_whence];
  if (base === undefined) return E.EINVAL;
  const from = base + Number(l_start);
  const length = Number(l_len);
  const start = length < 0 ? from + length : from;
  if (start < 0) return E.EINVAL;
  if (length === 0) return { start, end: Number.POSITIVE_INFINITY };
  return { start, end: length < 0 ? from - 1 : from + length - 1 };
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const LOCK_MAND = 32;

const flock = systemCall(
  "flock",
  "Locks a whole file, shared or alone.",
  { fd, operation: flags({ LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN }) },
  (call, values) => {
    // A lock of another age that nobody has to keep: Linux takes the call and does nothing.
    if (values.operation & LOCK_MAND) return 0;
    const file = call.task.files.file(values.fd);
    const kind = values.operation & ~LOCK_NB;
    if (kind !== LOCK_SH && kind !== LOCK_EX && kind !== LOCK_UN) return E.EINVAL;
    if (failed(file)) return file;
    if (kind === LOCK_UN) return file.inode.locks?.dropWhole(file) ?? 0;
    return locksOf(file).takeWhole(file, kind === LOCK_EX, (values.operation & LOCK_NB) === 0);
  },
);

export const LOCK_CALLS: readonly SystemCall[] = [flock];
