/**
 * Names and directories: making, removing, renaming, links, where one stands. What the calls do is in `fs/`.
 * Models Linux fs/open.c, fs/namei.c, fs/readdir.c, fs/d_path.c.
 */
import { E, failed } from "../abi/errno.js";
import * as OPEN from "../abi/open-flags.js";
import * as names from "../fs/names.js";
import { readDirectory } from "../fs/read-directory.js";
import { rename } from "../fs/rename.js";
import * as working from "../fs/working-directory.js";
import {
  address,
  type Call,
  filledBuffer,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { directoryFd, fd, mode, pathAt } from "./file-arguments.js";

const AT = OPEN.AT_FDCWD;

/** Runs an operation on the path at an address. */
export function onPath(call: Call, at: number, operation: (path: string) => Outcome): Outcome {
  const path = pathAt(call, at);
  return typeof path === "number" ? path : operation(path);
}

/** A call whose only arguments are a path and perhaps a number. */
const simple = (
  name: string,
  says: string,
  operation: (call: Call, path: string, bits: number) => Outcome,
): SystemCall =>
  systemCall(name, says, { pathname: text, mode }, (call, values) =>
    onPath(call, values.pathname, (path) => operation(call, path, values.mode)),
  );
const simpleAt = (
  name: string,
  says: string,
  operation: (call: Call, at: number, path: string, bits: number) => Outcome,
): SystemCall =>
  systemCall(name, says, { dirfd: directoryFd, pathname: text, mode }, (call, values) =>
    onPath(call, values.pathname, (path) => operation(call, values.dirfd, path, values.mode)),
  );

const ONE_PATH: readonly SystemCall[] = [
  simple("mkdir", "Makes a directory.", (call, path, bits) =>
    names.makeDirectory(call.task.files, AT, path, bits),
  ),
  simpleAt("mkdirat", "Makes a directory.", (call, at, path, bits) =>
    names.makeDirectory(call.task.files, at, path, bits),
  ),
  systemCall(
    "mknod",
    "Makes a file, FIFO or device.",
    { pathname: text, mode, dev: unsignedInt },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        names.makeNode(call.task.files, AT, path, values.mode, values.dev),
      ),
  ),
  systemCall(
    "mknodat",
    "Makes a file, FIFO or device.",
    { dirfd: directoryFd, pathname: text, mode, dev: unsignedInt },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        names.makeNode(call.task.files, values.dirfd, path, values.mode, values.dev),
      ),
  ),
  systemCall("rmdir", "Removes an empty directory.", { pathname: text }, (call, values) =>
    onPath(call, values.pathname, (path) => names.removeDirectory(call.task.files, AT, path)),
  ),
  systemCall("unlink", "Removes a name.", { pathname: text }, (call, values) =>
    onPath(call, values.pathname, (path) => names.unlink(call.task.files, AT, path)),
  ),
  systemCall(
    "unlinkat",
    "Removes a name or an empty directory.",
    { dirfd: directoryFd, pathname: text, flags: flags({ AT_REMOVEDIR: OPEN.AT_REMOVEDIR }) },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        names.removeAt(call.task.files, values.dirfd, path, values.flags),
      ),
  ),
  systemCall("chdir", "Changes the working directory.", { path: text }, (call, values) =>
    onPath(call, values.path, (path) => working.changeDirectory(call.task.files, path)),
  ),
  systemCall("chroot", "Gives the process another root directory.", { path: text }, (call, values) =>
    onPath(call, values.path, (path) => working.changeRoot(call.task.files, path)),
  ),
  systemCall("fchdir", "Changes the working directory.", { fd }, (call, values) =>
    working.changeDirectoryTo(call.task.files, values.fd),
  ),
  systemCall("umask", "Changes which permissions new files do not get.", { mask: mode }, (call, values) =>
    working.changeUmask(call.task.files, values.mask),
  ),
];

const renameFlags = flags(OPEN.RENAME_FLAGS);
function twoPaths(
  call: Call,
  first: number,
  second: number,
  operation: (first: string, second: string) => Outcome,
): Outcome {
  return onPath(call, first, (one) => onPath(call, second, (other) => operation(one, other)));
}

const TWO_PATHS: readonly SystemCall[] = [
  systemCall("rename", "Renames a file.", { oldpath: text, newpath: text }, (call, values) =>
    twoPaths(call, values.oldpath, values.newpath, (from, to) => rename(call.task.files, AT, from, AT, to)),
  ),
  systemCall(
    "renameat",
    "Renames a file.",
    { olddirfd: directoryFd, oldpath: text, newdirfd: directoryFd, newpath: text },
    (call, values) =>
      twoPaths(call, values.oldpath, values.newpath, (from, to) =>
        rename(call.task.files, values.olddirfd, from, values.newdirfd, to),
      ),
  ),
  systemCall(
    "renameat2",
    "Renames a file, or exchanges two.",
    { olddirfd: directoryFd, oldpath: text, newdirfd: directoryFd, newpath: text, flags: renameFlags },
    (call, values) =>
      twoPaths(call, values.oldpath, values.newpath, (from, to) =>
        rename(call.task.files, values.olddirfd, from, values.newdirfd, to, values.flags),
      ),
    "RENAME_WHITEOUT (EINVAL)",
  ),
  systemCall("link", "Makes a second name.", { oldpath: text, newpath: text }, (call, values) =>
    twoPaths(call, values.oldpath, values.newpath, (from, to) =>
      names.makeLink(call.task.files, AT, from, AT, to, 0),
    ),
  ),
  systemCall(
    "linkat",
    "Makes a second name.",
    {
      olddirfd: directoryFd,
      oldpath: text,
      newdirfd: directoryFd,
      newpath: text,
      flags: flags({ AT_SYMLINK_FOLLOW: OPEN.AT_SYMLINK_FOLLOW }),
    },
    (call, values) =>
      twoPaths(call, values.oldpath, values.newpath, (from, to) =>
        names.makeLink(call.task.files, values.olddirfd, from, values.newdirfd, to, values.flags),
      ),
  ),
  systemCall("symlink", "Makes a symbolic link.", { target: text, linkpath: text }, (call, values) =>
    twoPaths(call, values.target, values.linkpath, (target, path) =>
      names.makeSymbolicLink(call.task.files, target, AT, path),
    ),
  ),
  systemCall(
    "symlinkat",
    "Makes a symbolic link.",
    { target: text, newdirfd: directoryFd, linkpath: text },
    (call, values) =>
      twoPaths(call, values.target, values.linkpath, (target, path) =>
        names.makeSymbolicLink(call.task.files, target, values.newdirfd, path),
      ),
  ),
];

function readLink(call: Call, dirfd: number, pathname: number, buffer: number, length: number): Outcome {
  if (length <= 0) return E.EINVAL;
  return onPath(call, pathname, (path) => {
    const target = names.readLink(call.task.files, dirfd, path);
    if (failed(target)) return target;
    const bytes = Uint8Array.from(target.slice(0, length), (char) => char.charCodeAt(0));
    return call.memory.write(buffer, bytes) ? bytes.length : E.EFAULT;
  });
}
const readlink = systemCall(
  "readlink",
  "Where a link leads.",
  { pathname: text, buf: filledBuffer, bufsiz: int },
  (call, values) => readLink(call, AT, values.pathname, values.buf, values.bufsiz),
);
const readlinkat = systemCall(
  "readlinkat",
  "Where a link leads.",
  { dirfd: directoryFd, pathname: text, buf: filledBuffer, bufsiz: int },
  (call, values) => readLink(call, values.dirfd, values.pathname, values.buf, values.bufsiz),
);

const getcwd = systemCall(
  "getcwd",
  "The path of the working directory.",
  { buf: filledBuffer, size },
  (call, values) => {
    const path = working.currentDirectory(call.task.files);
    if (failed(path)) return path;
    const bytes = Uint8Array.from(`${path}\0`, (char) => char.charCodeAt(0));
    if (bytes.length > values.size) return E.ERANGE;
    return call.memory.write(values.buf, bytes) ? bytes.length : E.EFAULT;
  },
);

const getdents64 = systemCall(
  "getdents64",
  "Reads names of a directory.",
  { fd, dirp: address, count: unsignedInt },
  (call, values) => {
    if (values.count > 0x7fffffff) return E.EINVAL;
    const room = call.memory.writable(values.dirp, Math.min(values.count, 1 << 20));
    const buffer = new Uint8Array(room);
    const got = readDirectory(call.task.files, values.fd, buffer);
    if (got === E.EINVAL && room < values.count) return E.EFAULT;
    if (failed(got)) return got;
    return call.memory.write(values.dirp, buffer.subarray(0, got)) ? got : E.EFAULT;
  },
);

export const PATH_CALLS: readonly SystemCall[] = [
  ...ONE_PATH,
  ...TWO_PATHS,
  ...[readlink, readlinkat, getcwd, getdents64],
];
