/**
 * Bytes between descriptors and the program's memory: read, write, their vector and positioned forms, seek, sendfile.
 * Models Linux fs/read_write.c, lib/iov_iter.c. Leaves out: preadv, pwritev, splice.
 */
import { E, failed } from "../abi/errno.js";
import { SEEK_ORIGINS } from "../abi/open-flags.js";
import { SIGNAL } from "../abi/signals.js";
import { IOVEC } from "../abi/structs.js";
import { IOVEC_I386 } from "../abi/structs-i386.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import * as transfer from "../fs/read-write.js";
import { RegularFile } from "../fs/regular-file.js";
import { sendSignal } from "../process/signal-delivery.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  filledBuffer,
  int,
  long,
  type Outcome,
  type SystemCall,
  shownBytes,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { fd } from "./file-arguments.js";

/** A pointer to bytes to be written; how many is the next argument, so the text is made when the count is known. */
const written: ArgumentKind<number> = {
  type: "const void *",
  convert: size.convert,
  format: (at, call) => shownBytes(at, call, Number(call.raw(2))),
};

/** Linux moves at most this many bytes in one call (MAX_RW_COUNT). */
const MOST_BYTES = 0x7ffff000;
/** One call holds at most this many bytes outside of guest memory; a longer one is a short read or write, as it may be. */
const LARGEST_PIECE = 16 << 20;

/** Runs a reading operation into a buffer, then hands the bytes to the program. */
function readInto(
  call: Call,
  at: number,
  count: number,
  operation: (into: Uint8Array) => Blocking<number>,
): Outcome {
  if (count < 0) return E.EINVAL;
  const room = call.memory.writable(at, Math.min(count, MOST_BYTES, LARGEST_PIECE));
  if (room === 0 && count > 0) return E.EFAULT;
  const buffer = new Uint8Array(room);
  const got = operation(buffer);
  if (got instanceof Blocked || got <= 0) return got;
  return call.memory.write(at, buffer.subarray(0, got)) ? got : E.EFAULT;
}

/** Writing to a pipe that nobody reads raises SIGPIPE as well. */
function withSignal(call: Call, result: Blocking<number>): Outcome {
  if (result === E.EPIPE) sendSignal(call.task, SIGNAL.SIGPIPE);
  return result;
}

const read = systemCall("read", "Reads bytes.", { fd, buf: filledBuffer, count: size }, (call, values) => {
  const { files } = call.task;
  const length = regularRemainder(call, values.fd, values.count);
  return readInto(call, values.buf, length, (into) => transfer.read(files, values.fd, into));
});

/** A regular file never gives more than what is left of it, so no larger buffer is needed. */
function regularRemainder(call: Call, number: number, count: number): number {
  const file = call.task.files.file(number);
  if (failed(file) || !(file.inode instanceof RegularFile)) return count;
  return Math.min(count, Math.max(1, file.inode.size - file.position));
}

const write = systemCall("write", "Writes bytes.", { fd, buf: written, count: size }, (call, values) => {
  const { files } = call.task;
  const file = files.file(values.fd);
  if (failed(file)) return file;
  const bytes = call.memory.read(values.buf, Math.min(values.count, LARGEST_PIECE));
  if (!bytes) return E.EFAULT;
  return withSignal(call, transfer.write(files, values.fd, bytes, call.progress));
});

const pread64 = systemCall(
  "pread64",
  "Reads at a place without moving.",
  { fd, buf: filledBuffer, count: size, offset: long },
  (call, values) =>
    readInto(call, values.buf, values.count, (into) =>
      transfer.readAt(call.task.files, values.fd, into, values.offset),
    ),
);

const pwrite64 = systemCall(
  "pwrite64",
  "Writes at a place without moving.",
  { fd, buf: written, count: size, offset: long },
  (call, values) => {
    const bytes = call.memory.read(values.buf, Math.min(values.count, LARGEST_PIECE));
    return bytes ? transfer.writeAt(call.task.files, values.fd, bytes, values.offset) : E.EFAULT;
  },
);

/** The pieces of an iovec list, or an errno. */
function pieces(call: Call, at: number, count: number): { base: number; length: number }[] | number {
  if (count < 0 || count > 1024) return E.EINVAL;
  const list: { base: number; length: number }[] = [];
  for (let n = 0; n < count; n++) {
    const one =
      call.abi === "x86-64"
        ? call.take(at + n * IOVEC.size, IOVEC)
        : call.take(at + n * IOVEC_I386.size, IOVEC_I386);
    if (!one) return E.EFAULT;
    list.push({ base: Number(one.iov_base), length: Number(one.iov_len) });
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

const writev = systemCall(
  "writev",
  "Writes bytes from several places.",
  { fd, iov: iovec, iovcnt: int },
  (call, values) => {
    const list = pieces(call, values.iov, values.iovcnt);
    if (typeof list === "number") return list;
    const parts: Uint8Array[] = [];
    for (const { base, length } of list) {
      const bytes = call.memory.read(base, Math.min(length, LARGEST_PIECE));
      if (!bytes) return E.EFAULT;
      parts.push(bytes);
    }
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let filled = 0;
    for (const part of parts) {
      all.set(part, filled);
      filled += part.length;
    }
    return withSignal(call, transfer.write(call.task.files, values.fd, all, call.progress));
  },
);

const readv = systemCall(
  "readv",
  "Reads bytes into several places.",
  { fd, iov: address, iovcnt: int },
  (call, values) => {
    const list = pieces(call, values.iov, values.iovcnt);
    if (typeof list === "number") return list;
    const total = list.reduce((sum, { length }) => sum + length, 0);
    const buffer = new Uint8Array(Math.min(total, LARGEST_PIECE));
    const got = transfer.read(call.task.files, values.fd, buffer);
    if (got instanceof Blocked || got <= 0) return got;
    let given = 0;
    for (const { base, length } of list) {
      const part = buffer.subarray(given, Math.min(got, given + length));
      if (!call.memory.write(base, part)) return E.EFAULT;
      given += part.length;
    }
    return got;
  },
);

const origin = choice(SEEK_ORIGINS);

const lseek = systemCall(
  "lseek",
  "Moves the position.",
  { fd, offset: long, whence: origin },
  (call, values) => transfer.seek(call.task.files, values.fd, values.offset, values.whence),
);
const llseek = systemCall(
  "_llseek",
  "Moves the position by 64 bits.",
  { fd, high: unsignedInt, low: unsignedInt, result: address, whence: origin },
  (call, values) => {
    const offset = Number(BigInt.asIntN(64, (BigInt(values.high) << 32n) | BigInt(values.low)));
    const position = transfer.seek(call.task.files, values.fd, offset, values.whence);
    if (failed(position)) return position;
    return call.memory.write64(values.result, BigInt(position)) ? 0 : E.EFAULT;
  },
);

const sendfile = systemCall(
  "sendfile",
  "Copies between descriptors.",
  { out_fd: fd, in_fd: fd, offset: address, count: size },
  (call, values) => {
    const position = values.offset === 0 ? undefined : call.memory.read64(values.offset);
    if (values.offset !== 0 && position === undefined) return E.EFAULT;
    const start = position === undefined ? undefined : Number(position);
    const moved = transfer.sendFile(
      call.task.files,
      values.out_fd,
      values.in_fd,
      start,
      Math.min(values.count, MOST_BYTES),
    );
    if (moved instanceof Blocked || moved < 0 || start === undefined) return moved;
    return call.memory.write64(values.offset, BigInt(start + moved)) ? moved : E.EFAULT;
  },
);

export const TRANSFER_CALLS: readonly SystemCall[] = [
  ...[read, write, pread64, pwrite64, readv, writev, lseek, llseek, sendfile],
];
