/**
 * What a process has of the file system: its descriptors, where it stands, who it is, and how much it may use. Every operation on files takes it as
 * its first argument, and bytes in and out as arrays: none of them knows of guest memory.
 * Models the files, fs, cred and rlim of struct task_struct (Linux include/linux/sched.h).
 */
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { ResourceLimits, RLIMIT } from "../resource-limits.js";
import { Credentials } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import { DescriptorTable } from "./descriptor-table.js";
import type { FileSystem } from "./file-system.js";
import type { OpenFile } from "./open-file.js";

/** Where a process stands in the tree; shared by clone with CLONE_FS. Models struct fs_struct. */
export class WorkingPlace {
  constructor(
    /** What "/" means. */
    public root: Dentry,
    /** Where paths without "/" begin. */
    public current: Dentry = root,
    /** Permission bits that new files do not get. */
    public umask = 0o022,
  ) {}

  clone(): WorkingPlace {
    return new WorkingPlace(this.root, this.current, this.umask);
  }
}

export class Files {
  constructor(
    readonly system: FileSystem,
    public descriptors = new DescriptorTable(),
    public place = new WorkingPlace(system.root),
    public credentials = new Credentials(),
    /** Shared by the threads of a process. */
    readonly limits = ResourceLimits.initial(),
  ) {}

  /** For a new process, or thread. `share` names what CLONE_FILES, CLONE_FS and CLONE_THREAD leave in common. */
  fork(share: { descriptors?: boolean; place?: boolean; limits?: boolean } = {}): Files {
    if (share.descriptors) this.descriptors.users++;
    return new Files(
      this.system,
      share.descriptors ? this.descriptors : this.descriptors.clone(),
      share.place ? this.place : this.place.clone(),
      this.credentials.clone(),
      share.limits ? this.limits : this.limits.clone(),
    );
  }

  /** Descriptor numbers from here on are refused: RLIMIT_NOFILE. */
  get descriptorLimit(): number {
    return this.limits.soft(RLIMIT.NOFILE);
  }

  /** The lowest free descriptor number from `least` on, or EMFILE. */
  lowestFree(least = 0): Result<number> {
    return this.descriptors.lowestFree(this.descriptorLimit, least);
  }

  /** Enters a description under the lowest free number. The table takes over the caller's reference. */
  install(file: OpenFile, closeOnExec = false, least = 0): Result<number> {
    const fd = this.lowestFree(least);
    if (!failed(fd)) this.descriptors.install(fd, file, closeOnExec);
    return fd;
  }

  /** From now on its descriptors are its own: another program must not close those of others. */
  unshareDescriptors(): void {
    if (this.descriptors.users === 1) return;
    const own = this.descriptors.clone();
    this.descriptors.leave();
    this.descriptors = own;
  }

  /** From now on its directories and umask are its own. */
  unsharePlace(): void {
    this.place = this.place.clone();
  }

  /** The description of a descriptor that is more than a mere place (O_PATH). */
  file(fd: number): Result<OpenFile> {
    const file = this.descriptors.file(fd);
    return !failed(file) && file.isPathOnly ? E.EBADF : file;
  }

  /** Where a relative path begins that comes with the directory descriptor `at`. */
  startOf(at: number): Result<Dentry> {
    if (at === AT_FDCWD) return this.place.current;
    const file = this.descriptors.file(at);
    return failed(file) ? file : file.dentry;
  }
}
