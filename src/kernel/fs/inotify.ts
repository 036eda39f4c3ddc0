/**
 * inotify: watches on files and folders, and what they saw, read as a file. Two equal events in a row are one. Who tells what
 * happens is in `notify.ts`.
 * Models Linux fs/notify/inotify. Leaves out: reads of the kernel itself (exec, mapping) are not seen.
 */
import { E, type Result } from "../abi/errno.js";
import * as IN from "../abi/inotify.js";
import { IOCTL } from "../abi/ioctls.js";
import { POLLIN, POLLRDNORM } from "../abi/poll-events.js";
import { AnonymousFile } from "./anonymous-file.js";
import { Blocked, type Blocking, WaitQueue } from "./blocking.js";
import type { FileSystem } from "./file-system.js";
import type { Inode } from "./inode.js";
import { MOST_EVENTS, MOST_WATCHES } from "./notify.js";
import type { OpenFile } from "./open-file.js";

/** What of a mask says how to watch, not what for. */
const KEPT_FLAGS = IN.IN_EXCL_UNLINK | IN.IN_ONESHOT;
/** Told whether it was asked for or not. */
const UNASKED = IN.IN_UNMOUNT | IN.IN_IGNORED;

/** One file or folder that an instance watches. */
export class Watch {
  constructor(
    private readonly instance: Inotify,
    readonly number: number,
    readonly inode: Inode,
    public mask: number,
  ) {}

  get ignoresUnlinked(): boolean {
    return (this.mask & IN.IN_EXCL_UNLINK) !== 0;
  }

  /** Something happened; `name` says to which file of the folder, "" stands for the watched one itself. */
  see(mask: number, name: string, cookie = 0): void {
    if ((mask & (this.mask | UNASKED) & ~IN.IN_ISDIR) === 0) return;
    const told = mask & (IN.IN_DELETE_SELF | IN.IN_MOVE_SELF) ? mask & ~IN.IN_ISDIR : mask;
    this.instance.push({ watch: this.number, mask: told, name, cookie });
    if (this.mask & IN.IN_ONESHOT && (mask & UNASKED) === 0) this.end();
  }

  /** Nothing is watched any more. */
  end(): void {
    this.instance.forget(this);
    this.instance.push({ watch: this.number, mask: IN.IN_IGNORED, name: "", cookie: 0 });
  }
}

interface FileEvent {
  readonly watch: number;
  readonly mask: number;
  readonly name: string;
  readonly cookie: number;
}

const OVERFLOW: FileEvent = { watch: -1, mask: IN.IN_Q_OVERFLOW, name: "", cookie: 0 };

export class Inotify extends AnonymousFile {
  private readonly byNumber = new Map<number, Watch>();
  private nextWatch = 1;
  private events: FileEvent[] = [];
  private readonly happened: WaitQueue;

  /** @param user whose instance it is: he may have so many */
  constructor(
    system: FileSystem,
    private readonly user: number,
  ) {
    super(system);
    this.happened = new WaitQueue(`an event of inotify:[${this.number}]`);
    system.notifications.begin(this, user);
  }

  /** Watches a file, or changes what for; the number of the watch. */
  watch(inode: Inode, mask: number): Result<number> {
    const wanted = mask & (IN.IN_ALL_EVENTS | KEPT_FLAGS);
    const known = [...(inode.watches ?? [])].find(({ number }) => this.byNumber.get(number)?.inode === inode);
    if (known) {
      if (mask & IN.IN_MASK_CREATE) return E.EEXIST;
      known.mask = mask & IN.IN_MASK_ADD ? known.mask | wanted : wanted;
      return known.number;
    }
    const { notifications } = this.system;
    if (notifications.watchesOf(this.user) >= MOST_WATCHES) return E.ENOSPC;
    const watch = new Watch(this, this.nextWatch++, inode, wanted);
    this.byNumber.set(watch.number, watch);
    inode.watches ??= new Set();
    inode.watches.add(watch);
    notifications.count(this.user, 1);
    return watch.number;
  }

  /** Ends a watch by its number. */
  unwatch(number: number): Result<0> {
    const watch = this.byNumber.get(number);
    if (!watch) return E.EINVAL;
    watch.end();
    return 0;
  }

  forget(watch: Watch): void {
    if (!this.byNumber.delete(watch.number)) return;
    watch.inode.watches?.delete(watch);
    this.system.notifications.count(this.user, -1);
  }

  /** The files of a device are about to go with it. */
  unmounted(device: number): void {
    for (const watch of [...this.byNumber.values()]) {
      if (watch.inode.device !== device) continue;
      watch.see(IN.IN_UNMOUNT, "");
      watch.end();
    }
  }

  push(event: FileEvent): void {
    const last = this.events.at(-1);
    const again = last?.watch === event.watch && last.mask === event.mask && last.name === event.name;
    if (again && (event.mask & IN.IN_IGNORED) === 0) return;
    if (this.events.length > MOST_EVENTS) return;
    this.events.push(this.events.length === MOST_EVENTS ? OVERFLOW : event);
    this.happened.wake();
  }

  override read(file: OpenFile, into: Uint8Array): Blocking<number> {
    if (this.events.length === 0) return file.nonBlocking ? E.EAGAIN : new Blocked([this.happened]);
    let filled = 0;
    let taken = 0;
    for (const event of this.events) {
      if (filled + sizeOf(event) > into.length) break;
      put(event, into.subarray(filled));
      filled += sizeOf(event);
      taken++;
    }
    this.events = this.events.slice(taken);
    return filled > 0 ? filled : E.EINVAL;
  }

  override control(_file: OpenFile, request: number, data: Uint8Array): Result<number> {
    if (request !== IOCTL.FIONREAD) return E.ENOTTY;
    const waiting = this.events.reduce((sum, event) => sum + sizeOf(event), 0);
    new DataView(data.buffer, data.byteOffset).setInt32(0, waiting, true);
    return 0;
  }

  override readiness(): number {
    return this.events.length > 0 ? POLLIN | POLLRDNORM : 0;
  }

  override queues(): readonly WaitQueue[] {
    return [this.happened];
  }

  override release(): void {
    for (const watch of [...this.byNumber.values()]) this.forget(watch);
    this.system.notifications.finish(this, this.user);
  }

  override information(): string {
    return [...this.byNumber.values()]
      .map(({ number, inode, mask }) => {
        const [ino, device, wanted] = [inode.number, inode.device, mask >>> 0].map((value) =>
          value.toString(16),
        );
        return `inotify wd:${number.toString(16)} ino:${ino} sdev:${device} mask:${wanted} ignored_mask:0 \n`;
      })
      .join("");
  }
}

const HEADER = IN.INOTIFY_EVENT.size;

/** Bytes of the name's place: with a NUL, rounded up to the header's size. */
const roomFor = (name: string): number => (name === "" ? 0 : Math.ceil((name.length + 1) / HEADER) * HEADER);

const sizeOf = ({ name }: FileEvent): number => HEADER + roomFor(name);

function put({ watch, mask, name, cookie }: FileEvent, into: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const len = roomFor(name);
  IN.INOTIFY_EVENT.write(view, 0, { wd: watch, mask, cookie, len });
  into.fill(0, HEADER, HEADER + len);
  for (let n = 0; n < name.length; n++) into[HEADER + n] = name.charCodeAt(n);
}
