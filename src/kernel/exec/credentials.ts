/**
 * Who a program runs as: the caller, or the file's owner and group where the set-user-ID and set-group-ID bits say so.
 * Models bprm_fill_uid and cap_bprm_creds_from_file (Linux 6.18, fs/exec.c, security/commoncap.c). Leaves out: file
 * capabilities, tracers, securebits.
 */
import { S_ISGID, S_ISUID } from "../abi/file-modes.js";
import type { Credentials } from "../fs/credentials.js";
import type { Files } from "../fs/files.js";
import { MS_NOSUID, mountOf } from "../fs/mounts.js";
import type { ProgramReference } from "./program-reference.js";

const GROUP_EXECUTE = 0o010;

/** The identity of a program about to be run, and whether it is more than the caller's. */
export interface ProgramIdentity {
  readonly credentials: Credentials;
  /** AT_SECURE: effective and real identity differ. */
  readonly secure: boolean;
}

/** @param mayGainRights false after prctl(PR_SET_NO_NEW_PRIVS) */
export function identityFor(
  files: Files,
  { inode, dentry }: ProgramReference,
  mayGainRights: boolean,
): ProgramIdentity {
  const credentials = files.credentials.clone();
  const lends = mayGainRights && (mountOf(files.system, dentry).flags & MS_NOSUID) === 0;
  if (lends && inode.mode & S_ISUID) credentials.euid = inode.uid;
  // Without the group's x the bit once meant mandatory locking.
  const groupBits = S_ISGID | GROUP_EXECUTE;
  if (lends && (inode.mode & groupBits) === groupBits) credentials.egid = inode.gid;
  credentials.suid = credentials.euid;
  credentials.sgid = credentials.egid;
  const secure = credentials.euid !== credentials.uid || credentials.egid !== credentials.gid;
  return { credentials, secure };
}
