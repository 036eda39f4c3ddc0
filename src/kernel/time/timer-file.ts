/**
 * timerfd: a timer that is read as a file. One that has expired begins its next interval only when somebody looks: then what it has
 * missed is counted. So nobody's time goes into timers that nobody reads, however short their intervals are.
 * Models Linux fs/timerfd.c. Leaves out: TFD_TIMER_CANCEL_ON_SET.
 */
import { E } from "../abi/errno.js";
import { POLLIN, POLLRDNORM } from "../abi/poll-events.js";
import { AnonymousFile } from "../fs/anonymous-file.js";
import { Blocked, type Blocking, WaitQueue } from "../fs/blocking.js";
import type { FileSystem } from "../fs/file-system.js";
import type { OpenFile } from "../fs/open-file.js";
import { type KernelTimer, nextExpiry, type TimerQueue } from "./timer-queue.js";

const COUNT = 8;

export class TimerFile extends AnonymousFile implements KernelTimer {
  when = 0;
  /** 0 for never again. */
  interval = 0;
  /** Expiries since it was read or set. */
  private expiries = 0;
  /** It has expired and nobody has looked. */
  private isDue = false;
  private readonly expired: WaitQueue;

  constructor(
    system: FileSystem,
    private readonly timers: TimerQueue,
    readonly clock: number,
  ) {
    super(system);
    this.expired = new WaitQueue(`the time of timerfd:[${this.number}]`);
  }

  /** Starts it anew, or stops it with undefined. */
  set(when: number | undefined, interval: number): void {
    this.timers.remove(this);
    this.expiries = 0;
    this.isDue = false;
    this.interval = interval;
    if (when === undefined) return;
    this.when = when;
    this.timers.add(this);
  }

  /** Clock time until it expires; 0 when it is off. */
  left(now: number): number {
    this.goOn(now);
    return this.timers.has(this) ? Math.max(1, this.when - now) : 0;
  }

  expire(): void {
    this.expiries++;
    this.isDue = this.interval > 0;
    this.expired.wake();
  }

  /** Begins the next interval, when the last is over. */
  private goOn(now: number): void {
    if (!this.isDue) return;
    this.isDue = false;
    const { when, missed } = nextExpiry(this.when, this.interval, now);
    this.expiries += missed;
    this.when = when;
    this.timers.add(this);
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (into.length < COUNT) return E.EINVAL;
    if (this.expiries === 0) return file.nonBlocking ? E.EAGAIN : new Blocked([this.expired]);
    this.goOn(this.system.steps);
    new DataView(into.buffer, into.byteOffset).setBigUint64(0, BigInt(this.expiries), true);
    this.expiries = 0;
    return COUNT;
  }

  override readiness(): number {
    return this.expiries > 0 ? POLLIN | POLLRDNORM : 0;
  }

  override queues(): readonly WaitQueue[] {
    return [this.expired];
  }

  override release(): void {
    this.timers.remove(this);
  }
}
