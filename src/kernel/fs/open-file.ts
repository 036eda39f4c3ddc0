/**
 * An open file description: what `open` makes, and what `dup` and `fork` share, with one position for all who share it.
 * Models struct file (Linux include/linux/fs.h).
 */
import { failed } from "../abi/errno.js";
import { IN_CLOSE_NOWRITE, IN_CLOSE_WRITE } from "../abi/inotify.js";
import { O_ACCMODE, O_APPEND, O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from "../abi/open-flags.js";
import type { Blocking, Progress } from "./blocking.js";
import type { Dentry } from "./dentry.js";
import type { Inode } from "./inode.js";
import { tellFile } from "./notify.js";

/** Who must know that a description ended. */
export interface FileWatcher {
  fileEnded(file: OpenFile): void;
}

export class OpenFile {
  /** The position for the next read or write; for a directory the mark of the last entry returned. */
  position = 0;
  /** Descriptors, of all processes, that lead here. */
  references = 1;
  /** For an end of a FIFO: how many others had come and gone before; only later ones are met, and can hang up. */
  partnersBefore = 0;
  /** What a file of /proc said when its reading began. */
  generated: Uint8Array | undefined;

  /** Whom SIGIO would go to, and which signal it would be instead; remembered only. */
  owner = 0;
  signal = 0;

  /** Epoll instances that watch it; they let go when it ends. */
  readonly watchers = new Set<FileWatcher>();

  /**
   * @param flags those of open, without the ones that only matter while opening
   * @param wanted all flags of open
   */
  constructor(
    readonly dentry: Dentry,
    public flags: number,
    private readonly wanted = flags,
  ) {}

  /** Whether it was opened with this flag, also one that matters only then. */
  opening(flag: number): boolean {
    return (this.wanted & flag) !== 0;
  }

  get inode(): Inode {
    return this.dentry.inode;
  }

  get readable(): boolean {
    const access = this.flags & O_ACCMODE;
    return (access === O_RDONLY || access === O_RDWR) && !this.isPathOnly;
  }

  get writable(): boolean {
    const access = this.flags & O_ACCMODE;
    return (access === O_WRONLY || access === O_RDWR) && !this.isPathOnly;
  }

  /** Opened with O_PATH: a place in the tree, nothing to read or write. */
  get isPathOnly(): boolean {
    return (this.flags & O_PATH) !== 0;
  }

  get appends(): boolean {
    return (this.flags & O_APPEND) !== 0;
  }

  /** Operations fail with EAGAIN where they would wait. */
  get nonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  /**
   * The description begins: the inode may fail or have to wait. When it waits, the description counts already and must be
   * released, or begun again with the progress.
   */
  begin(progress?: Progress): Blocking<0> {
    const opened = this.isPathOnly ? 0 : this.inode.open(this, progress);
    if (!failed(opened) && !progress) this.inode.descriptions++;
    return opened;
  }

  /** One descriptor more. */
  share(): this {
    this.references++;
    return this;
  }

  /** One descriptor less; with the last the inode learns that the description ended. */
  release(): void {
    if (this.references <= 0) throw new Error(`${this.dentry.path()} was released once too often`);
    this.references--;
    if (this.references > 0) return;
    for (const watcher of this.watchers) watcher.fileEnded(this);
    this.inode.locks?.forget(this);
    if (!this.isPathOnly) {
      this.inode.release(this);
      tellFile(this.dentry, this.writable ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    }
    this.inode.descriptions--;
    this.inode.freeIfGone();
  }
}
