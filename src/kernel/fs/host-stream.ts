/**
 * The machine's end of a stream that leads outside, such as the standard output of the command line: what the guest writes can
 * be drained, what is fed in can be read. To the guest it is a pipe, not a terminal.
 */
import { E, type Result } from "../abi/errno.js";
import { S_IFIFO } from "../abi/file-modes.js";
import { IOCTL } from "../abi/ioctls.js";
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { Blocked, type Blocking, type Progress, WaitQueue } from "./blocking.js";
import { ByteQueue } from "./byte-queue.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";
import type { OpenFile } from "./open-file.js";
import { OutputLog } from "./output-log.js";

export class HostStream extends Inode {
  private readonly input = new ByteQueue();
  private ended = false;
  private readonly arrived: WaitQueue;

  /** @param name as a view may show it: "standard input" */
  constructor(
    system: FileSystem,
    readonly name: string,
    /** What the guest wrote and nobody has drained yet; streams may share it, which keeps their order. */
    readonly output = new OutputLog(),
  ) {
    super(system, S_IFIFO | 0o600, system.pipeDevice);
    this.arrived = new WaitQueue(`data on ${name}`);
  }

  /** Bytes for the guest to read. */
  feed(bytes: Uint8Array): void {
    this.input.push(bytes);
    this.arrived.wake();
  }

  /** No more will be fed: readers see the end after what is there. */
  endInput(): void {
    this.ended = true;
    this.arrived.wake();
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length === 0 || (this.input.length === 0 && this.ended)) return 0;
    if (this.input.length > 0) return this.input.shift(into);
    return file.nonBlocking ? E.EAGAIN : new Blocked([this.arrived]);
  }

  override write(
    file: OpenFile,
    bytes: Uint8Array,
    _position: number,
    progress?: Progress,
  ): Blocking<number> {
    const done = progress?.done ?? 0;
    const part = bytes.subarray(done, done + this.output.room);
    this.output.push(this.name, part);
    const total = done + part.length;
    if (total === bytes.length) return total;
    if (file.nonBlocking) return total > 0 ? total : E.EAGAIN;
    return new Blocked([this.output.drained], { done: total });
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    if (request !== IOCTL.FIONREAD) return E.ENOTTY;
    new DataView(data.buffer, data.byteOffset).setInt32(0, this.input.length, true);
    return 0;
  }

  override readiness(file: OpenFile): number {
    let events = file.writable ? POLLOUT | POLLWRNORM : 0;
    if (file.readable && this.input.length > 0) events |= POLLIN | POLLRDNORM;
    if (file.readable && this.ended) events |= POLLHUP;
    return events;
  }

  override queues(): readonly WaitQueue[] {
    return [this.arrived];
  }
}
