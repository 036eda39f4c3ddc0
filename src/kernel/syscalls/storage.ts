/**
 * What a file takes of its disk: allocation, making safe, hints, and extended attributes (which the file system has not).
 * Models Linux fs/sync.c, fs/open.c, mm/fadvise.c, mm/readahead.c, fs/xattr.c.
 */
import { E, failed } from "../abi/errno.js";
import * as OPEN from "../abi/open-flags.js";
import { allocate } from "../fs/allocate.js";
import { lookUp } from "../fs/path-walk.js";
import {
  address,
  choice,
  flags,
  int,
  long,
  type SystemCall,
  size,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { fd, pathAt } from "./file-arguments.js";

const fallocate = systemCall(
  "fallocate",
  "Gives a file room, or takes it away.",
  {
    fd,
    mode: flags({ FALLOC_FL_KEEP_SIZE: 1, FALLOC_FL_PUNCH_HOLE: 2, FALLOC_FL_ZERO_RANGE: 16 }),
    offset: long,
    len: long,
  },
  (call, values) => allocate(call.task.files, values.fd, values.mode, values.offset, values.len),
  "what tmpfs leaves out too: zeroing, collapsing and inserting ranges",
);

/** Memory is always safe, so there is nothing to do but to look at the descriptor; a pipe cannot be made safe. */
const makeSafe = (name: string, says: string): SystemCall =>
  systemCall(name, says, { fd }, (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file)) return file;
    const { inode } = file;
    return inode.isRegular || inode.isDirectory || name === "syncfs" ? 0 : E.EINVAL;
  });

const sync = systemCall("sync", "Makes all files safe: memory always is.", {}, () => 0);
const syncFileRange = systemCall(
  "sync_file_range",
  "Makes a part of a file safe: memory always is.",
  { fd, offset: long, nbytes: long, flags: unsignedInt },
  (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file)) return file;
    if (values.flags & ~7 || values.offset < 0 || values.nbytes < 0) return E.EINVAL;
    return file.inode.seekable ? 0 : E.ESPIPE;
  },
);

const ADVICE = {
  POSIX_FADV_NORMAL: 0,
  POSIX_FADV_RANDOM: 1,
  POSIX_FADV_SEQUENTIAL: 2,
  POSIX_FADV_WILLNEED: 3,
  POSIX_FADV_DONTNEED: 4,
  POSIX_FADV_NOREUSE: 5,
};
const fadvise64 = systemCall(
  "fadvise64",
  "Accepts a hint on how a file will be read.",
  { fd, offset: long, len: long, advice: choice(ADVICE) },
  (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file)) return file;
    if (file.inode.kind === 0o010000) return E.ESPIPE;
    return values.len < 0 || values.advice < 0 || values.advice > 5 ? E.EINVAL : 0;
  },
);
const readahead = systemCall(
  "readahead",
  "Accepts a hint that a part of a file will be read.",
  { fd, offset: long, count: size },
  (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file) || !file.readable) return E.EBADF;
    return file.inode.isRegular ? 0 : E.EINVAL;
  },
);

type Follow = "follow" | "no-follow" | "descriptor";

/** Calls on extended attributes look at the file, then say that there are none. */
function attributeCalls(
  name: string,
  says: string,
  rest: Parameters<typeof systemCall>[2],
  answer: number,
): SystemCall[] {
  const kinds: readonly (readonly [string, Follow])[] = [
    ["", "follow"],
    ["l", "no-follow"],
    ["f", "descriptor"],
  ];
  return kinds.map(([prefix, follow]) =>
    follow === "descriptor"
      ? systemCall(`${prefix}${name}`, says, { fd, ...rest }, (call, values) => {
          const file = call.task.files.file(values.fd as number);
          return failed(file) ? file : answer;
        })
      : systemCall(`${prefix}${name}`, says, { path: text, ...rest }, (call, values) => {
          const path = pathAt(call, values.path as number);
          if (typeof path === "number") return path;
          const found = lookUp(call.task.files, OPEN.AT_FDCWD, path, follow);
          return failed(found) ? found : answer;
        }),
  );
}

const VALUE = { name: text, value: address, size };

export const STORAGE_CALLS: readonly SystemCall[] = [
  fallocate,
  makeSafe("fsync", "Makes a file safe: memory always is."),
  makeSafe("fdatasync", "Makes a file's data safe: memory always is."),
  makeSafe("syncfs", "Makes a file system safe: memory always is."),
  ...[sync, syncFileRange, fadvise64, readahead],
  ...attributeCalls("getxattr", "Reads an extended attribute: there are none.", VALUE, E.EOPNOTSUPP),
  ...attributeCalls(
    "setxattr",
    "Sets an extended attribute: refused.",
    { ...VALUE, flags: int },
    E.EOPNOTSUPP,
  ),
  ...attributeCalls("listxattr", "Lists extended attributes: there are none.", { list: address, size }, 0),
  ...attributeCalls("removexattr", "Removes an extended attribute: refused.", { name: text }, E.EOPNOTSUPP),
];
