/**
 * What a process has of the file system: its descriptors, where it stands, and who it is. Every operation on files takes it as
 * its first argument, and bytes in and out as arrays: none of them knows of guest memory.
 * Models the files, fs and cred of struct task_struct (Linux include/linux/sched.h).
 */
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
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
  ) {}

  /** For a new process. `share` names what CLONE_FILES and CLONE_FS leave in common. */
  fork(share: { readonly descriptors?: boolean; readonly place?: boolean } = {}): Files {
    if (share.descriptors) this.descriptors.users++;
    return new Files(
      this.system,
      share.descriptors ? this.descriptors : this.descriptors.clone(),
      share.place ? this.place : this.place.clone(),
      this.credentials.clone(),
    );
  }

  /** From now on its descriptors are its own: another program must not close those of others. */
  unshareDescriptors(): void {
    if (this.descriptors.users === 1) return;
    const own = this.descriptors.clone();
    this.descriptors.leave();
    this.descriptors = own;
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
