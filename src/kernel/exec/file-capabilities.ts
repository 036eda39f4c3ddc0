/**
 * The rights that a file lends to the program in it: the extended attribute security.capability, as setcap writes it.
 * Source: Linux 6.18, include/uapi/linux/capability.h (struct vfs_cap_data); get_vfs_caps_from_disk in security/commoncap.c.
 * Leaves out: user namespaces (the root that revision 3 names counts when it is user 0).
 */
import { E, type Result } from "../abi/errno.js";
import { CapabilitySet } from "../fs/capabilities.js";
import { FILE_CAPABILITIES } from "../fs/extended-attributes.js";
import type { Inode } from "../fs/inode.js";

export interface FileCapabilities {
  readonly permitted: CapabilitySet;
  readonly inheritable: CapabilitySet;
  /** The program has them from the start; it need not ask. */
  readonly areEffective: boolean;
}

const EFFECTIVE = 1;
/** Revisions by number: how many words each set has, and whether a root follows. */
const REVISIONS = new Map([
  [1, { words: 1, size: 12 }],
  [2, { words: 2, size: 20 }],
  [3, { words: 2, size: 24 }],
]);

/** What the file lends; undefined when nothing, EINVAL when it is not to be understood. */
export function fileCapabilities(inode: Inode): Result<FileCapabilities | undefined> {
  const value = inode.attributes?.get(FILE_CAPABILITIES);
  if (!value) return undefined;
  if (value.length < 4) return E.EINVAL;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const word = (n: number) => view.getUint32(n * 4, true);
  const revision = REVISIONS.get(word(0) >>> 24);
  if (value.length !== revision?.size) return E.EINVAL;
  const isOfOtherRoot = value.length === 24 && word(5) !== 0;
  if (isOfOtherRoot) return undefined;
  const high = (n: number) => (revision.words === 2 ? word(n) : 0);
  return {
    permitted: new CapabilitySet(word(1), high(3)),
    inheritable: new CapabilitySet(word(2), high(4)),
    areEffective: (word(0) & EFFECTIVE) !== 0,
  };
}
