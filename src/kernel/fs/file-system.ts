/**
 * The machine's file tree. It lies in memory; a folder from outside may stand under it, read when needed and never written.
 * One tree serves all processes. What is mounted is in `mounts.ts`.
 */
import { failed } from "../abi/errno.js";
import { deviceNumber } from "../abi/file-modes.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { LockWaits } from "./file-locks.js";
import { type FileSource, SourcePlace } from "./file-source.js";
import { Files } from "./files.js";
import type { Inode } from "./inode.js";
import type { JobControl } from "./job-control.js";
import type { Mount } from "./mounts.js";
import { Notifications } from "./notify.js";
import { lookUp } from "./path-walk.js";
import type { ProcessInformation } from "./process-information.js";
import { RandomPool } from "./random-pool.js";
import { RegularFile } from "./regular-file.js";
import { Space } from "./space.js";
import { SymbolicLink } from "./symbolic-link.js";
import type { UnixSocket } from "./unix-socket.js";

/** What a tree may be given at the start. */
export interface FileSystemOptions {
  /** Of the random bytes; the same seed gives the same run. */
  readonly seed?: number;
  /** A folder from outside as the root directory. */
  readonly source?: FileSource;
  /** How many bytes may be written in all. */
  readonly capacity?: number;
  /** The time at the start in nanoseconds since 1970. */
  readonly now?: bigint;
}

export class FileSystem {
  /** Tells the time in nanoseconds since 1970; set by the kernel. Without it the time stands. */
  clock: (() => bigint) | undefined;
  private nanoseconds: bigint;
  nextInode = 1;
  readonly device = deviceNumber(8, 1);
  readonly pipeDevice = deviceNumber(0, 14);
  readonly anonymousDevice = deviceNumber(0, 15);
  readonly socketDevice = deviceNumber(0, 8);
  readonly sysDevice = deviceNumber(0, 23);
  readonly procDevice = deviceNumber(0, 22);
  readonly space: Space;
  /** Those who watch files. */
  readonly notifications = new Notifications();
  readonly random: RandomPool;
  /** What is mounted, the root first. */
  mounts: Mount[] = [];
  nextMount = 1;
  private nextDevice = 32;
  /** Room of the file systems that have their own, by device number. */
  readonly spaces = new Map<number, Space>();
  /** Devices that are mounted read-only. */
  readonly readOnly = new Set<number>();
  /** Trees that the kernel makes itself, by the type that mount knows them under. */
  readonly kernelTrees = new Map<string, Directory>();
  /** Device drivers by kind and number, as "8192:259". */
  readonly devices = new Map<string, Inode>();
  /** Clock time and its speed, for waits that end; set by the kernel. */
  timekeeper: { readonly now: number; readonly stepsPerSecond: number } | undefined;
  /** What terminals ask about processes; set by the kernel. */
  jobs: JobControl | undefined;
  /** Bound sockets of the abstract space by type and address: "1\0name". */
  readonly sockets = new Map<string, UnixSocket>();
  /** Who waits for which lock on a file. */
  readonly lockWaits: LockWaits = new Map();
  /** What /proc tells about processes; set by the kernel. */
  processes: ProcessInformation | undefined;
  /** The root directory's name. */
  readonly root: Dentry;

  constructor({ seed = 1, source, capacity = 2 ** 28, now = 0n }: FileSystemOptions = {}) {
    this.nanoseconds = now;
    this.space = new Space(capacity);
    this.random = new RandomPool(seed);
    const root = source
      ? Directory.from(this, new SourcePlace(source, ""), 0o755)
      : new Directory(this, 0o755);
    this.root = root.place(new Dentry("", undefined, root));
    this.mounts.push({
      ...{ id: this.nextMount++, parent: 0, source: "rootfs", type: "tmpfs", device: this.device },
      ...{ root: this.root, covered: undefined, flags: 0, options: "" },
    });
  }

  /** Clock time, in steps. */
  get steps(): number {
    return this.timekeeper?.now ?? 0;
  }

  /** Clock time in so many seconds from now. */
  after(seconds: number): number {
    return this.timekeeper ? this.steps + seconds * this.timekeeper.stepsPerSecond : Number.POSITIVE_INFINITY;
  }

  /** Nanoseconds since 1970. */
  get now(): bigint {
    return this.clock?.() ?? this.nanoseconds;
  }

  set now(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }

  /** A device number for a file system that has no hardware. */
  newDevice(): number {
    return deviceNumber(0, this.nextDevice++);
  }

  /** The room that files of a device take theirs from. */
  spaceOf(device: number): Space {
    return this.spaces.get(device) ?? this.space;
  }

  get rootDirectory(): Directory {
    return this.root.inode as Directory;
  }

  /** What an absolute path leads to, links followed, with all permissions. */
  find(path: string): Dentry | undefined {
    const found = lookUp(new Files(this), AT_FDCWD, path, "follow");
    return failed(found) ? undefined : found;
  }

  /** The bytes of a regular file. */
  contents(path: string): Uint8Array | undefined {
    const inode = this.find(path)?.inode;
    return inode instanceof RegularFile ? inode.readAt(0, inode.size) : undefined;
  }

  /** The directory at an absolute path; it and those above it are made where they are missing. */
  directory(path: string, permissions = 0o755): Directory {
    let here = this.rootDirectory;
    for (const name of path.split("/").filter(Boolean)) {
      const there = here.child(name) ?? here.add(name, new Directory(this, permissions, here.device));
      const inode = there.inode.isSymbolicLink ? this.find(there.path())?.inode : there.inode;
      if (!(inode instanceof Directory)) throw new Error(`${there.path()} is no directory`);
      here = inode;
    }
    return here;
  }

  /** Puts an inode at an absolute path; what was there is replaced. Directories above are made. */
  put<T extends Inode>(path: string, inode: T): T {
    const slash = path.lastIndexOf("/");
    const parent = this.directory(path.slice(0, slash));
    const name = path.slice(slash + 1);
    const old = parent.child(name);
    if (old) parent.remove(old);
    parent.add(name, inode);
    return inode;
  }

  /** Puts a regular file. The bytes must not change afterwards. */
  putFile(path: string, bytes: Uint8Array, permissions = 0o644): RegularFile {
    return this.put(path, new RegularFile(this, permissions, bytes));
  }

  /** Puts a symbolic link. */
  putLink(path: string, target: string): SymbolicLink {
    return this.put(path, new SymbolicLink(this, target));
  }
}
