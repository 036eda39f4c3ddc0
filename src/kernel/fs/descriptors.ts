/**
 * What concerns descriptors rather than files: close, dup, fcntl, pipe, ioctl.
 * Models fs/file.c, fs/fcntl.c, fs/ioctl.c. Leaves out: locks, SIGIO, leases.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { IOCTL } from "../abi/ioctls.js";
import {
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETOWN,
  F_GETPIPE_SZ,
  F_GETSIG,
  F_NOTIFY,
  F_SEAL_SEAL,
  F_SETFD,
  F_SETFL,
  F_SETOWN,
  F_SETPIPE_SZ,
  F_SETSIG,
  FD_CLOEXEC,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_DIRECT,
  O_EXCL,
  O_NOATIME,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
} from "../abi/open-flags.js";
import { LAST_SIGNAL } from "../abi/signals.js";
import type { Blocking } from "./blocking.js";
import { Dentry } from "./dentry.js";
import type { Files } from "./files.js";
import type { Inode } from "./inode.js";
import { ALL_SEALS, MemoryFile } from "./memory-file.js";
import { OpenFile } from "./open-file.js";
import { Pipe } from "./pipe.js";

/** Flags that F_SETFL may change. */
const CHANGEABLE = O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME;

/** Closes a descriptor. */
export function close(files: Files, fd: number): Result<0> {
  return files.descriptors.close(fd);
}

/** A second number, the lowest free one, for the same description. */
export function duplicate(files: Files, fd: number, least = 0, closeOnExec = false): Result<number> {
  const file = files.descriptors.file(fd);
  if (failed(file)) return file;
  const copy = files.install(file, closeOnExec, least);
  if (!failed(copy)) file.share();
  return copy;
}

/** dup2: `wanted` becomes another number for the description; equal numbers change nothing. */
export function duplicateTo(files: Files, fd: number, wanted: number): Result<number> {
  const file = files.descriptors.file(fd);
  if (failed(file)) return file;
  return fd === wanted ? fd : replace(files, file, wanted, false);
}

/** dup3: as dup2, but equal numbers are an error, and O_CLOEXEC may be given. */
export function duplicateExactly(files: Files, fd: number, wanted: number, flags: number): Result<number> {
  if (flags & ~O_CLOEXEC || fd === wanted) return E.EINVAL;
  const file = files.descriptors.file(fd);
  return failed(file) ? file : replace(files, file, wanted, (flags & O_CLOEXEC) !== 0);
}

function replace(files: Files, file: OpenFile, wanted: number, closeOnExec: boolean): Result<number> {
  if (wanted < 0 || wanted >= files.descriptorLimit) return E.EBADF;
  files.descriptors.replace(wanted, file.share(), closeOnExec);
  return wanted;
}

/** fcntl, but for locks. */
export function control(files: Files, fd: number, command: number, argument: number): Result<number> {
  const entry = files.descriptors.entry(fd);
  if (!entry) return E.EBADF;
  const { file } = entry;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (argument < 0 || argument >= files.descriptorLimit) return E.EINVAL;
      return duplicate(files, fd, argument, command === F_DUPFD_CLOEXEC);
    case F_GETFD:
      return entry.closeOnExec ? FD_CLOEXEC : 0;
    case F_SETFD:
      entry.closeOnExec = (argument & FD_CLOEXEC) !== 0;
      return 0;
    case F_GETFL:
      return file.flags;
  }
  if (file.flags & O_PATH) return E.EBADF;
  switch (command) {
    case F_SETFL:
      file.flags = (file.flags & ~CHANGEABLE) | (argument & CHANGEABLE);
      return 0;
    case F_GETPIPE_SZ:
      return file.inode instanceof Pipe ? file.inode.capacity : E.EBADF;
    case F_SETPIPE_SZ:
      return file.inode instanceof Pipe ? file.inode.resize(argument) : E.EBADF;
    case F_ADD_SEALS:
      if (file.inode instanceof MemoryFile) return file.inode.addSeals(file, argument);
      // Linux's tmpfs, too, has seals: but its files are sealed against them.
      return file.writable && (!file.inode.isRegular || argument & ~ALL_SEALS) ? E.EINVAL : E.EPERM;
    case F_GET_SEALS:
      if (file.inode instanceof MemoryFile) return file.inode.seals;
      return file.inode.isRegular ? F_SEAL_SEAL : E.EINVAL;
    case F_GETOWN:
      return file.owner;
    case F_SETOWN:
      return setOwner(files, file, argument);
    case F_GETSIG:
      return file.signal;
    case F_SETSIG:
      if (argument < 0 || argument > LAST_SIGNAL) return E.EINVAL;
      file.signal = argument;
      return 0;
    case F_NOTIFY:
      return file.inode.isDirectory ? E.EINVAL : E.ENOTDIR;
    default:
      return E.EINVAL;
  }
}

/** A process, or with a negative number a group of them. */
function setOwner({ system }: Files, file: OpenFile, owner: number): Result<0> {
  if (owner === -0x80000000) return E.EINVAL;
  if (owner > 0 && !system.processes?.files(owner)) return E.ESRCH;
  file.owner = owner;
  return 0;
}

/** ioctl: requests that every descriptor knows are answered here, the rest by the file. `data` goes in and out. */
export function controlDevice(files: Files, fd: number, request: number, data: Uint8Array): Blocking<number> {
  const file = files.file(fd);
  const entry = files.descriptors.entry(fd);
  if (failed(file) || !entry) return E.EBADF;
  switch (request) {
    case IOCTL.FIOCLEX:
      entry.closeOnExec = true;
      return 0;
    case IOCTL.FIONCLEX:
      entry.closeOnExec = false;
      return 0;
    case IOCTL.FIONBIO:
      file.flags = data.some((byte) => byte !== 0) ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
      return 0;
    case IOCTL.FIGETBSZ:
      new DataView(data.buffer, data.byteOffset).setInt32(0, file.inode.status().blockSize, true);
      return 0;
    case IOCTL.FIONREAD:
      if (!file.inode.isRegular) return file.inode.control(file, request, data);
      new DataView(data.buffer, data.byteOffset).setInt32(0, file.inode.size - file.position, true);
      return 0;
    default:
      return file.inode.control(file, request, data);
  }
}

/** A new pipe: the descriptors of its reading and its writing end. */
export function makePipe(files: Files, flags: number): Result<readonly [reading: number, writing: number]> {
  // O_EXCL asks for a pipe of notifications.
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT | O_EXCL)) return E.EINVAL;
  if (flags & O_EXCL) return E.ENOPKG;
  const pipe = new Pipe(files.system, 0o600, files.system.pipeDevice);
  pipe.uid = files.credentials.euid;
  pipe.gid = files.credentials.egid;
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  const kept = flags & (O_NONBLOCK | O_DIRECT);
  const reading = openOutsideTree(files, pipe, O_RDONLY | kept, closeOnExec);
  if (failed(reading)) return reading;
  const writing = openOutsideTree(files, pipe, O_WRONLY | kept, closeOnExec);
  if (!failed(writing)) return [reading, writing];
  files.descriptors.close(reading);
  return writing;
}

/** Opens something that has no name in the tree, shown as `name` ("pipe:[7]" if none is given); the descriptor. */
export function openOutsideTree(
  files: Files,
  inode: Inode,
  flags: number,
  closeOnExec = false,
  name?: string,
): Result<number> {
  const file = new OpenFile(new Dentry(name ?? `pipe:[${inode.number}]`, undefined, inode), flags);
  const fd = files.install(file, closeOnExec);
  if (!failed(fd)) file.begin();
  return fd;
}
