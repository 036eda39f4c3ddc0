/**
 * A pipe: 64 KiB between those who write and those who read. A FIFO is the same with a name in the tree.
 *
 *     reading   nothing there: no writer left → 0, else wait (or EAGAIN)
 *     writing   no reader → EPIPE (the caller sends SIGPIPE); up to 4096 bytes go in together or wait;
 *               more may be divided, and the call ends when all are in
 *
 * Models fs/pipe.c. Leaves out: packets (O_DIRECT), splice, and that Linux counts room in pages, so that many small
 * writes after a partial read may fill a real pipe earlier.
 */
import { E, type Result } from "../abi/errno.js";
import { S_IFIFO } from "../abi/file-modes.js";
import { IOCTL } from "../abi/ioctls.js";
import { O_ACCMODE, O_RDONLY, O_RDWR, O_WRONLY } from "../abi/open-flags.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { Blocked, type Blocking, type Progress, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";

/** Writes up to this many bytes are never mixed with others'. */
export const PIPE_BUF = 4096;
const INITIAL_CAPACITY = 65536;
const LARGEST_CAPACITY = 1 << 20;

export class Pipe extends Inode {
  /** Descriptions open for reading, and for writing. */
  readers = 0;
  writers = 0;
  /** Ends opened so far. */
  private readersEver = 0;
  private writersEver = 0;
  /** A ring: `length` bytes from `head` on. */
  private ring = new Uint8Array(INITIAL_CAPACITY);
  private head = 0;
  private length = 0;
  /** Bytes have come, or the last writer has gone. */
  private readonly filled: WaitQueue;
  /** Room has come, or the last reader has gone. */
  private readonly emptied: WaitQueue;
  /** An end was opened. */
  private readonly joined: WaitQueue;

  constructor(system: FileSystem, permissions: number, device?: number) {
    super(system, S_IFIFO | permissions, device);
    this.filled = new WaitQueue(`data in pipe:[${this.number}]`);
    this.emptied = new WaitQueue(`room in pipe:[${this.number}]`);
    this.joined = new WaitQueue(`the other end of pipe:[${this.number}]`);
  }

  /** Bytes inside. */
  get filling(): number {
    return this.length;
  }

  get capacity(): number {
    return this.ring.length;
  }

  private get room(): number {
    return this.ring.length - this.length;
  }

  /** Counts the end. Of a FIFO each end waits until another one comes, as POSIX asks of open; it may have gone again since. */
  override open(file: OpenFile, progress?: Progress): Blocking<0> {
    const access = file.flags & O_ACCMODE;
    const fifo = !file.dentry.isTop;
    if (fifo && access === O_WRONLY && file.nonBlocking && this.readers === 0) return E.ENXIO;
    const [partners, partnersEver] =
      access === O_RDONLY ? [this.writers, this.writersEver] : [this.readers, this.readersEver];
    if (!progress) {
      this.count(file, 1);
      if (fifo && partners === 0) file.partnersBefore = partnersEver;
    }
    if (!fifo || access === O_RDWR || file.nonBlocking) return 0;
    return partners > 0 || partnersEver > file.partnersBefore
      ? 0
      : new Blocked([this.joined], { done: 0, opening: file });
  }

  private count(file: OpenFile, change: 1 | -1): void {
    if (file.readable) this.readers += change;
    if (file.writable) this.writers += change;
    if (file.readable && change > 0) this.readersEver++;
    if (file.writable && change > 0) this.writersEver++;
    this.joined.wake();
  }

  override release(file: OpenFile): void {
    this.count(file, -1);
    this.filled.wake();
    this.emptied.wake();
    if (this.readers + this.writers === 0) this.head = this.length = 0;
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length === 0) return 0;
    if (this.length === 0) {
      if (this.writers === 0) return 0;
      return file.nonBlocking ? E.EAGAIN : new Blocked([this.filled]);
    }
    const count = this.takeOut(into);
    this.noteAccess();
    this.emptied.wake();
    return count;
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    const before = progress?.done ?? 0;
    if (bytes.length === 0) return 0;
    if (this.readers === 0) return before > 0 ? before : E.EPIPE;
    const atomic = bytes.length <= PIPE_BUF;
    const added = atomic && this.room < bytes.length ? 0 : this.putIn(bytes.subarray(before));
    if (added > 0) {
      this.noteModification();
      this.filled.wake();
    }
    const done = before + added;
    if (done === bytes.length) return done;
    if (file.nonBlocking) return done > 0 ? done : E.EAGAIN;
    return new Blocked([this.emptied], { done });
  }

  /** Reads without taking anything away. */
  peek(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (this.length === 0) return this.read(file, into);
    const { head, length } = this;
    const count = this.takeOut(into);
    this.head = head;
    this.length = length;
    return count;
  }

  private takeOut(into: Uint8Array): number {
    const count = Math.min(into.length, this.length);
    const first = Math.min(count, this.ring.length - this.head);
    into.set(this.ring.subarray(this.head, this.head + first));
    into.set(this.ring.subarray(0, count - first), first);
    this.head = (this.head + count) % this.ring.length;
    this.length -= count;
    return count;
  }

  private putIn(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room);
    const tail = (this.head + this.length) % this.ring.length;
    const first = Math.min(count, this.ring.length - tail);
    this.ring.set(bytes.subarray(0, first), tail);
    this.ring.set(bytes.subarray(first, count), 0);
    this.length += count;
    return count;
  }

  /** fcntl F_SETPIPE_SZ: rounds up to a power of two of pages; the new capacity. */
  resize(wanted: number): Result<number> {
    const capacity = Math.max(PIPE_BUF, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))));
    if (capacity > LARGEST_CAPACITY) return E.EPERM;
    if (capacity < this.length) return E.EBUSY;
    const ring = new Uint8Array(capacity);
    const length = this.takeOut(ring);
    this.ring = ring;
    this.head = 0;
    this.length = length;
    this.emptied.wake();
    return capacity;
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    if (request !== IOCTL.FIONREAD) return E.ENOTTY;
    new DataView(data.buffer, data.byteOffset).setInt32(0, this.length, true);
    return 0;
  }

  override readiness(file: OpenFile): number {
    let events = 0;
    if (file.readable && this.length > 0) events |= POLLIN | POLLRDNORM;
    if (file.readable && this.writers === 0 && this.writersEver > file.partnersBefore) events |= POLLHUP;
    if (file.writable && this.room >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
    if (file.writable && this.readers === 0) events |= POLLERR;
    return events;
  }

  override queues(file: OpenFile): readonly WaitQueue[] {
    return [...(file.readable ? [this.filled] : []), ...(file.writable ? [this.emptied] : [])];
  }
}
