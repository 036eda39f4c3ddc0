/** eventfd: a 64-bit counter that is read and written as a file. Models Linux fs/eventfd.c. */
import { E } from "../abi/errno.js";
import { POLLERR, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import { AnonymousFile } from "./anonymous-file.js";
import { Blocked, type Blocking, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";

const COUNT = 8;
const FULL = 0xffffffffffffffffn;

export class EventCounter extends AnonymousFile {
  private readonly raised: WaitQueue;
  private readonly lowered: WaitQueue;

  constructor(
    system: FileSystem,
    private value: bigint,
    /** EFD_SEMAPHORE: reading takes one, not all. */
    private readonly isSemaphore: boolean,
  ) {
    super(system);
    this.raised = new WaitQueue(`a count in eventfd:[${this.number}]`);
    this.lowered = new WaitQueue(`room in eventfd:[${this.number}]`);
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length < COUNT) return E.EINVAL;
    if (this.value === 0n) return file.nonBlocking ? E.EAGAIN : new Blocked([this.raised]);
    const taken = this.isSemaphore ? 1n : this.value;
    this.value -= taken;
    new DataView(into.buffer, into.byteOffset).setBigUint64(0, taken, true);
    this.lowered.wake();
    return COUNT;
  }

  override write(file: OpenFile, bytes: Uint8Array): Blocking<number> {
    if (bytes.length < COUNT) return E.EINVAL;
    const added = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    if (added === FULL) return E.EINVAL;
    if (this.value + added >= FULL) return file.nonBlocking ? E.EAGAIN : new Blocked([this.lowered]);
    this.value += added;
    this.raised.wake();
    return COUNT;
  }

  override get takesPages(): boolean {
    return false;
  }

  override readiness(): number {
    const readable = this.value > 0n ? POLLIN | POLLRDNORM : 0;
    const writable = this.value < FULL - 1n ? POLLOUT | POLLWRNORM : 0;
    return readable | writable | (this.value === FULL ? POLLERR : 0);
  }

  override information(): string {
    const count = this.value.toString(16).padStart(16);
    return `eventfd-count: ${count}\neventfd-id: ${this.number}\neventfd-semaphore: ${this.isSemaphore ? 1 : 0}\n`;
  }

  override queues(): readonly WaitQueue[] {
    return [this.raised, this.lowered];
  }
}
