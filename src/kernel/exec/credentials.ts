/**
 * Who a program runs as, and with which rights: the caller's, or what the file lends by its set-user-ID and set-group-ID bits and its
 * capabilities.
 * Models bprm_fill_uid and cap_bprm_creds_from_file (Linux 6.18, fs/exec.c, security/commoncap.c). Leaves out: tracers.
 */
import { SECBIT_KEEP_CAPS, SECBIT_NOROOT } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { S_ISGID, S_ISUID } from "../abi/file-modes.js";
import { type CapabilitySet, NO_CAPABILITIES } from "../fs/capabilities.js";
import type { Credentials } from "../fs/credentials.js";
import type { Files } from "../fs/files.js";
import { MS_NOSUID, mountOf } from "../fs/mounts.js";
import { type FileCapabilities, fileCapabilities } from "./file-capabilities.js";
import type { ProgramReference } from "./program-reference.js";

const GROUP_EXECUTE = 0o010;

/** The identity of a program about to be run, and whether it is more than the caller's. */
export interface ProgramIdentity {
  readonly credentials: Credentials;
  /** AT_SECURE: it may do what its caller may not. */
  readonly secure: boolean;
}

/**
 * EINVAL when the file's capabilities cannot be understood; EPERM when it would have them from the start and may not have all.
 * @param mayGainRights false after prctl(PR_SET_NO_NEW_PRIVS)
 */
export function identityFor(
  files: Files,
  { inode, dentry }: ProgramReference,
  mayGainRights: boolean,
): Result<ProgramIdentity> {
  const before = files.credentials;
  const credentials = before.clone();
  const mayLend = (mountOf(files.system, dentry).flags & MS_NOSUID) === 0;
  if (mayLend && mayGainRights) takeOwner(credentials, inode);
  const lent = mayLend ? fileCapabilities(inode) : undefined;
  if (failed(lent)) return lent;
  const rights = rightsFor(before, credentials, lent);
  if (failed(rights)) return rights;
  const changesId = credentials.euid !== before.euid || !before.inGroup(credentials.egid);
  let { permitted } = rights;
  const gains = changesId || !permitted.isWithin(before.capabilities.permitted);
  if (gains && !mayGainRights) {
    credentials.euid = credentials.uid;
    credentials.egid = credentials.gid;
    permitted = permitted.and(before.capabilities.permitted);
  }
  credentials.suid = credentials.euid;
  credentials.sgid = credentials.egid;
  const ambient = lent || changesId ? NO_CAPABILITIES : before.capabilities.ambient;
  permitted = permitted.or(ambient);
  const effective = rights.areEffective ? permitted : ambient;
  credentials.capabilities = { ...before.capabilities, permitted, effective, ambient };
  credentials.securebits &= ~SECBIT_KEEP_CAPS;
  const differs = credentials.euid !== before.uid || credentials.egid !== before.gid;
  const grew = rights.areEffective || !permitted.isWithin(ambient);
  return { credentials, secure: changesId || differs || (credentials.uid !== 0 && grew) };
}

function takeOwner(
  credentials: Credentials,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): void {
  if (mode & S_ISUID) credentials.euid = uid;
  // Without the group's x the bit once meant mandatory locking.
  const groupBits = S_ISGID | GROUP_EXECUTE;
  if ((mode & groupBits) === groupBits) credentials.egid = gid;
}

/** What may be permitted, before ambient rights; and whether it is there from the start. */
function rightsFor(
  { capabilities, securebits }: Credentials,
  { uid, euid }: Credentials,
  lent: FileCapabilities | undefined,
): Result<{ permitted: CapabilitySet; areEffective: boolean }> {
  const { bounding, inheritable } = capabilities;
  let permitted = NO_CAPABILITIES;
  let areEffective = false;
  if (lent) {
    permitted = bounding.and(lent.permitted).or(inheritable.and(lent.inheritable));
    areEffective = lent.areEffective;
    if (areEffective && !lent.permitted.isWithin(permitted)) return E.EPERM;
  }
  const isRootByFile = lent !== undefined && euid === 0 && uid !== 0;
  if (securebits & SECBIT_NOROOT || isRootByFile) return { permitted, areEffective };
  if (uid === 0 || euid === 0) permitted = bounding.or(inheritable);
  return { permitted, areEffective: areEffective || euid === 0 };
}
