/**
 * Bytes between descriptors and the program's memory: read, write, their positioned forms, seek, and copies within the kernel.
 * Models Linux fs/read_write.c, fs/splice.c.
 */
import { E, type Errno, failed } from "../abi/errno.js";
import { SEEK_ORIGINS } from "../abi/open-flags.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import * as copies from "../fs/copies.js";
import type { OpenFile } from "../fs/open-file.js";
import { Pipe } from "../fs/pipe.js";
import { ProcText } from "../fs/proc-text.js";
import * as transfer from "../fs/read-write.js";
import { RegularFile } from "../fs/regular-file.js";
import { TASK_SIZE } from "../mm/address-space.js";
import { sendSignal } from "../process/signal-delivery.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  filledBuffer,
  long,
  type Outcome,
  type SystemCall,
  shownBytes,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { fd } from "./file-arguments.js";
import { giveBytes, MOST_BYTES, takeBytes } from "./user-buffers.js";

/** A pointer to bytes to be written; how many is the next argument, so the text is made when the count is known. */
const written: ArgumentKind<number> = {
  type: "const void *",
  convert: size.convert,
  format: (at, call) => shownBytes(at, call, Number(call.raw(2))),
};

/** Writing to a pipe that nobody reads raises SIGPIPE as well. */
export function withSignal(call: Call, result: Blocking<number>): Outcome {
  if (result === E.EPIPE) sendSignal(call.task, SIGNAL.SIGPIPE);
  return result;
}

const read = systemCall("read", "Reads bytes.", { fd, buf: filledBuffer, count: size }, (call, values) => {
  const { files } = call.task;
  const file = files.file(values.fd);
  if (failed(file)) return file;
  if (!file.readable) return E.EBADF;
  if (values.buf + values.count > TASK_SIZE) return E.EFAULT;
  const pieces = [{ base: values.buf, length: usefulLength(file, values.count) }];
  return giveBytes(call.memory, pieces, file, (into) => transfer.read(files, values.fd, into, call.progress));
});

/** A regular file never gives more than what is left of it, so no larger buffer is needed. */
function usefulLength({ inode, position }: OpenFile, count: number): number {
  return inode instanceof RegularFile ? Math.min(count, Math.max(1, inode.size - position)) : count;
}

const write = systemCall("write", "Writes bytes.", { fd, buf: written, count: size }, (call, values) => {
  const { files } = call.task;
  const file = files.file(values.fd);
  if (failed(file)) return file;
  if (!file.writable) return E.EBADF;
  const bytes = takeBytes(call.memory, [{ base: values.buf, length: values.count }], file);
  return failed(bytes) ? bytes : withSignal(call, transfer.write(files, values.fd, bytes, call.progress));
});

/** Where in a file; i386 gives it in two halves, of which this is the lower one, and the upper one is left out. */
const place: ArgumentKind<number> = {
  ...long,
  convert: (raw, abi) => (abi === "i386" ? Number(BigInt.asUintN(32, raw)) : long.convert(raw, abi)),
};

/** The description of a call that names a position; or why there can be none. */
export function positioned(call: Call, number: number, position: number): OpenFile | Errno {
  if (position < 0) return E.EINVAL;
  const file = call.task.files.file(number);
  return failed(file) || file.inode.seekable ? file : E.ESPIPE;
}

const pread64 = systemCall(
  "pread64",
  "Reads at a place without moving.",
  { fd, buf: filledBuffer, count: size, offset: place },
  (call, values) => {
    const file = positioned(call, values.fd, values.offset);
    if (failed(file)) return file;
    if (!file.readable) return E.EBADF;
    return giveBytes(call.memory, [{ base: values.buf, length: values.count }], file, (into) =>
      transfer.readAt(call.task.files, values.fd, into, values.offset),
    );
  },
);

const pwrite64 = systemCall(
  "pwrite64",
  "Writes at a place without moving.",
  { fd, buf: written, count: size, offset: place },
  (call, values) => {
    const file = positioned(call, values.fd, values.offset);
    if (failed(file)) return file;
    if (file.inode instanceof ProcText && !file.inode.takesPlaces) return E.ESPIPE;
    if (!file.writable) return E.EBADF;
    const bytes = takeBytes(call.memory, [{ base: values.buf, length: values.count }], file);
    return failed(bytes) ? bytes : transfer.writeAt(call.task.files, values.fd, bytes, values.offset);
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

/** SSIZE_MAX */
const LARGEST_COUNT = 2 ** 63 - 1024;

const sendfile = systemCall(
  "sendfile",
  "Copies between descriptors.",
  { out_fd: fd, in_fd: fd, offset: address, count: size },
  (call, values) => {
    if (values.count > LARGEST_COUNT) return E.EINVAL;
    const position = values.offset === 0 ? undefined : call.memory.read64(values.offset);
    if (values.offset !== 0 && position === undefined) return E.EFAULT;
    const start = position === undefined ? undefined : Number(BigInt.asIntN(64, position));
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

/** The position at an address; undefined for a null pointer, or EFAULT. */
function positionAt(call: Call, at: number): { position: number | undefined } | number {
  if (at === 0) return { position: undefined };
  const raw = call.memory.read64(at);
  return raw === undefined ? E.EFAULT : { position: Number(BigInt.asIntN(64, raw)) };
}

/** Runs a copy between two places and moves the positions that lie in memory. */
function copyBetween(
  call: Call,
  from: number,
  to: number,
  copy: (from: number | undefined, to: number | undefined) => Blocking<number>,
): Outcome {
  const input = positionAt(call, from);
  if (typeof input === "number") return input;
  const output = positionAt(call, to);
  if (typeof output === "number") return output;
  const moved = copy(input.position, output.position);
  if (moved instanceof Blocked || moved <= 0) return withSignal(call, moved);
  if (input.position !== undefined && !call.memory.write64(from, BigInt(input.position + moved)))
    return E.EFAULT;
  if (output.position !== undefined && !call.memory.write64(to, BigInt(output.position + moved)))
    return E.EFAULT;
  return moved;
}

const COPIED = { fd_in: fd, off_in: address, fd_out: fd, off_out: address, len: size, flags: unsignedInt };
const copyFileRange = systemCall(
  "copy_file_range",
  "Copies from one regular file to another.",
  COPIED,
  (call, values) =>
    values.flags !== 0
      ? E.EINVAL
      : copyBetween(call, values.off_in, values.off_out, (from, to) =>
          copies.copyRange(call.task.files, values.fd_in, from, values.fd_out, to, values.len),
        ),
);
const splice = systemCall(
  "splice",
  "Moves bytes between a pipe and another descriptor.",
  COPIED,
  (call, values) => {
    const ends = [
      { number: values.fd_in, position: values.off_in },
      { number: values.fd_out, position: values.off_out },
    ];
    if (ends.some((end) => end.position !== 0 && isPipe(call, end.number))) return E.ESPIPE;
    if (values.len > LARGEST_COUNT && !ends.every((end) => isPipe(call, end.number))) return E.EINVAL;
    return copyBetween(call, values.off_in, values.off_out, (from, to) =>
      copies.splice(
        call.task.files,
        { fd: values.fd_in, position: from },
        { fd: values.fd_out, position: to },
        Math.min(values.len, MOST_BYTES),
        values.flags,
      ),
    );
  },
);

/** A pipe has no positions, wherever they may lie. */
function isPipe(call: Call, number: number): boolean {
  const file = call.task.files.file(number);
  return !failed(file) && file.inode instanceof Pipe;
}

const tee = systemCall(
  "tee",
  "Copies from one pipe to another and takes nothing away.",
  { fd_in: fd, fd_out: fd, len: size, flags: unsignedInt },
  (call, values) =>
    withSignal(call, copies.tee(call.task.files, values.fd_in, values.fd_out, values.len, values.flags)),
);

export const TRANSFER_CALLS: readonly SystemCall[] = [
  ...[read, write, pread64, pwrite64, lseek, llseek, sendfile, copyFileRange, splice, tee],
];
