/**
 * Transfers in several pieces of memory: readv, writev and their positioned forms.
 * Models Linux fs/read_write.c, lib/iov_iter.c. Leaves out: RWF_HIPRI, RWF_SYNC and RWF_DSYNC have no effect.
 */
import { E, type Errno, failed } from "../abi/errno.js";
import { IOVEC } from "../abi/structs.js";
import { IOVEC_I386 } from "../abi/structs-i386.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import { EventCounter } from "../fs/event-counter.js";
import type { OpenFile } from "../fs/open-file.js";
import { ProcText } from "../fs/proc-text.js";
import * as transfer from "../fs/read-write.js";
import { RegularFile } from "../fs/regular-file.js";
import {
  type ArgumentKind,
  address,
  type Call,
  flags,
  int,
  long,
  type Outcome,
  type SystemCall,
  shownBytes,
  size,
  systemCall,
} from "./definition.js";
import { fd } from "./file-arguments.js";
import { positioned, withSignal } from "./transfers.js";
import { giveBytes, type Piece, takeBytes } from "./user-buffers.js";

export const MOST_PIECES = 1024;

/** The pieces of an iovec list, or an errno. */
export function pieces(call: Call, at: number, count: number): Piece[] | number {
  if (count < 0 || count > MOST_PIECES) return E.EINVAL;
  const list: Piece[] = [];
  for (let n = 0; n < count; n++) {
    const one =
      call.abi === "x86-64"
        ? call.take(at + n * IOVEC.size, IOVEC)
        : call.take(at + n * IOVEC_I386.size, IOVEC_I386);
    if (!one) return E.EFAULT;
    const length = Number(BigInt.asIntN(64, BigInt(one.iov_len)));
    if (length < 0) return E.EINVAL;
    list.push({ base: Number(one.iov_base), length });
  }
  return list;
}

/** How many bytes all pieces have. */
export const lengthOf = (list: readonly Piece[]): number => list.reduce((sum, { length }) => sum + length, 0);

const iovec: ArgumentKind<number> = {
  type: "const struct iovec *",
  convert: size.convert,
  format(at, call) {
    const list = pieces(call, at, Number(BigInt.asIntN(32, call.raw(2))));
    if (typeof list === "number") return `0x${at.toString(16)}`;
    return `[${list.map(({ base, length }) => `{iov_base=${shownBytes(base, call, length)}, iov_len=${length}}`).join(", ")}]`;
  },
};

function writePieces(
  call: Call,
  file: OpenFile,
  { iov, iovcnt }: { iov: number; iovcnt: number },
  operation: (bytes: Uint8Array) => Blocking<number>,
): Outcome {
  if (!file.writable) return E.EBADF;
  if (!file.inode.canWrite) return E.EINVAL;
  const list = pieces(call, iov, iovcnt);
  if (typeof list === "number") return list;
  const full = list.filter(({ length }) => length > 0);
  if (full.length === 0) return 0;
  // It takes one piece after the other, and the first must be a whole number.
  const first = file.inode instanceof EventCounter ? full.slice(0, 1) : full;
  const bytes = takeBytes(call.memory, first, file);
  return typeof bytes === "number" ? bytes : withSignal(call, operation(bytes));
}

function readPieces(
  call: Call,
  file: OpenFile,
  { iov, iovcnt }: { iov: number; iovcnt: number },
  operation: (into: Uint8Array) => Blocking<number>,
): Outcome {
  if (!file.readable) return E.EBADF;
  if (!file.inode.canRead) return E.EINVAL;
  const list = pieces(call, iov, iovcnt);
  if (typeof list === "number") return list;
  return list.every(({ length }) => length === 0) ? 0 : giveBytes(call.memory, list, file, operation);
}

const LIST = { fd, iov: iovec, iovcnt: int };

const writev = systemCall("writev", "Writes bytes from several places.", LIST, (call, values) => {
  const { files } = call.task;
  const file = files.file(values.fd);
  if (failed(file)) return file;
  return writePieces(call, file, values, (bytes) => transfer.write(files, values.fd, bytes, call.progress));
});

const readv = systemCall(
  "readv",
  "Reads bytes into several places.",
  { ...LIST, iov: address },
  (call, values) => {
    const { files } = call.task;
    const file = files.file(values.fd);
    if (failed(file)) return file;
    return readPieces(call, file, values, (into) => transfer.read(files, values.fd, into, call.progress));
  },
);

/** On x86-64 the low half of the position is all of it. */
const PLACE = { pos_l: long, pos_h: long };
const RWF_HIPRI = 1;
const RWF_DSYNC = 2;
const RWF_SYNC = 4;
const RWF_NOWAIT = 8;
const RWF_APPEND = 16;
const RWF_NOAPPEND = 32;
const RWF = { RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, RWF_APPEND, RWF_NOAPPEND };
const KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | RWF_NOAPPEND;
/** RWF_ATOMIC, RWF_DONTCACHE: what only some disks can. */
const RARE = 64 | 128;

/** Why these flags cannot be had of a file; 0 when they can. */
function refusal(bits: number, { inode }: OpenFile): number {
  if (bits & ~(KNOWN | RARE)) return E.EOPNOTSUPP;
  if ((bits & RWF_APPEND) !== 0 && (bits & RWF_NOAPPEND) !== 0) return E.EINVAL;
  if (bits & RARE || (bits & RWF_NOWAIT && inode instanceof RegularFile)) return E.EOPNOTSUPP;
  return bits & ~RWF_HIPRI && !inode.takesPages ? E.EOPNOTSUPP : 0;
}

const preadv = systemCall(
  "preadv",
  "Reads bytes at a place into several places.",
  { ...LIST, iov: address, ...PLACE },
  (call, values) => {
    const { files } = call.task;
    const file = positioned(call, values.fd, values.pos_l);
    if (failed(file)) return file;
    return readPieces(call, file, values, (into) => transfer.readAt(files, values.fd, into, values.pos_l));
  },
);
const pwritev = systemCall(
  "pwritev",
  "Writes bytes at a place from several places.",
  { ...LIST, ...PLACE },
  (call, values) => {
    const { files } = call.task;
    const file = positioned(call, values.fd, values.pos_l);
    if (failed(file)) return file;
    if (file.inode instanceof ProcText && !file.inode.takesPlaces) return E.ESPIPE;
    return writePieces(call, file, values, (bytes) =>
      transfer.writeAt(files, values.fd, bytes, values.pos_l),
    );
  },
);

/** A wait is refused when the caller asked for that. */
function unlessWaiting(bits: number, result: Blocking<number>): Blocking<number> {
  return result instanceof Blocked && bits & RWF_NOWAIT ? E.EAGAIN : result;
}

/** At −1 the descriptor's own position counts, and then it need not have one that can be moved. */
function placed(call: Call, number: number, position: number): ReturnType<typeof positioned> {
  return position === -1 ? call.task.files.file(number) : positioned(call, number, position);
}

const preadv2 = systemCall(
  "preadv2",
  "As preadv, with flags; at −1 the descriptor's own position.",
  { ...LIST, iov: address, ...PLACE, flags: flags(RWF) },
  (call, values) => {
    const { files } = call.task;
    const file = placed(call, values.fd, values.pos_l);
    if (failed(file)) return file;
    return readPieces(call, file, values, (into) => {
      const error = refusal(values.flags, file);
      if (error) return error as Errno;
      const own = values.pos_l === -1;
      const read = own
        ? transfer.read(files, values.fd, into, call.progress)
        : transfer.readAt(files, values.fd, into, values.pos_l);
      return unlessWaiting(values.flags, read);
    });
  },
);
const pwritev2 = systemCall(
  "pwritev2",
  "As pwritev, with flags; at −1 the descriptor's own position.",
  { ...LIST, ...PLACE, flags: flags(RWF) },
  (call, values) => {
    const { files } = call.task;
    const file = placed(call, values.fd, values.pos_l);
    if (failed(file)) return file;
    if (values.pos_l !== -1 && file.inode instanceof ProcText && !file.inode.takesPlaces) return E.ESPIPE;
    const atEnd = (values.flags & RWF_APPEND) !== 0 && file.inode.seekable;
    return writePieces(call, file, values, (bytes) => {
      const error = refusal(values.flags, file);
      if (error) return error as Errno;
      if (atEnd) return transfer.writeAt(files, values.fd, bytes, file.inode.size);
      const own = values.pos_l === -1;
      const written = own
        ? transfer.write(files, values.fd, bytes, call.progress)
        : transfer.writeAt(files, values.fd, bytes, values.pos_l, (values.flags & RWF_NOAPPEND) !== 0);
      return unlessWaiting(values.flags, written);
    });
  },
);

export const VECTOR_CALLS: readonly SystemCall[] = [readv, writev, preadv, pwritev, preadv2, pwritev2];
