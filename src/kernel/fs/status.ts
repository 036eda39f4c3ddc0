/**
 * What a file is, and changing that: stat, access, chmod, chown, utimens, truncate, statfs.
 * Models fs/stat.c, fs/open.c, fs/utimes.c, fs/attr.c. Leaves out: file capabilities, id-mapped mounts.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { S_ISGID } from "../abi/file-modes.js";
import { IN_ACCESS, IN_ATTRIB, IN_MODIFY } from "../abi/inotify.js";
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_NO_AUTOMOUNT,
  AT_SYMLINK_NOFOLLOW,
  UTIME_NOW,
  UTIME_OMIT,
} from "../abi/open-flags.js";
import { type Credentials, MAY_WRITE } from "./credentials.js";
import type { Dentry } from "./dentry.js";
import type { Files } from "./files.js";
import type { Inode, Status } from "./inode.js";
import { tellFile } from "./notify.js";
import { lookUp } from "./path-walk.js";
import { RegularFile } from "./regular-file.js";
import { mayBecome } from "./size-limit.js";

/** What a path with AT_ flags names; with AT_EMPTY_PATH an empty path is the descriptor itself. */
export function lookUpWithFlags(files: Files, at: number, path: string, flags: number): Result<Dentry> {
  if (path === "" && flags & AT_EMPTY_PATH) return files.startOf(at);
  return lookUp(files, at, path, flags & AT_SYMLINK_NOFOLLOW ? "no-follow" : "follow");
}

/** How fresh what a server tells must be; there are no servers. */
const AT_STATX_SYNC_TYPE = 0x6000;

/** stat, lstat, newfstatat and the file part of statx. */
export function statusAt(files: Files, at: number, path: string, flags: number): Result<Status> {
  const known = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE;
  if (flags & ~known) return E.EINVAL;
  const dentry = lookUpWithFlags(files, at, path, flags);
  return failed(dentry) ? dentry : dentry.inode.status();
}

/** fstat. */
export function statusOf(files: Files, fd: number): Result<Status> {
  const file = files.descriptors.file(fd);
  return failed(file) ? file : file.inode.status();
}

/** access, faccessat2: may the real user (with AT_EACCESS the effective one) do what `wanted` asks? */
export function access(files: Files, at: number, path: string, wanted: number, flags = 0): Result<0> {
  if (wanted & ~7 || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return E.EINVAL;
  return asUser(files, flags & AT_EACCESS ? files.credentials : files.credentials.real(), () => {
    const dentry = lookUpWithFlags(files, at, path, flags);
    if (failed(dentry)) return dentry;
    const { inode } = dentry;
    if (wanted & MAY_WRITE && inode.isReadOnly && !inode.isSpecial) return E.EROFS;
    return files.credentials.may(inode, wanted) ? 0 : E.EACCES;
  });
}

function asUser<T>(files: Files, credentials: Credentials, action: () => T): T {
  const own = files.credentials;
  files.credentials = credentials;
  try {
    return action();
  } finally {
    files.credentials = own;
  }
}

/** chmod, fchmodat, fchmodat2. The mode of a link itself cannot be changed. */
export function changeModeAt(files: Files, at: number, path: string, mode: number, flags = 0): Result<0> {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return E.EINVAL;
  const dentry = lookUpWithFlags(files, at, path, flags);
  if (failed(dentry)) return dentry;
  return dentry.inode.isSymbolicLink ? E.EOPNOTSUPP : changeMode(files, dentry, mode);
}

/** fchmod. */
export function changeModeOf(files: Files, fd: number, mode: number): Result<0> {
  const file = files.file(fd);
  return failed(file) ? file : changeMode(files, file.dentry, mode);
}

function changeMode(files: Files, dentry: Dentry, mode: number): Result<0> {
  const { inode } = dentry;
  if (inode.isReadOnly) return E.EROFS;
  if (inode.isAnonymous) return E.EOPNOTSUPP;
  if (inode.device === files.system.procDevice) return E.EPERM;
  if (!files.credentials.owns(inode)) return E.EPERM;
  const keepsGroupBit = files.credentials.capable(CAP.CAP_FSETID) || files.credentials.inGroup(inode.gid);
  const permissions = mode & 0o7777 & (keepsGroupBit ? 0o7777 : ~S_ISGID);
  if (!inode.mayChangeMode(permissions)) return E.EPERM;
  inode.mode = inode.kind | permissions;
  inode.noteChange();
  tellFile(dentry, IN_ATTRIB);
  return 0;
}

/** chown, lchown, fchownat; −1 leaves a number as it is. */
export function changeOwnerAt(
  files: Files,
  at: number,
  path: string,
  uid: number,
  gid: number,
  flags: number,
): Result<0> {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return E.EINVAL;
  const dentry = lookUpWithFlags(files, at, path, flags);
  return failed(dentry) ? dentry : changeOwner(files, dentry, uid, gid);
}

/** fchown. */
export function changeOwnerOf(files: Files, fd: number, uid: number, gid: number): Result<0> {
  const file = files.file(fd);
  return failed(file) ? file : changeOwner(files, file.dentry, uid, gid);
}

function changeOwner(files: Files, dentry: Dentry, uid: number, gid: number): Result<0> {
  const { inode } = dentry;
  if (inode.isReadOnly) return E.EROFS;
  if (inode.isAnonymous) return E.EOPNOTSUPP;
  if (inode.device === files.system.procDevice && inode.isDirectory) return E.EPERM;
  const { credentials } = files;
  const mayGive = credentials.capable(CAP.CAP_CHOWN);
  const owns = credentials.euid === inode.uid;
  if (isGiven(uid) && !mayGive && !(owns && uid === inode.uid)) return E.EPERM;
  if (isGiven(gid) && !mayGive && !(owns && (gid === inode.gid || credentials.inGroup(gid)))) return E.EPERM;
  inode.dropRights(credentials);
  if (isGiven(uid)) inode.uid = uid;
  if (isGiven(gid)) inode.gid = gid;
  inode.noteChange();
  if (isGiven(uid) || isGiven(gid)) tellFile(dentry, IN_ATTRIB);
  return 0;
}

function isGiven(id: number): boolean {
  return id !== -1 && id !== 0xffffffff;
}

/** A time for utimensat: seconds and nanoseconds, where the latter may be UTIME_NOW or UTIME_OMIT. */
export interface TimeToSet {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** utimensat, utimes: `times` are access and modification, undefined for now. An empty path means the descriptor. */
export function changeTimes(
  files: Files,
  at: number,
  path: string | undefined,
  times: readonly [accessed: TimeToSet, modified: TimeToSet] | undefined,
  flags: number,
): Result<0> {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return E.EINVAL;
  if (times?.some((time) => !isValid(time))) return E.EINVAL;
  if (times?.every((time) => time.nanoseconds === UTIME_OMIT)) return 0;
  const dentry = path === undefined ? files.startOf(at) : lookUpWithFlags(files, at, path, flags);
  if (failed(dentry)) return dentry;
  const { inode } = dentry;
  if (inode.isReadOnly) return E.EROFS;
  const error = mayChangeTimes(files, inode, times);
  if (error) return error;
  inode.accessed = chosenTime(files, inode.accessed, times?.[0]);
  inode.modified = chosenTime(files, inode.modified, times?.[1]);
  inode.noteChange();
  tellFile(dentry, eventOf(times));
  return 0;
}

/** Setting one time alone is told as what it pretends to be. */
function eventOf(times: readonly [TimeToSet, TimeToSet] | undefined): number {
  if (times?.[0].nanoseconds === UTIME_OMIT) return IN_MODIFY;
  return times?.[1].nanoseconds === UTIME_OMIT ? IN_ACCESS : IN_ATTRIB;
}

function isValid(time: TimeToSet): boolean {
  const { nanoseconds } = time;
  return nanoseconds === UTIME_NOW || nanoseconds === UTIME_OMIT || (nanoseconds >= 0 && nanoseconds < 1e9);
}

function mayChangeTimes(
  files: Files,
  inode: Inode,
  times: readonly [TimeToSet, TimeToSet] | undefined,
): Result<0> {
  if (files.credentials.owns(inode)) return 0;
  const onlyNow = times === undefined || times.every((time) => time.nanoseconds === UTIME_NOW);
  if (!onlyNow) return E.EPERM;
  return files.credentials.may(inode, MAY_WRITE) ? 0 : E.EACCES;
}

function chosenTime(files: Files, old: bigint, time: TimeToSet | undefined): bigint {
  if (time === undefined || time.nanoseconds === UTIME_NOW) return files.system.now;
  if (time.nanoseconds === UTIME_OMIT) return old;
  return time.seconds * 1_000_000_000n + BigInt(time.nanoseconds);
}

/** truncate. */
export function truncate(files: Files, at: number, path: string, size: number): Result<0> {
  if (size < 0) return E.EINVAL;
  const dentry = lookUp(files, at, path, "follow");
  if (failed(dentry)) return dentry;
  const { inode } = dentry;
  if (inode.isDirectory) return E.EISDIR;
  if (!inode.isRegular) return E.EINVAL;
  if (inode.isReadOnly) return E.EROFS;
  if (!files.credentials.may(inode, MAY_WRITE)) return E.EACCES;
  // A text that the kernel makes has no length that could be set; nothing happens.
  if (!(inode instanceof RegularFile)) return 0;
  if (inode.executing > 0) return E.ETXTBSY;
  return cut(files, dentry, inode, size);
}

/** ftruncate. */
export function truncateOpen(files: Files, fd: number, size: number): Result<0> {
  if (size < 0) return E.EINVAL;
  const file = files.file(fd);
  if (failed(file)) return file;
  if (!(file.inode instanceof RegularFile) || !file.writable) return E.EINVAL;
  return cut(files, file.dentry, file.inode, size);
}

function cut(files: Files, dentry: Dentry, file: RegularFile, size: number): Result<0> {
  const error = mayBecome(files, file, size) || file.truncate(size);
  if (error) return error;
  tellFile(dentry, IN_MODIFY);
  if (!files.credentials.capable(CAP.CAP_FSETID)) file.dropRights(files.credentials);
  return 0;
}

/** What statfs reports; sizes in blocks of `blockSize`. */
export interface FileSystemStatus {
  /** The magic number of the kind of file system. */
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly free: number;
  readonly longestName: number;
}

const TMPFS_MAGIC = 0x01021994;
const PROC_SUPER_MAGIC = 0x9fa0;
const SYSFS_MAGIC = 0x62656572;
const PIPEFS_MAGIC = 0x50495045;

/** statfs, fstatfs: of the file system that a file belongs to. */
export function fileSystemStatus(files: Files, inode: Inode): FileSystemStatus {
  const { system } = files;
  if (inode.device === system.procDevice) return emptySystem(PROC_SUPER_MAGIC);
  if (inode.device === system.pipeDevice) return emptySystem(PIPEFS_MAGIC);
  if (inode.device === system.sysDevice) return emptySystem(SYSFS_MAGIC);
  const space = system.spaceOf(inode.device);
  const blocks = Math.floor(space.capacity / 4096);
  const free = blocks - Math.ceil(space.used / 4096);
  return { type: TMPFS_MAGIC, blockSize: 4096, blocks, free, longestName: 255 };
}

function emptySystem(type: number): FileSystemStatus {
  return { type, blockSize: 4096, blocks: 0, free: 0, longestName: 255 };
}
