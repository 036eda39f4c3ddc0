/**
 * Making and removing names: mkdir, mknod, symlink, link, unlink, rmdir, readlink.
 * Models filename_create, may_create, may_delete and the do_…at functions (Linux fs/namei.c). Leaves out:
 * immutable and append-only files.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from "../abi/file-modes.js";
import { IN_ATTRIB, IN_CREATE, IN_DELETE } from "../abi/inotify.js";
import { AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW } from "../abi/open-flags.js";
import { MAY_EXECUTE, MAY_READ, MAY_WRITE } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import { DeviceNode } from "./device-nodes.js";
import { Directory } from "./directory.js";
import type { Files } from "./files.js";
import type { Inode } from "./inode.js";
import { hasRoomForName, mountAt } from "./mounts.js";
import { tellInode, tellName } from "./notify.js";
import { isPlainName, LONGEST_PATH, lookUp, type Place, resolve } from "./path-walk.js";
import { Pipe } from "./pipe.js";
import { RegularFile } from "./regular-file.js";
import { SocketFile } from "./socket-file.js";
import { SymbolicLink } from "./symbolic-link.js";

/** mkdir: an empty directory. */
export function makeDirectory(files: Files, at: number, path: string, mode: number): Result<0> {
  const place = enterable(files, at, path, true);
  if (failed(place)) return place;
  const directory = new Directory(files.system, mode & 0o1777 & ~files.place.umask, place.parent.device);
  if (place.parent.mode & S_ISGID) directory.mode |= S_ISGID;
  enter(files, place, directory);
  return 0;
}

/** mknod: a regular file, a FIFO, a socket's name, or (for user 0) a device file. */
export function makeNode(files: Files, at: number, path: string, mode: number, device = 0): Result<0> {
  const permissions = mode & 0o7777 & ~files.place.umask;
  const kind = mode & S_IFMT || S_IFREG;
  if (kind === S_IFDIR) return E.EPERM;
  if (![S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK].includes(kind)) return E.EINVAL;
  const place = enterable(files, at, path, false);
  if (failed(place)) return place;
  const isDevice = kind === S_IFCHR || kind === S_IFBLK;
  if (isDevice && !files.credentials.capable(CAP.CAP_MKNOD)) return E.EPERM;
  enter(files, place, newNode(place.parent, kind, permissions, device));
  return 0;
}

function newNode(parent: Directory, kind: number, permissions: number, device: number): Inode {
  const { system } = parent;
  if (kind === S_IFIFO) return new Pipe(system, permissions, parent.device);
  if (kind === S_IFSOCK) return new SocketFile(system, permissions, undefined, parent.device);
  if (kind === S_IFREG) return new RegularFile(system, permissions, undefined, parent.device);
  return new DeviceNode(system, kind | permissions, device, parent.device);
}

/** symlink: `path` becomes a link to `target`, which need not exist. */
export function makeSymbolicLink(files: Files, target: string, at: number, path: string): Result<0> {
  if (target === "") return E.ENOENT;
  if (target.length > LONGEST_PATH) return E.ENAMETOOLONG;
  const place = enterable(files, at, path, false);
  if (failed(place)) return place;
  enter(files, place, new SymbolicLink(files.system, target, place.parent.device));
  return 0;
}

/** link: a second name for a file. */
export function makeLink(
  files: Files,
  oldAt: number,
  oldPath: string,
  newAt: number,
  newPath: string,
  flags: number,
): Result<0> {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return E.EINVAL;
  const old = existing(files, oldAt, oldPath, flags);
  if (failed(old)) return old;
  const place = freePlace(files, newAt, newPath, false);
  if (failed(place)) return place;
  const { inode } = old;
  if (isMadeUp(place.parent)) return E.ENOENT;
  if (place.parent.isReadOnly) return E.EROFS;
  if (inode.device !== place.parent.device) return E.EXDEV;
  if (!mayLink(files, inode)) return E.EPERM;
  const error = mayEnter(files, place.parent);
  if (error) return error;
  if (inode.isDirectory) return E.EPERM;
  if (inode.links === 0) return E.ENOENT;
  inode.links++;
  inode.noteChange();
  place.parent.add(place.name, inode);
  tellInode(inode, IN_ATTRIB);
  tellName(place.parent, IN_CREATE, place.name, inode);
  return 0;
}

/**
 * Whether the process may give `inode` a further name: its owner may; others only what they could as well copy and
 * change, and what gives no rights (fs.protected_hardlinks = 1, as distributions set it).
 */
function mayLink(files: Files, inode: Inode): boolean {
  if (files.credentials.owns(inode)) return true;
  const givesRights = (inode.mode & S_ISUID) !== 0 || (inode.mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010);
  return inode.isRegular && !givesRights && files.credentials.may(inode, MAY_READ | MAY_WRITE);
}

function existing(files: Files, at: number, path: string, flags: number): Result<Dentry> {
  if (path === "" && flags & AT_EMPTY_PATH) return files.startOf(at);
  return lookUp(files, at, path, flags & AT_SYMLINK_FOLLOW ? "follow" : "no-follow");
}

/** Where a new name could be entered; a slash at its end is allowed for directories only. */
function freePlace(files: Files, at: number, path: string, forDirectory: boolean): Result<Place> {
  const place = resolve(files, at, path, "untouched");
  if (failed(place)) return place;
  if (!isPlainName(place) || place.found) return E.EEXIST;
  if (place.wantsDirectory && !forDirectory) return E.ENOENT;
  return place;
}

/** Enters an inode that `make` gives under a free name. */
export function enterNew(files: Files, path: string, make: (device: number) => Inode): Result<0> {
  const place = enterable(files, AT_FDCWD, path, false);
  if (failed(place)) return place;
  enter(files, place, make(place.parent.device));
  return 0;
}

/** As `freePlace`, and the process may enter a name there. */
function enterable(files: Files, at: number, path: string, forDirectory: boolean): Result<Place> {
  const place = freePlace(files, at, path, forDirectory);
  if (failed(place)) return place;
  return mayEnter(files, place.parent) || place;
}

function mayEnter(files: Files, parent: Directory): Result<0> {
  if (parent.links === 0 || isMadeUp(parent)) return E.ENOENT;
  if (parent.isFixed) return E.EPERM;
  if (parent.isReadOnly) return E.EROFS;
  if (!mayChangeNames(files, parent)) return E.EACCES;
  return hasRoomForName(parent) ? 0 : E.ENOSPC;
}

/** A directory of /proc: a name that is not there can never be. */
function isMadeUp(parent: Directory): boolean {
  return parent.isFixed && parent.device === parent.system.procDevice;
}

/** Whether the process may add and remove names in `directory`. */
export function mayChangeNames(files: Files, directory: Directory): boolean {
  return files.credentials.may(directory, MAY_WRITE | MAY_EXECUTE);
}

function enter(files: Files, place: Place, inode: Inode): void {
  inode.uid = files.credentials.euid;
  inode.gid = place.parent.mode & S_ISGID ? place.parent.gid : files.credentials.egid;
  place.parent.add(place.name, inode);
  tellName(place.parent, IN_CREATE, place.name, inode);
}

/** unlinkat: unlink, or with AT_REMOVEDIR rmdir. */
export function removeAt(files: Files, at: number, path: string, flags: number): Result<0> {
  if (flags & ~AT_REMOVEDIR) return E.EINVAL;
  return flags & AT_REMOVEDIR ? removeDirectory(files, at, path) : unlink(files, at, path);
}

/** unlink: takes a name away; with the last one, and the last description, the file goes. */
export function unlink(files: Files, at: number, path: string): Result<0> {
  const place = resolve(files, at, path, "untouched");
  if (failed(place)) return place;
  const { found, parent } = place;
  if (!isPlainName(place)) return E.EISDIR;
  if (parent.isReadOnly) return E.EROFS;
  if (!found) return E.ENOENT;
  if (place.wantsDirectory) return found.inode.isDirectory ? E.EISDIR : E.ENOTDIR;
  const error = mayDelete(files, parent, found, false);
  if (error) return error;
  takeName(parent, found);
  tellInode(found.inode, IN_ATTRIB);
  found.inode.freeIfGone();
  tellName(parent, IN_DELETE, place.name, found.inode);
  return 0;
}

/** rmdir: takes an empty directory away. */
export function removeDirectory(files: Files, at: number, path: string): Result<0> {
  const place = resolve(files, at, path, "untouched");
  if (failed(place)) return place;
  const { found, parent } = place;
  if (place.name === "..") return E.ENOTEMPTY;
  if (place.name === ".") return E.EINVAL;
  if (place.name === "") return E.EBUSY;
  if (parent.isReadOnly) return E.EROFS;
  if (!found) return E.ENOENT;
  const error = mayDelete(files, parent, found, true);
  if (error) return error;
  if (found.inode instanceof Directory && !found.inode.isEmpty) return E.ENOTEMPTY;
  dropName(parent, found);
  tellName(parent, IN_DELETE, place.name, found.inode);
  return 0;
}

/** Whether the process may take `victim` out of `parent`, where a directory is expected or is not. */
export function mayDelete(files: Files, parent: Directory, victim: Dentry, asDirectory: boolean): Result<0> {
  const { inode } = victim;
  if (parent.isReadOnly) return E.EROFS;
  if (!mayChangeNames(files, parent)) return E.EACCES;
  const sticky = (parent.mode & S_ISVTX) !== 0;
  if (sticky && !files.credentials.owns(inode) && !files.credentials.owns(parent)) return E.EPERM;
  if (inode instanceof RegularFile && inode.isSwap) return E.EPERM;
  if (asDirectory && !inode.isDirectory) return E.ENOTDIR;
  if (!asDirectory && inode.isDirectory) return E.EISDIR;
  if (parent.isFixed) return E.EPERM;
  if (victim.isTop || mountAt(files.system, victim)) return E.EBUSY;
  return 0;
}

/** Takes the name out; what nobody can reach any more is freed. */
export function dropName(parent: Directory, victim: Dentry): void {
  takeName(parent, victim);
  victim.inode.freeIfGone();
}

/** Takes the name out and one off the inode's count; a directory, which has no other name, is dead. */
export function takeName(parent: Directory, victim: Dentry): void {
  const { inode } = victim;
  parent.remove(victim);
  victim.deleted = true;
  inode.links = inode.isDirectory ? 0 : inode.links - 1;
  inode.noteChange();
}

/** readlink: a link's text. With an empty path, the link that a descriptor of O_PATH|O_NOFOLLOW stands for. */
export function readLink(files: Files, at: number, path: string): Result<string> {
  const dentry = path === "" ? files.startOf(at) : lookUp(files, at, path, "no-follow");
  if (failed(dentry)) return dentry;
  const { inode } = dentry;
  if (!(inode instanceof SymbolicLink)) return path === "" ? E.ENOENT : E.EINVAL;
  inode.noteAccess();
  return inode.text();
}
