/**
 * Reading, writing and moving about in open files.
 * Models fs/read_write.c. Leaves out: mandatory locks; holes are found in steps of 4096 bytes.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { IN_ACCESS, IN_MODIFY } from "../abi/inotify.js";
import { SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from "../abi/open-flags.js";
import { type Blocking, blocked, type Progress } from "./blocking.js";
import type { Files } from "./files.js";
import { tellFile } from "./notify.js";
import type { OpenFile } from "./open-file.js";
import { Pipe } from "./pipe.js";
import { RegularFile } from "./regular-file.js";
import { writableLength } from "./size-limit.js";

const SENDFILE_PIECE = 65536;

/** Reads into `into` from the description's position on and moves it. */
export function read(files: Files, fd: number, into: Uint8Array, progress?: Progress): Blocking<number> {
  const file = files.file(fd);
  if (failed(file)) return file;
  if (!file.readable) return E.EBADF;
  return readMoving(file, into, progress);
}

/** Reads at a position; the description's own stays where it is. */
export function load(
  file: OpenFile,
  into: Uint8Array,
  position: number,
  progress?: Progress,
): Blocking<number> {
  const count = file.inode.read(file, into, position, progress);
  if (typeof count === "number" && count > 0) tellFile(file.dentry, IN_ACCESS);
  return count;
}

function readMoving(file: OpenFile, into: Uint8Array, progress?: Progress): Blocking<number> {
  const count = load(file, into, file.position, progress);
  if (typeof count === "number" && count > 0 && file.inode.seekable) file.position += count;
  return count;
}

/** Whether `length` bytes from a place on end where a position can be: positions have 63 bits. */
const hasEnd = (place: number, length: number): boolean => place >= 0 && place + length < 2 ** 63;

/** Reads at `position` and leaves the description's own where it is. */
export function readAt(files: Files, fd: number, into: Uint8Array, position: number): Blocking<number> {
  if (position < 0) return E.EINVAL;
  const file = files.file(fd);
  if (failed(file)) return file;
  if (!file.inode.seekable) return E.ESPIPE;
  if (!file.readable) return E.EBADF;
  if (!hasEnd(position, into.length)) return E.EINVAL;
  return load(file, into, position);
}

/**
 * Writes `bytes` at the description's position (with O_APPEND: at the end) and moves it.
 * When it returns EPIPE, the caller sends SIGPIPE.
 * @param progress what an earlier try returned that had to wait; `bytes` are the same, from the first on
 */
export function write(files: Files, fd: number, bytes: Uint8Array, progress?: Progress): Blocking<number> {
  const file = files.file(fd);
  if (failed(file)) return file;
  if (!file.writable) return E.EBADF;
  return writeMoving(files, file, bytes, progress);
}

/**
 * Writes at a position, as far as RLIMIT_FSIZE allows; the description's own stays where it is. Whoever writes without
 * privileges takes the set-user-id bit off.
 */
export function store(
  files: Files,
  file: OpenFile,
  bytes: Uint8Array,
  position: number,
  progress?: Progress,
): Blocking<number> {
  const { inode } = file;
  const allowed = writableLength(files, inode, position, bytes.length);
  if (failed(allowed)) return allowed;
  const written = inode.write(file, bytes.subarray(0, allowed), position, progress);
  if (typeof written !== "number" || written <= 0) return written;
  tellFile(file.dentry, IN_MODIFY);
  if (inode.isRegular && !files.credentials.capable(CAP.CAP_FSETID)) inode.dropRights(files.credentials);
  return written;
}

function writeMoving(files: Files, file: OpenFile, bytes: Uint8Array, progress?: Progress): Blocking<number> {
  const { inode } = file;
  const position = file.appends ? inode.size : file.position;
  const count = store(files, file, bytes, position, progress);
  if (typeof count === "number" && count > 0 && inode.seekable) file.position = position + count;
  return count;
}

/** Writes at `position`; with O_APPEND at the end all the same, as Linux does. */
export function writeAt(
  files: Files,
  fd: number,
  bytes: Uint8Array,
  position: number,
  neverAppends = false,
): Blocking<number> {
  if (position < 0) return E.EINVAL;
  const file = files.file(fd);
  if (failed(file)) return file;
  if (!file.inode.seekable) return E.ESPIPE;
  if (!file.writable) return E.EBADF;
  if (!hasEnd(position, bytes.length)) return E.EINVAL;
  return store(files, file, bytes, file.appends && !neverAppends ? file.inode.size : position);
}

/** Moves the position; the new one. */
export function seek(files: Files, fd: number, offset: number, origin: number): Result<number> {
  const file = files.file(fd);
  if (failed(file)) return file;
  if (origin < SEEK_SET || origin > SEEK_HOLE) return E.EINVAL;
  if (!file.inode.seekable) return seekNowhere(file, origin);
  const position = newPosition(file, offset, origin);
  if (failed(position)) return position;
  if (position < 0 || (origin !== SEEK_SET && position >= 2 ** 63)) return E.EINVAL;
  file.position = position;
  return position;
}

function seekNowhere({ inode }: OpenFile, origin: number): Result<number> {
  if (origin > SEEK_HOLE) return E.EINVAL;
  return inode.ignoresSeeking ? 0 : E.ESPIPE;
}

function newPosition(file: OpenFile, offset: number, origin: number): Result<number> {
  const { inode } = file;
  const { size } = inode;
  switch (origin) {
    case SEEK_SET:
      return offset < 0 ? E.EINVAL : offset;
    case SEEK_CUR:
      return file.position + offset < 0 ? E.EINVAL : file.position + offset;
    case SEEK_END:
      return !inode.hasEnd || size + offset < 0 ? E.EINVAL : size + offset;
    case SEEK_DATA:
    case SEEK_HOLE:
      return inode instanceof RegularFile ? positionOf(inode, offset, origin === SEEK_DATA) : E.EINVAL;
    default:
      return E.EINVAL;
  }
}

/** The next data or hole; behind all data there is one more hole, at the end. */
function positionOf(file: RegularFile, offset: number, data: boolean): Result<number> {
  if (offset < 0 || offset >= file.size) return E.ENXIO;
  const found = file.next(offset, data);
  return data && found === file.size ? E.ENXIO : found;
}

/**
 * Copies up to `count` bytes from `input` to `output` within the kernel; how many went.
 * @param position where to read; undefined for the description's own position, which then moves
 */
export function sendFile(
  files: Files,
  output: number,
  input: number,
  position: number | undefined,
  count: number,
): Blocking<number> {
  const from = files.file(input);
  if (failed(from)) return from;
  if (!from.readable) return E.EBADF;
  if (position !== undefined && !from.inode.seekable) return E.ESPIPE;
  const to = files.file(output);
  if (failed(to)) return to;
  if (!to.writable) return E.EBADF;
  if (position !== undefined && !hasEnd(position, count)) return E.EINVAL;
  if (to.inode instanceof Pipe) {
    // What the pipe says comes first.
    if (to.inode.readers === 0) return E.EPIPE;
    if (count === 0) return 0;
  }
  if (to.appends || !from.inode.seekable || !from.inode.givesPages || !to.inode.takesPages) return E.EINVAL;
  return copy(files, from, to, position, count);
}

function copy(
  files: Files,
  from: OpenFile,
  to: OpenFile,
  position: number | undefined,
  count: number,
): Blocking<number> {
  let at = position ?? from.position;
  let done = 0;
  while (done < count) {
    const piece = new Uint8Array(Math.min(SENDFILE_PIECE, count - done));
    const read = load(from, piece, at);
    if (blocked(read) || failed(read)) return done > 0 ? done : read;
    const written = read === 0 ? 0 : writeMoving(files, to, piece.subarray(0, read));
    if (failed(written)) return done > 0 ? done : written;
    const went = blocked(written) ? written.progress.done : written;
    done += went;
    at += went;
    if (position === undefined) from.position = at;
    if (blocked(written) && done === 0) return written;
    if (went === 0 || blocked(written)) break;
  }
  return done;
}
