/**
 * An epoll instance: a list of descriptions to watch that stays in the kernel between calls.
 *
 *     level    told as long as it is ready
 *     edge     told once after each event (EPOLLET)
 *     one shot told once, then silent until it is asked for again (EPOLLONESHOT)
 *
 * An entry sleeps on the queues of its file like a task; an event puts it at the end of the list of those that may be ready.
 * Looking takes entries from its front: who is not ready leaves it, who told something leaves it or (level) goes to its end.
 * Models Linux fs/eventpoll.c. Leaves out: EPOLLEXCLUSIVE (all are woken), EPOLLWAKEUP, busy polling.
 */
import { E, type Result } from "../abi/errno.js";
import { EPOLLET, EPOLLONESHOT, POLLERR, POLLHUP, POLLIN, POLLRDNORM } from "../abi/poll-events.js";
import { AnonymousFile } from "./anonymous-file.js";
import { type Sleeper, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import type { FileWatcher, OpenFile } from "./open-file.js";

/** What is told: the events that hold, and the 64 bits that the program gave with the entry. */
export interface EpollEvent {
  readonly events: number;
  readonly data: bigint;
}

const TOLD_UNASKED = POLLERR | POLLHUP;
const FLAGS = 0xf << 28;
const DEEPEST = 5;

/** One watched description. */
class Entry implements Sleeper {
  /** Those it sleeps on: whose they are may depend on who asks. */
  private queues: readonly WaitQueue[] = [];

  constructor(
    readonly epoll: Epoll,
    readonly fd: number,
    readonly file: OpenFile,
    public wanted: EpollEvent,
  ) {}

  wake(queue: WaitQueue): void {
    queue.add(this);
    this.epoll.mayBeReady(this);
  }

  /** What holds now of what is wanted. */
  holds(): number {
    const { events } = this.wanted;
    if ((events & ~FLAGS) === 0) return 0;
    return this.file.inode.readiness(this.file) & (events | TOLD_UNASKED);
  }

  /** It was told; true when it stays in the list. */
  staysAfterTelling(): boolean {
    const { events } = this.wanted;
    if (events & EPOLLONESHOT) this.wanted = { ...this.wanted, events: events & FLAGS };
    return (events & (EPOLLONESHOT | EPOLLET)) === 0;
  }

  watch(): void {
    this.queues = this.file.inode.queues(this.file);
    for (const queue of this.queues) queue.add(this);
    this.file.watchers.add(this.epoll);
  }

  unwatch(): void {
    for (const queue of this.queues) queue.remove(this);
  }
}

export class Epoll extends AnonymousFile implements FileWatcher {
  /** Woken when an entry may have become ready. */
  readonly happened: WaitQueue;
  private entries: Entry[] = [];
  /** Entries that may be ready, the longest in the list first. */
  private ready: Entry[] = [];

  constructor(system: FileSystem) {
    super(system);
    this.happened = new WaitQueue("an event of epoll");
  }

  /** An event came to an entry. */
  mayBeReady(entry: Entry): void {
    if ((entry.wanted.events & ~FLAGS) === 0) return;
    if (!this.ready.includes(entry)) this.ready.push(entry);
    this.happened.wake();
  }

  private find(fd: number, file: OpenFile): Entry | undefined {
    return this.entries.find((entry) => entry.fd === fd && entry.file === file);
  }

  /** EPOLL_CTL_ADD. */
  add(fd: number, file: OpenFile, wanted: EpollEvent): Result<0> {
    if (this.find(fd, file)) return E.EEXIST;
    if (file.inode instanceof Epoll && (file.inode.reaches(this) || file.inode.depth >= DEEPEST))
      return E.ELOOP;
    const entry = new Entry(this, fd, file, withErrors(wanted));
    this.entries.push(entry);
    entry.watch();
    if (entry.holds()) this.mayBeReady(entry);
    return 0;
  }

  /** EPOLL_CTL_MOD. */
  change(fd: number, file: OpenFile, wanted: EpollEvent): Result<0> {
    const entry = this.find(fd, file);
    if (!entry) return E.ENOENT;
    entry.wanted = withErrors(wanted);
    if (entry.holds()) this.mayBeReady(entry);
    return 0;
  }

  /** EPOLL_CTL_DEL. */
  remove(fd: number, file: OpenFile): Result<0> {
    const entry = this.find(fd, file);
    if (!entry) return E.ENOENT;
    this.letGo(entry);
    return 0;
  }

  private letGo(entry: Entry): void {
    entry.unwatch();
    this.entries = this.entries.filter((other) => other !== entry);
    this.ready = this.ready.filter((other) => other !== entry);
    if (!this.entries.some((other) => other.file === entry.file)) entry.file.watchers.delete(this);
  }

  fileEnded(file: OpenFile): void {
    for (const entry of this.entries.filter((one) => one.file === file)) this.letGo(entry);
  }

  override release(): void {
    for (const entry of [...this.entries]) this.letGo(entry);
  }

  /** Up to `most` events that hold. */
  collect(most: number): readonly EpollEvent[] {
    const found: EpollEvent[] = [];
    const staying: Entry[] = [];
    while (found.length < most) {
      const entry = this.ready.shift();
      if (!entry) break;
      const events = entry.holds();
      if (events === 0) continue;
      found.push({ events, data: entry.wanted.data });
      if (entry.staysAfterTelling()) staying.push(entry);
    }
    this.ready.push(...staying);
    return found;
  }

  private get depth(): number {
    const inner = this.entries.map(({ file }) => (file.inode instanceof Epoll ? file.inode.depth : 0));
    return 1 + Math.max(0, ...inner);
  }

  private reaches(other: Epoll): boolean {
    return (
      this === other ||
      this.entries.some(({ file }) => file.inode instanceof Epoll && file.inode.reaches(other))
    );
  }

  override control(): Result<number> {
    return E.EINVAL;
  }

  override readiness(): number {
    return this.ready.some((entry) => entry.holds() !== 0) ? POLLIN | POLLRDNORM : 0;
  }

  override queues(): readonly WaitQueue[] {
    return [this.happened];
  }
}

function withErrors({ events, data }: EpollEvent): EpollEvent {
  return { events: events | TOLD_UNASKED, data };
}
