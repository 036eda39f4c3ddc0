/**
 * Who a process is to the file system, and what that allows.
 * Models struct cred and generic_permission (Linux fs/namei.c). Leaves out: capabilities one by one (user 0 has all,
 * others none), user namespaces, security modules.
 */
import type { Inode } from "./inode.js";

/** What is asked of a file; as in access(2). */
export const MAY_EXECUTE = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

export class Credentials {
  constructor(
    /** Real, effective and saved user. */
    public uid = 0,
    public euid = uid,
    public suid = euid,
    /** Real, effective and saved group. */
    public gid = 0,
    public egid = gid,
    public sgid = egid,
    public groups: readonly number[] = [],
  ) {}

  get isPrivileged(): boolean {
    return this.euid === 0;
  }

  /** The same identity for another process. */
  clone(): Credentials {
    return new Credentials(this.uid, this.euid, this.suid, this.gid, this.egid, this.sgid, this.groups);
  }

  /** The identity that access(2) asks about: the real user and group take effect. */
  real(): Credentials {
    return new Credentials(this.uid, this.uid, this.uid, this.gid, this.gid, this.gid, this.groups);
  }

  /** Whether the process owns the file or may act as if. */
  owns(inode: Inode): boolean {
    return this.isPrivileged || this.euid === inode.uid;
  }

  inGroup(gid: number): boolean {
    return this.egid === gid || this.groups.includes(gid);
  }

  /**
   * Whether all that `wanted` asks is allowed. Exactly one of the three triples counts: the owner's for the owner, even
   * when the others' would allow more. User 0 may everything, but executes a file only when somebody may.
   */
  may(inode: Inode, wanted: number): boolean {
    if (this.isPrivileged) {
      return !(wanted & MAY_EXECUTE) || inode.isDirectory || (inode.mode & 0o111) !== 0;
    }
    return (wanted & ~this.triple(inode)) === 0;
  }

  private triple(inode: Inode): number {
    if (this.euid === inode.uid) return (inode.mode >> 6) & 7;
    if (this.inGroup(inode.gid)) return (inode.mode >> 3) & 7;
    return inode.mode & 7;
  }
}
