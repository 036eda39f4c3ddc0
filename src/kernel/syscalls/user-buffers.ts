/**
 * Bytes between an open file and pieces of a program's memory, of which some may lie where the program may not touch.
 * What is copied before such a place counts; when it is nothing, EFAULT. A pipe and a socket move whole buffers, or none of it.
 * Models import_iovec, copy_to_iter and copy_from_iter (Linux lib/iov_iter.c), and how files, pipes and sockets use them.
 */
import { E } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import { Blocked, type Blocking } from "../fs/blocking.js";
import { NullDevice, ZeroDevice } from "../fs/memory-devices.js";
import type { OpenFile } from "../fs/open-file.js";
import { Pipe } from "../fs/pipe.js";
import { UnixSocket } from "../fs/unix-socket.js";
import { TASK_SIZE } from "../mm/address-space.js";
import type { UserMemory } from "../mm/user-memory.js";

/** One piece of memory. */
export interface Piece {
  readonly base: number;
  readonly length: number;
}

/** Linux moves at most this many bytes in one call (MAX_RW_COUNT). */
export const MOST_BYTES = 0x7ffff000;
/** One call holds at most this many bytes outside of guest memory; a longer one is a short read or write, as it may be. */
const LARGEST_PIECE = 16 << 20;
/** A buffer of a pipe. */
const WHOLE = 4096;

/** Bytes of all pieces, as far as one call moves them; undefined when one lies beyond what belongs to programs. */
function lengthOf(pieces: readonly Piece[]): number | undefined {
  let length = 0;
  for (const piece of pieces) {
    if (piece.base + piece.length > TASK_SIZE) return undefined;
    length += piece.length;
  }
  return Math.min(length, LARGEST_PIECE);
}

/** How many of the first `length` bytes the program may read, or write. */
function reach(
  memory: UserMemory,
  pieces: readonly Piece[],
  length: number,
  access: "readable" | "writable",
): number {
  let reached = 0;
  for (const piece of pieces) {
    const wanted = Math.min(piece.length, length - reached);
    const found = memory[access](piece.base, wanted);
    reached += found;
    if (found < wanted) break;
  }
  return reached;
}

/** Hands bytes out over the pieces; false for EFAULT. */
export function scatter(memory: UserMemory, pieces: readonly Piece[], bytes: Uint8Array): boolean {
  let given = 0;
  for (const { base, length } of pieces) {
    const part = bytes.subarray(given, given + length);
    if (part.length > 0 && !memory.write(base, part)) return false;
    given += part.length;
  }
  return true;
}

function gather(memory: UserMemory, pieces: readonly Piece[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let filled = 0;
  for (const piece of pieces) {
    const bytes = memory.read(piece.base, Math.min(piece.length, length - filled));
    if (!bytes) throw new Error("bytes that could be read cannot be read");
    all.set(bytes, filled);
    filled += bytes.length;
  }
  return all;
}

const movesWholes = ({ inode }: OpenFile): boolean => inode instanceof Pipe || inode instanceof UnixSocket;

/** The bytes to be written to `file`, or EFAULT. */
export function takeBytes(
  memory: UserMemory,
  pieces: readonly Piece[],
  file: OpenFile,
): Uint8Array | typeof E.EFAULT {
  const length = lengthOf(pieces);
  if (length === undefined) return E.EFAULT;
  const reached = reach(memory, pieces, length, "readable");
  if (reached === length) return gather(memory, pieces, length);
  if (file.inode instanceof NullDevice || file.inode instanceof ZeroDevice) return new Uint8Array(length);
  const usable = movesWholes(file) ? reached - (reached % WHOLE) : reached;
  return usable > 0 ? gather(memory, pieces, usable) : E.EFAULT;
}

/** Bytes that a pipe or a socket could give at once; of what cannot tell, 1. */
function waitingIn(file: OpenFile): number {
  const answer = new DataView(new ArrayBuffer(4));
  const error = file.inode.control(file, IOCTL.FIONREAD, new Uint8Array(answer.buffer));
  return error === 0 ? answer.getInt32(0, true) : 1;
}

/** Runs a reading operation of `file` into a buffer and hands the bytes to the program. */
export function giveBytes(
  memory: UserMemory,
  pieces: readonly Piece[],
  file: OpenFile,
  operation: (into: Uint8Array) => Blocking<number>,
): Blocking<number> {
  const length = lengthOf(pieces);
  if (length === undefined) return E.EFAULT;
  const room = roomFor(memory, pieces, file, length);
  // Without room it may still be that there is nothing to be handed over, or another error comes first.
  if (room === 0 && length > 0 && !file.inode.seekable && waitingIn(file) !== 0) return E.EFAULT;
  const buffer = new Uint8Array(Math.max(room, Math.min(length, 1)));
  const { position } = file;
  const got = operation(buffer);
  if (got instanceof Blocked || got <= 0) return got;
  if (room > 0 && scatter(memory, pieces, buffer.subarray(0, got))) return got;
  file.position = position;
  return E.EFAULT;
}

/** How many bytes `file` may be asked for. */
function roomFor(memory: UserMemory, pieces: readonly Piece[], file: OpenFile, length: number): number {
  const room = reach(memory, pieces, length, "writable");
  if (room === length || !movesWholes(file) || waitingIn(file) <= room) return room;
  return room - (room % WHOLE);
}
