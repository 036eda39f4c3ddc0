/**
 * Where a process stands: chdir, fchdir, chroot, getcwd, umask.
 * Models fs/open.c and fs/d_path.c.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { MAY_EXECUTE } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import type { Files } from "./files.js";
import { LONGEST_PATH, lookUp } from "./path-walk.js";

/** chdir. */
export function changeDirectory(files: Files, path: string): Result<0> {
  const dentry = enterable(files, path);
  if (failed(dentry)) return dentry;
  files.place.current = dentry;
  return 0;
}

/** fchdir. */
export function changeDirectoryTo(files: Files, fd: number): Result<0> {
  const file = files.descriptors.file(fd);
  if (failed(file)) return file;
  if (!file.inode.isDirectory) return E.ENOTDIR;
  if (!files.credentials.may(file.inode, MAY_EXECUTE)) return E.EACCES;
  files.place.current = file.dentry;
  return 0;
}

/** chroot: "/" will mean `path`; the current directory stays. */
export function changeRoot(files: Files, path: string): Result<0> {
  const dentry = enterable(files, path);
  if (failed(dentry)) return dentry;
  if (!files.credentials.capable(CAP.CAP_SYS_CHROOT)) return E.EPERM;
  files.place.root = dentry;
  return 0;
}

function enterable(files: Files, path: string): Result<Dentry> {
  const dentry = lookUp(files, AT_FDCWD, path, "follow");
  if (failed(dentry)) return dentry;
  if (!dentry.inode.isDirectory) return E.ENOTDIR;
  return files.credentials.may(dentry.inode, MAY_EXECUTE) ? dentry : E.EACCES;
}

/** getcwd: the absolute path, "(unreachable)" before it when it lies outside the process's root. */
export function currentDirectory(files: Files): Result<string> {
  const { root, current } = files.place;
  if (current.inode.links === 0) return E.ENOENT;
  const path = current.isWithin(root) ? current.path(root) : `(unreachable)${current.path()}`;
  return path.length > LONGEST_PATH ? E.ENAMETOOLONG : path;
}

/** umask: sets the new mask and returns the old one. */
export function changeUmask(files: Files, umask: number): number {
  const old = files.place.umask;
  files.place.umask = umask & 0o777;
  return old;
}
