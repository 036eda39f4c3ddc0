/**
 * Who a process is to the file system, and what that allows.
 * Models struct cred and generic_permission (Linux fs/namei.c). Leaves out: user namespaces, security modules.
 */
import { CAP } from "../abi/capabilities.js";
import { type Capabilities, capabilitiesAs, capabilitiesOfUser } from "./capabilities.js";
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
    public capabilities: Capabilities = capabilitiesOfUser({ uid, euid, suid }),
    /** What user 0 does not mean any more: SECBIT_… */
    public securebits = 0,
  ) {}

  /** Whether one of user 0's rights is there. */
  capable(capability: number): boolean {
    return this.capabilities.effective.has(capability);
  }

  /** The same identity for another process. */
  clone(): Credentials {
    const { uid, euid, suid, gid, egid, sgid, groups, capabilities, securebits } = this;
    return new Credentials(uid, euid, suid, gid, egid, sgid, groups, capabilities, securebits);
  }

  /** The identity that access(2) asks about: the real user and group take effect. */
  real(): Credentials {
    const { uid, gid, groups } = this;
    return new Credentials(uid, uid, uid, gid, gid, gid, groups, capabilitiesAs(uid, this));
  }

  /** Whether the process owns the file or may act as if. */
  owns(inode: Inode): boolean {
    return this.euid === inode.uid || this.capable(CAP.CAP_FOWNER);
  }

  inGroup(gid: number): boolean {
    return this.egid === gid || this.groups.includes(gid);
  }

  /**
   * Whether all that `wanted` asks is allowed. Exactly one of the three triples counts: the owner's for the owner, even
   * when the others' would allow more. Beyond that there are rights: to everything, but to execute a file only when somebody may;
   * and to read and search.
   */
  may(inode: Inode, wanted: number): boolean {
    if ((wanted & ~this.triple(inode)) === 0) return true;
    const somebodyMay = inode.isDirectory || !(wanted & MAY_EXECUTE) || (inode.mode & 0o111) !== 0;
    if (somebodyMay && this.capable(CAP.CAP_DAC_OVERRIDE)) return true;
    const onlyLooks = inode.isDirectory ? !(wanted & MAY_WRITE) : wanted === MAY_READ;
    return onlyLooks && this.capable(CAP.CAP_DAC_READ_SEARCH);
  }

  private triple(inode: Inode): number {
    if (this.euid === inode.uid) return (inode.mode >> 6) & 7;
    if (this.inGroup(inode.gid)) return (inode.mode >> 3) & 7;
    return inode.mode & 7;
  }
}
