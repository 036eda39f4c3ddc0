/**
 * Copies that never leave the kernel: copy_file_range between files, splice between a pipe and something else, tee from pipe to
 * pipe. Models Linux fs/read_write.c, fs/splice.c. Leaves out: sharing pages instead of copying bytes; vmsplice.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { IN_ACCESS } from "../abi/inotify.js";
import { Blocked, type Blocking, blocked } from "./blocking.js";
import type { Files } from "./files.js";
import { tellFile } from "./notify.js";
import type { OpenFile } from "./open-file.js";
import { Pipe } from "./pipe.js";
import { load, store } from "./read-write.js";
import { RegularFile } from "./regular-file.js";

const PIECE = 65536;
const SPLICE_F_MOVE = 1;
const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_MORE = 4;
const SPLICE_F_GIFT = 8;
const SPLICE_FLAGS = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;

function bothEnds(files: Files, input: number, output: number): Result<readonly [OpenFile, OpenFile]> {
  const from = files.file(input);
  if (failed(from)) return from;
  const to = files.file(output);
  if (failed(to)) return to;
  return [from, to];
}

/** copy_file_range; an undefined position is the description's own, which then moves. How many bytes went. */
export function copyRange(
  files: Files,
  input: number,
  from: number | undefined,
  output: number,
  to: number | undefined,
  length: number,
): Blocking<number> {
  const ends = bothEnds(files, input, output);
  if (failed(ends)) return ends;
  const [source, target] = ends;
  if (source.inode.isDirectory || target.inode.isDirectory) return E.EISDIR;
  if (!source.inode.isRegular || !target.inode.isRegular) return E.EINVAL;
  if (!source.readable || !target.writable || target.appends) return E.EBADF;
  if (!(source.inode instanceof RegularFile) || !(target.inode instanceof RegularFile)) return E.EXDEV;
  if (source.inode.device !== target.inode.device) return E.EXDEV;
  const start = from ?? source.position;
  const place = to ?? target.position;
  if (beginsAgain(start, length) || beginsAgain(place, length)) return E.EOVERFLOW;
  if (start < 0 || place < 0) return E.EINVAL;
  const count = Math.min(length, Math.max(0, source.inode.size - start));
  if (source.inode === target.inode && start < place + count && place < start + count) return E.EINVAL;
  let done = 0;
  while (done < count) {
    if (done === 0) tellFile(source.dentry, IN_ACCESS);
    const piece = source.inode.readAt(start + done, Math.min(PIECE, count - done));
    const went = store(files, target, piece, place + done);
    if (typeof went !== "number" || went < 0) {
      if (done === 0) return went;
      break;
    }
    done += went;
    if (went < piece.length) break;
  }
  if (from === undefined) source.position += done;
  if (to === undefined) target.position += done;
  return done;
}

/** Whether a place and what follows it, as numbers of 64 bits without a sign, go beyond the largest. */
function beginsAgain(place: number, length: number): boolean {
  return place < 0 ? length >= -place : place + length >= 2 ** 64;
}

/** One side of a splice. */
export interface SpliceEnd {
  readonly fd: number;
  /** Undefined for the description's own position. */
  readonly position: number | undefined;
}

/** splice: one side must be a pipe. */
export function splice(
  files: Files,
  input: SpliceEnd,
  output: SpliceEnd,
  length: number,
  flags: number,
): Blocking<number> {
  if (length === 0) return 0;
  if (flags & ~SPLICE_FLAGS) return E.EINVAL;
  const ends = bothEnds(files, input.fd, output.fd);
  if (failed(ends)) return ends;
  const [from, to] = ends;
  if (!from.readable || !to.writable) return E.EBADF;
  const [pipeIn, pipeOut] = [from.inode instanceof Pipe, to.inode instanceof Pipe];
  if (!pipeIn && !pipeOut) return E.EINVAL;
  if (pipeIn && input.position !== undefined) return E.ESPIPE;
  if (pipeOut && output.position !== undefined) return E.ESPIPE;
  if (input.position !== undefined && !from.inode.seekable) return E.EINVAL;
  if (output.position !== undefined && !to.inode.seekable) return E.EINVAL;
  if (pipeIn && pipeOut && from.inode === to.inode) return E.EINVAL;
  if (!pipeOut && (to.appends || !to.inode.takesPages)) return E.EINVAL;
  if (!pipeIn && !from.inode.givesPages) return E.EINVAL;
  return quietly(move(files, from, input.position, to, output.position, length), flags);
}

/** With SPLICE_F_NONBLOCK nothing waits. */
function quietly(result: Blocking<number>, flags: number): Blocking<number> {
  return blocked(result) && flags & SPLICE_F_NONBLOCK ? E.EAGAIN : result;
}

function move(
  files: Files,
  from: OpenFile,
  start: number | undefined,
  to: OpenFile,
  place: number | undefined,
  length: number,
): Blocking<number> {
  const room = to.inode instanceof Pipe ? to.inode.capacity - to.inode.filling : PIECE;
  if (to.inode instanceof Pipe && to.inode.readers === 0) return E.EPIPE;
  if (room === 0) return to.nonBlocking ? E.EAGAIN : new Blocked(to.inode.queues(to));
  const buffer = new Uint8Array(Math.min(length, room));
  const got =
    from.inode instanceof Pipe ? from.inode.peek(from, buffer) : load(from, buffer, start ?? from.position);
  if (blocked(got) || got <= 0) return got;
  const went = store(files, to, buffer.subarray(0, got), place ?? to.position);
  if (blocked(went) || went <= 0) return went;
  if (from.inode instanceof Pipe) from.inode.read(from, buffer.subarray(0, went));
  else if (start === undefined && from.inode.seekable) from.position += went;
  if (place === undefined && to.inode.seekable) to.position += went;
  return went;
}

/** tee. */
export function tee(
  files: Files,
  input: number,
  output: number,
  length: number,
  flags: number,
): Blocking<number> {
  if (flags & ~SPLICE_FLAGS) return E.EINVAL;
  if (length === 0) return 0;
  const ends = bothEnds(files, input, output);
  if (failed(ends)) return ends;
  const [from, to] = ends;
  if (!from.readable || !to.writable) return E.EBADF;
  if (!(from.inode instanceof Pipe) || !(to.inode instanceof Pipe) || from.inode === to.inode)
    return E.EINVAL;
  if (to.inode.readers === 0) return E.EPIPE;
  const room = to.inode.capacity - to.inode.filling;
  if (room === 0) return quietly(to.nonBlocking ? E.EAGAIN : new Blocked(to.inode.queues(to)), flags);
  const buffer = new Uint8Array(Math.min(length, room));
  const got = from.inode.peek(from, buffer);
  if (blocked(got)) return quietly(got, flags);
  return got <= 0 ? got : to.inode.write(to, buffer.subarray(0, got), 0);
}
