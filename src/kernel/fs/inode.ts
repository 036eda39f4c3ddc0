/**
 * The common part of everything that has a mode and can be opened: regular files, directories, symbolic links, devices, pipes.
 * What opening, reading and writing do is for each kind to say; here are the answers of a kind that cannot.
 * Models struct inode and struct file_operations (Linux include/linux/fs.h). Leaves out: access
 * control lists, quotas, block devices, sockets.
 */
import { CAP } from "../abi/capabilities.js";
import { E, type Result } from "../abi/errno.js";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISGID, S_ISUID } from "../abi/file-modes.js";
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll-events.js";
import type { Blocking, Progress, WaitQueue } from "./blocking.js";
import type { Credentials } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import type { FileLocks } from "./file-locks.js";
import type { FileSystem } from "./file-system.js";
import type { Watch } from "./inotify.js";
import { tellEnd } from "./notify.js";
import type { OpenFile } from "./open-file.js";

const ONE_DAY = 86_400_000_000_000n;

/** What stat reports, independent of an ABI's layout. Times are nanoseconds since 1970. */
export interface Status {
  readonly device: number;
  readonly inode: number;
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** The device that the file stands for. */
  readonly represents: number;
  readonly size: number;
  readonly blockSize: number;
  /** In units of 512 bytes. */
  readonly blocks: number;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

export abstract class Inode {
  /** Names in the tree; a file without names and without open descriptions is gone. */
  links = 1;
  /** Open descriptions of it, those of O_PATH too. */
  descriptions = 0;
  /** Locks on it; undefined until somebody wants one. */
  locks: FileLocks | undefined;
  /** Extended attributes; undefined until somebody sets one. */
  attributes: Map<string, Uint8Array> | undefined;
  /** Watches of inotify on it; undefined until somebody wants one. */
  watches: Set<Watch> | undefined;
  uid = 0;
  gid = 0;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
  /** Number within its device. */
  readonly number: number;

  /**
   * @param system the file system that it belongs to
   * @param mode kind and permissions
   * @param device the number that stat reports as st_dev
   */
  constructor(
    readonly system: FileSystem,
    public mode: number,
    readonly device: number = system.device,
  ) {
    this.number = system.nextInode++;
    this.accessed = this.modified = this.changed = system.now;
  }

  get kind(): number {
    return this.mode & S_IFMT;
  }

  /** The file system that it lies in is mounted read-only. */
  get isReadOnly(): boolean {
    return this.system.readOnly.has(this.device);
  }

  /** It is no file of any tree, but what eventfd and its kin make. */
  get isAnonymous(): boolean {
    return this.device === this.system.anonymousDevice;
  }

  get isDirectory(): boolean {
    return this.kind === S_IFDIR;
  }

  get isSymbolicLink(): boolean {
    return this.kind === S_IFLNK;
  }

  get isRegular(): boolean {
    return this.kind === S_IFREG;
  }

  /** Neither file nor directory nor link: writing it writes nothing to the file system that it is in. */
  get isSpecial(): boolean {
    return !this.isRegular && !this.isDirectory && !this.isSymbolicLink;
  }

  /** In bytes, as stat reports it. */
  get size(): number {
    return 0;
  }

  /** Allocated space in units of 512 bytes. */
  get blocks(): number {
    return 0;
  }

  /** The device that a device file stands for. */
  get represents(): number {
    return 0;
  }

  /** Whether an open description of it has a position that can be moved. */
  get seekable(): boolean {
    return false;
  }

  /** Moving in it does nothing and gives 0; of others that are not seekable it is refused. */
  get ignoresSeeking(): boolean {
    return false;
  }

  /** What /proc/PID/fdinfo tells of a description of it beside what it tells of all. */
  information(_file: OpenFile): string {
    return "";
  }

  /** Whether a position can be counted from its end. */
  get hasEnd(): boolean {
    return !this.isDirectory || this.device === this.system.procDevice;
  }

  /** Whether what it holds can be handed on, and whether it can be handed something, without a program's memory between. */
  get givesPages(): boolean {
    return true;
  }

  get takesPages(): boolean {
    return true;
  }

  /** Whether there is anything that reading, or writing, could do. */
  get canRead(): boolean {
    return this.read !== Inode.prototype.read;
  }

  get canWrite(): boolean {
    return this.write !== Inode.prototype.write;
  }

  status(): Status {
    return {
      device: this.device,
      inode: this.number,
      mode: this.mode,
      links: this.links,
      uid: this.uid,
      gid: this.gid,
      represents: this.represents,
      size: this.size,
      blockSize: 4096,
      blocks: this.blocks,
      accessed: this.accessed,
      modified: this.modified,
      changed: this.changed,
    };
  }

  /**
   * A description of it begins. The default needs nothing.
   * @param progress what an earlier try returned, when it had to wait
   */
  open(_file: OpenFile, _progress?: Progress): Blocking<0> {
    return 0;
  }

  /** The last reference to a description of it ended. */
  release(_file: OpenFile): void {}

  /** Without names and open descriptions nobody can reach it any more. */
  protected get isGone(): boolean {
    return this.links <= 0 && this.descriptions === 0;
  }

  /** Called when a name or a description went. */
  freeIfGone(): void {
    if (!this.isGone) return;
    this.free();
    tellEnd(this);
  }

  /** Gives its space back. */
  protected free(): void {}

  /** Reads at `position` into `into`; the number of bytes, 0 at the end. */
  read(_file: OpenFile, _into: Uint8Array, _position: number, _progress?: Progress): Blocking<number> {
    return E.EINVAL;
  }

  /** Writes `bytes` from index `progress.done` on, at `position`; the number of all bytes written, earlier ones included. */
  write(_file: OpenFile, _bytes: Uint8Array, _position: number, _progress?: Progress): Blocking<number> {
    return E.EINVAL;
  }

  /** Obeys a control request; `data` holds what goes in and takes what comes out. */
  control(_file: OpenFile, _request: number, _data: Uint8Array): Blocking<number> {
    return E.ENOTTY;
  }

  /** Which of the poll events hold now. */
  readiness(_file: OpenFile): number {
    return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
  }

  /** Whether epoll takes it: what is always ready is refused. */
  get pollable(): boolean {
    return !this.isRegular && !this.isDirectory;
  }

  /** The queues that are woken when `readiness` of this description may have changed. */
  queues(_file: OpenFile): readonly WaitQueue[] {
    return [];
  }

  /** Whether its owner may give it this mode: some files are sealed. */
  mayChangeMode(_mode: number): boolean {
    return true;
  }

  /** Where a symbolic link leads: a path, or (the links in /proc) directly to a place. */
  follow(): Result<string | Dentry> {
    return E.EINVAL;
  }

  /**
   * Owner or contents are changed by `who`: the file must not lend rights any longer. Without the group's x, set-group-id
   * lends none, and stays when `who` could set it.
   */
  dropRights(who: Credentials): void {
    if (this.isDirectory) return;
    const groupRuns = (this.mode & 0o010) !== 0;
    const keepsGroupBit = !groupRuns && (who.capable(CAP.CAP_FSETID) || who.inGroup(this.gid));
    this.mode &= keepsGroupBit ? ~S_ISUID : ~(S_ISUID | S_ISGID);
  }

  /** Notes a read: as `relatime` does, only when the time would tell something new. */
  noteAccess(): void {
    const { now } = this.system;
    const stale = this.accessed <= this.modified || this.accessed <= this.changed;
    if (stale || now - this.accessed >= ONE_DAY) this.accessed = now;
  }

  /** Notes that the contents changed. */
  noteModification(): void {
    this.modified = this.changed = this.system.now;
  }

  /** Notes that owner, mode or names changed. */
  noteChange(): void {
    this.changed = this.system.now;
  }
}
