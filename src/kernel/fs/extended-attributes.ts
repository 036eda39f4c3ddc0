/**
 * Extended attributes: names with values that a file carries beside its contents. What is before the first dot says who may:
 *
 *     user.      whoever may read or write the file; regular files and directories only
 *     trusted.   who has CAP_SYS_ADMIN; nobody else sees them
 *     security.  whoever reads; CAP_SYS_ADMIN to write, or CAP_SETFCAP for what concerns capabilities
 *
 * Files of the root and of a tmpfs have them. Models Linux fs/xattr.c, mm/shmem.c. Leaves out: access control lists
 * (system.posix_acl_…), a limit on the room for all.
 */
import { CAP } from "../abi/capabilities.js";
import { E, type Result } from "../abi/errno.js";
import { S_ISVTX } from "../abi/file-modes.js";
import { SOCK_STREAM } from "../abi/sockets.js";
import { toBytes } from "./byte-string.js";
import { type Credentials, MAY_READ, MAY_WRITE } from "./credentials.js";
import type { Inode } from "./inode.js";
import { UnixSocket } from "./unix-socket.js";

export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;
/** Bytes of a value, and of a name. */
export const LONGEST_VALUE = 65536;
export const LONGEST_ATTRIBUTE_NAME = 255;

/** What rights a program gets that is run from the file: see `exec/file-capabilities.ts`. */
export const FILE_CAPABILITIES = "security.capability";

/** Every socket tells what it speaks. */
const SOCKET_PROTOCOL = "system.sockprotoname";

/** 0, or why `who` may not touch an attribute of this name so. */
function mayTouch(who: Credentials, inode: Inode, name: string, wanted: number): Result<0> {
  const writes = wanted === MAY_WRITE;
  if (writes && inode.isDirectory && inode.device === inode.system.procDevice) return E.EPERM;
  if (writes && inode.isReadOnly) return E.EROFS;
  if (name.startsWith("security.")) {
    const right = name === FILE_CAPABILITIES ? CAP.CAP_SETFCAP : CAP.CAP_SYS_ADMIN;
    return writes && !who.capable(right) && carries(inode) ? E.EPERM : 0;
  }
  if (name.startsWith("trusted.")) return who.capable(CAP.CAP_SYS_ADMIN) ? 0 : writes ? E.EPERM : E.ENODATA;
  if (name.startsWith("user.")) {
    if (!inode.isRegular && !inode.isDirectory) return writes ? E.EPERM : E.ENODATA;
    const sticky = inode.isDirectory && (inode.mode & S_ISVTX) !== 0;
    if (sticky && writes && !who.owns(inode)) return E.EPERM;
  }
  return who.may(inode, wanted) ? 0 : E.EACCES;
}

/** Files that the kernel makes up have no place for attributes. */
function carries({ system, device }: Inode): boolean {
  return device === system.device || system.spaces.has(device);
}

const isKnown = (name: string): boolean => /^(user|trusted|security)\../.test(name);

/** Why an attribute of this name cannot be there at all: a bare prefix names none. */
function refuse(inode: Inode, name: string): Result<0> {
  if (!carries(inode)) return E.EOPNOTSUPP;
  if (isKnown(name)) return 0;
  return /^(user|trusted|security)\.$/.test(name) ? E.EINVAL : E.EOPNOTSUPP;
}

/** The value of an attribute. */
export function getAttribute(who: Credentials, inode: Inode, name: string): Result<Uint8Array> {
  if (name === SOCKET_PROTOCOL && inode instanceof UnixSocket)
    return toBytes(inode.type === SOCK_STREAM ? "UNIX-STREAM\0" : "UNIX\0");
  const error = mayTouch(who, inode, name, MAY_READ) || refuse(inode, name);
  if (error) return error;
  return inode.attributes?.get(name) ?? E.ENODATA;
}

/** Sets an attribute; the flags may ask that it be new, or that it be there already. */
export function setAttribute(
  who: Credentials,
  inode: Inode,
  name: string,
  value: Uint8Array,
  flags: number,
): Result<0> {
  if (name === FILE_CAPABILITIES && !isCapabilityHeader(value)) return E.EINVAL;
  const error = mayTouch(who, inode, name, MAY_WRITE) || refuse(inode, name);
  if (error) return error;
  const exists = inode.attributes?.has(name) ?? false;
  if (exists && flags & XATTR_CREATE) return E.EEXIST;
  if (!exists && flags & XATTR_REPLACE) return E.ENODATA;
  inode.attributes ??= new Map();
  inode.attributes.set(name, value);
  inode.noteChange();
  return 0;
}

/** Capabilities are set in the second layout, or the third, which has a root. Models validheader of security/commoncap.c. */
function isCapabilityHeader(value: Uint8Array): boolean {
  const revision = value[3];
  return (value.length === 20 && revision === 2) || (value.length === 24 && revision === 3);
}

export function removeAttribute(who: Credentials, inode: Inode, name: string): Result<0> {
  const error = mayTouch(who, inode, name, MAY_WRITE) || refuse(inode, name);
  if (error) return error;
  if (!inode.attributes?.delete(name)) return E.ENODATA;
  inode.noteChange();
  return 0;
}

/** All names that `who` may see, each with a NUL behind it. */
export function listAttributes(who: Credentials, inode: Inode): string {
  const names = [...(inode.attributes?.keys() ?? [])].filter(
    (name) => who.capable(CAP.CAP_SYS_ADMIN) || !name.startsWith("trusted."),
  );
  if (inode instanceof UnixSocket) names.push(SOCKET_PROTOCOL);
  return names
    .sort()
    .map((name) => `${name}\0`)
    .join("");
}
