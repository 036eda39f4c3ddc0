/**
 * Opening and creating files.
 * Models do_sys_openat2, build_open_flags, open_last_lookups and may_open (Linux fs/open.c, fs/namei.c). Leaves out:
 * leases, O_DIRECT and O_ASYNC (accepted, without effect).
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { S_ISGID } from "../abi/file-modes.js";
import { IN_CREATE, IN_MODIFY, IN_OPEN } from "../abi/inotify.js";
import {
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_LARGEFILE,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TMPFILE,
  O_TRUNC,
} from "../abi/open-flags.js";
import { type Blocking, blocked, type Progress } from "./blocking.js";
import { MAY_EXECUTE, MAY_READ, MAY_WRITE } from "./credentials.js";
import { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { Files } from "./files.js";
import type { Inode } from "./inode.js";
import { hasRoomForName } from "./mounts.js";
import { tellFile, tellName } from "./notify.js";
import { OpenFile } from "./open-file.js";
import { isPlainName, type Place, resolve } from "./path-walk.js";
import { RegularFile } from "./regular-file.js";

/** Flags that concern only the opening; fcntl F_GETFL does not show them. */
const ONLY_WHILE_OPENING = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;
const TMPFILE_BIT = O_TMPFILE & ~O_DIRECTORY;
const MEANT_WITH_O_PATH = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/**
 * Opens `path` and enters it in the table; the descriptor's number. As 64-bit Linux does, it adds O_LARGEFILE.
 * @param mode permissions for a file that is created
 * @param progress what an earlier try returned that had to wait (a FIFO)
 * @param scope RESOLVE_* of openat2
 */
export function openAt(
  files: Files,
  at: number,
  path: string,
  flags: number,
  mode: number,
  progress?: Progress,
  scope = 0,
): Blocking<number> {
  const wanted = flags & O_PATH ? flags & MEANT_WITH_O_PATH : flags | O_LARGEFILE;
  if (wanted & O_CREAT && wanted & O_DIRECTORY) return E.EINVAL;
  const free = files.lowestFree();
  if (failed(free)) return free;
  const file = progress?.opening
    ? finishOpening(progress.opening, progress)
    : openFile(files, at, path, wanted, mode, scope);
  if (failed(file) || blocked(file)) return file;
  return files.install(file, (wanted & O_CLOEXEC) !== 0);
}

/** Opens `path` without a descriptor, as exec does; the caller releases the description. */
export function openFile(
  files: Files,
  at: number,
  path: string,
  flags: number,
  mode = 0,
  scope = 0,
): Blocking<OpenFile> {
  if (flags & TMPFILE_BIT) return openNameless(files, at, path, flags, mode, scope);
  if (flags & O_CREAT && path.endsWith("/")) return refuseSlash(files, at, path, flags, scope);
  const leavesLink = (flags & O_NOFOLLOW) !== 0 || (flags & O_CREAT && flags & O_EXCL);
  const place = resolve(files, at, path, leavesLink ? "no-follow" : "follow", scope);
  if (failed(place)) return place;
  const created = flags & O_CREAT ? createIfMissing(files, place, flags, mode) : undefined;
  if (failed(created)) return created;
  const dentry = created ?? place.found;
  if (!dentry) return E.ENOENT;
  if (place.wantsDirectory && !dentry.inode.isDirectory) return E.ENOTDIR;
  if (flags & O_PATH) return openPathOnly(dentry, flags);
  const error = created ? 0 : mayOpen(files, dentry.inode, flags);
  return error || describe(files, dentry, flags, created === undefined);
}

/** A descriptor of what somebody has found without a path. */
export function openFound(files: Files, dentry: Dentry, flags: number): Blocking<number> {
  const file = mayOpen(files, dentry.inode, flags) || describe(files, dentry, flags, true);
  if (failed(file) || blocked(file)) return file;
  return files.install(file, (flags & O_CLOEXEC) !== 0);
}

/** A slash at the end asks for a directory, which open cannot create. */
function refuseSlash(files: Files, at: number, path: string, flags: number, scope: number): Result<OpenFile> {
  const place = resolve(files, at, path, "untouched", scope);
  if (failed(place)) return place;
  return !isPlainName(place) && flags & O_EXCL ? E.EEXIST : E.EISDIR;
}

/** With O_CREAT: the new file's name, undefined when there is a file to open already, or why neither can be. */
function createIfMissing(
  files: Files,
  place: Place,
  flags: number,
  mode: number,
): Result<Dentry | undefined> {
  if (isPlainName(place) && place.wantsDirectory) return E.EISDIR;
  if (place.found && flags & O_EXCL) return E.EEXIST;
  // A link of /proc leads to the thing itself, not to a name.
  if (!isPlainName(place) && !place.found) return E.EISDIR;
  if (place.found) return place.found.inode.isDirectory ? E.EISDIR : undefined;
  if (place.parent.links === 0) return E.ENOENT;
  if (place.parent.isFixed) return E.EACCES;
  if (!files.credentials.may(place.parent, MAY_WRITE | MAY_EXECUTE)) return E.EACCES;
  if (place.parent.isReadOnly) return E.EROFS;
  if (!hasRoomForName(place.parent)) return E.ENOSPC;
  const made = place.parent.add(place.name, newFile(files, mode, place.parent));
  tellName(place.parent, IN_CREATE, place.name, made.inode);
  return made;
}

function newFile(files: Files, mode: number, parent: Inode): RegularFile {
  const file = new RegularFile(files.system, mode & 0o7777 & ~files.place.umask, undefined, parent.device);
  file.uid = files.credentials.euid;
  file.gid = parent.mode & S_ISGID ? parent.gid : files.credentials.egid;
  return file;
}

/** Whether a file that exists may be opened so. */
function mayOpen(files: Files, inode: Inode, flags: number): Result<0> {
  const wanted = accessWanted(flags);
  if (flags & O_DIRECTORY && !inode.isDirectory && !inode.isSymbolicLink) return E.ENOTDIR;
  if (inode.isSymbolicLink) return flags & O_DIRECTORY ? E.ENOTDIR : E.ELOOP;
  if (inode.isDirectory && wanted & MAY_WRITE) return E.EISDIR;
  if (wanted & MAY_WRITE && inode.isReadOnly && inode.isRegular) return E.EROFS;
  if (!files.credentials.may(inode, wanted)) return E.EACCES;
  if (flags & O_NOATIME && !files.credentials.owns(inode)) return E.EPERM;
  return 0;
}

function accessWanted(flags: number): number {
  const wanted = [MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, MAY_READ | MAY_WRITE][flags & O_ACCMODE] ?? 0;
  return flags & O_TRUNC ? wanted | MAY_WRITE : wanted;
}

function describe(files: Files, dentry: Dentry, flags: number, existed: boolean): Blocking<OpenFile> {
  const file = new OpenFile(dentry, flags & ~ONLY_WHILE_OPENING, flags);
  const opened = file.begin();
  if (failed(opened) || blocked(opened)) return opened;
  tellFile(dentry, IN_OPEN);
  if (existed && flags & O_TRUNC) empty(files, dentry);
  return file;
}

function empty(files: Files, dentry: Dentry): void {
  const { inode } = dentry;
  if (!(inode instanceof RegularFile)) return;
  inode.truncate(0);
  tellFile(dentry, IN_MODIFY);
  if (!files.credentials.capable(CAP.CAP_FSETID)) inode.dropRights(files.credentials);
}

function finishOpening(file: OpenFile, progress: Progress): Blocking<OpenFile> {
  const opened = file.begin(progress);
  if (failed(opened) || blocked(opened)) return opened;
  tellFile(file.dentry, IN_OPEN);
  return file;
}

function openPathOnly(dentry: Dentry, flags: number): Result<OpenFile> {
  if (flags & O_DIRECTORY && !dentry.inode.isDirectory) return E.ENOTDIR;
  const file = new OpenFile(dentry, flags & ~O_CLOEXEC);
  file.begin();
  return file;
}

/** O_TMPFILE: a file in the directory's file system that has no name. */
function openNameless(
  files: Files,
  at: number,
  path: string,
  flags: number,
  mode: number,
  scope: number,
): Blocking<OpenFile> {
  if (!(flags & O_DIRECTORY) || (flags & O_ACCMODE) === O_RDONLY) return E.EINVAL;
  const place = resolve(files, at, path, "follow", scope);
  if (failed(place)) return place;
  if (!place.found) return E.ENOENT;
  const { inode: directory } = place.found;
  if (!(directory instanceof Directory)) return E.ENOTDIR;
  if (!files.credentials.may(directory, MAY_WRITE | MAY_EXECUTE)) return E.EACCES;
  if (directory.isReadOnly) return E.EROFS;
  if (directory.isFixed) return E.EOPNOTSUPP;
  if (!hasRoomForName(directory)) return E.ENOSPC;
  const file = newFile(files, mode, directory);
  file.links = 0;
  const dentry = new Dentry(`#${file.number}`, place.found, file);
  dentry.deleted = true;
  return describe(files, dentry, flags & ~TMPFILE_BIT, false);
}
