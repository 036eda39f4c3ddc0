/**
 * Transfers in several pieces of memory: readv, writev and their positioned forms.
 * Models Linux fs/read_write.c, lib/iov_iter.c. Leaves out: of the RWF_ flags all but RWF_APPEND and RWF_NOWAIT have no effect.
 */
import { E, failed } from "../abi/errno.js";
import { IOVEC } from "../abi/structs.js";
import { IOVEC_I386 } from "../abi/structs-i386.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import * as transfer from "../fs/read-write.js";
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
import { LARGEST_PIECE, withSignal } from "./transfers.js";

const MOST_PIECES = 1024;

/** One piece of memory. */
export interface Piece {
  readonly base: number;
  readonly length: number;
}

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

const iovec: ArgumentKind<number> = {
  type: "const struct iovec *",
  convert: size.convert,
  format(at, call) {
    const list = pieces(call, at, Number(BigInt.asIntN(32, call.raw(2))));
    if (typeof list === "number") return `0x${at.toString(16)}`;
    return `[${list.map(({ base, length }) => `{iov_base=${shownBytes(base, call, length)}, iov_len=${length}}`).join(", ")}]`;
  },
};

/** All bytes of the pieces one after the other, or EFAULT. */
export function gather(call: Call, list: readonly Piece[]): Uint8Array | number {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const { base, length } of list) {
    const bytes = call.memory.read(base, Math.min(length, LARGEST_PIECE - total));
    if (!bytes) return E.EFAULT;
    parts.push(bytes);
    total += bytes.length;
  }
  const all = new Uint8Array(total);
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}

/** Hands bytes out over the pieces; false for EFAULT. */
export function scatter(call: Call, list: readonly Piece[], bytes: Uint8Array): boolean {
  let given = 0;
  for (const { base, length } of list) {
    const part = bytes.subarray(given, given + length);
    if (!call.memory.write(base, part)) return false;
    given += part.length;
  }
  return true;
}

function writePieces(
  call: Call,
  at: number,
  count: number,
  operation: (bytes: Uint8Array) => Blocking<number>,
): Outcome {
  const list = pieces(call, at, count);
  if (typeof list === "number") return list;
  const bytes = gather(call, list);
  return typeof bytes === "number" ? bytes : withSignal(call, operation(bytes));
}

function readPieces(
  call: Call,
  at: number,
  count: number,
  operation: (into: Uint8Array) => Blocking<number>,
): Outcome {
  const list = pieces(call, at, count);
  if (typeof list === "number") return list;
  const total = list.reduce((sum, { length }) => sum + length, 0);
  const buffer = new Uint8Array(Math.min(total, LARGEST_PIECE));
  const got = operation(buffer);
  if (got instanceof Blocked || got <= 0) return got;
  return scatter(call, list, buffer.subarray(0, got)) ? got : E.EFAULT;
}

const LIST = { fd, iov: iovec, iovcnt: int };

const writev = systemCall("writev", "Writes bytes from several places.", LIST, (call, values) => {
  const { files } = call.task;
  const file = files.file(values.fd);
  if (failed(file)) return file;
  return writePieces(call, values.iov, values.iovcnt, (bytes) =>
    transfer.write(files, values.fd, bytes, call.progress),
  );
});

const readv = systemCall(
  "readv",
  "Reads bytes into several places.",
  { ...LIST, iov: address },
  (call, values) =>
    readPieces(call, values.iov, values.iovcnt, (into) => transfer.read(call.task.files, values.fd, into)),
);

/** On x86-64 the low half of the position is all of it. */
const PLACE = { pos_l: long, pos_h: long };
const RWF_HIPRI = 1;
const RWF_DSYNC = 2;
const RWF_SYNC = 4;
const RWF_NOWAIT = 8;
const RWF_APPEND = 16;
const RWF = { RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, RWF_APPEND };
const KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND;

const preadv = systemCall(
  "preadv",
  "Reads bytes at a place into several places.",
  { ...LIST, iov: address, ...PLACE },
  (call, values) =>
    readPieces(call, values.iov, values.iovcnt, (into) =>
      transfer.readAt(call.task.files, values.fd, into, values.pos_l),
    ),
);
const pwritev = systemCall(
  "pwritev",
  "Writes bytes at a place from several places.",
  { ...LIST, ...PLACE },
  (call, values) =>
    writePieces(call, values.iov, values.iovcnt, (bytes) =>
      transfer.writeAt(call.task.files, values.fd, bytes, values.pos_l),
    ),
);

/** A wait is refused when the caller asked for that. */
function unlessWaiting(bits: number, result: Blocking<number>): Blocking<number> {
  return result instanceof Blocked && bits & RWF_NOWAIT ? E.EAGAIN : result;
}

const preadv2 = systemCall(
  "preadv2",
  "As preadv, with flags; at −1 the descriptor's own position.",
  { ...LIST, iov: address, ...PLACE, flags: flags(RWF) },
  (call, values) => {
    if (values.flags & ~KNOWN) return E.EOPNOTSUPP;
    return readPieces(call, values.iov, values.iovcnt, (into) =>
      unlessWaiting(
        values.flags,
        values.pos_l === -1
          ? transfer.read(call.task.files, values.fd, into)
          : transfer.readAt(call.task.files, values.fd, into, values.pos_l),
      ),
    );
  },
);
const pwritev2 = systemCall(
  "pwritev2",
  "As pwritev, with flags; at −1 the descriptor's own position.",
  { ...LIST, ...PLACE, flags: flags(RWF) },
  (call, values) => {
    if (values.flags & ~KNOWN) return E.EOPNOTSUPP;
    const { files } = call.task;
    const file = files.file(values.fd);
    if (failed(file)) return file;
    const atEnd = (values.flags & RWF_APPEND) !== 0 && file.inode.seekable;
    return writePieces(call, values.iov, values.iovcnt, (bytes) => {
      if (atEnd) return transfer.writeAt(files, values.fd, bytes, file.inode.size);
      const own = values.pos_l === -1;
      const written = own
        ? transfer.write(files, values.fd, bytes, call.progress)
        : transfer.writeAt(files, values.fd, bytes, values.pos_l);
      return unlessWaiting(values.flags, written);
    });
  },
);

export const VECTOR_CALLS: readonly SystemCall[] = [readv, writev, preadv, pwritev, preadv2, pwritev2];
