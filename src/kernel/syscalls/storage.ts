/**
 * What a file takes of its disk: allocation, making safe, hints.
 * Models Linux fs/sync.c, fs/open.c, mm/fadvise.c, mm/readahead.c.
 */
import { E, failed } from "../abi/errno.js";
import { allocate } from "../fs/allocate.js";
import { RegularFile } from "../fs/regular-file.js";
import { synchronise, writeBackFile } from "../mm/write-back.js";
import { choice, flags, long, type SystemCall, size, systemCall, unsignedInt } from "./definition.js";
import { fd } from "./file-arguments.js";

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

/** What was stored through mappings comes into the file; memory is safe then. A pipe cannot be made safe. */
const makeSafe = (name: string, says: string): SystemCall =>
  systemCall(name, says, { fd }, (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file)) return file;
    const { inode } = file;
    if (name === "syncfs") return synchronise(call.kernel, call.progress);
    const lies = inode.isRegular || inode.isDirectory;
    if (!lies || inode.device === call.kernel.files.procDevice) return E.EINVAL;
    if (inode instanceof RegularFile && inode.pages) writeBackFile(call.kernel, inode);
    return 0;
  });

const sync = systemCall(
  "sync",
  "Brings what was stored through mappings into the files; memory is safe.",
  {},
  (call) => synchronise(call.kernel, call.progress),
);
const syncFileRange = systemCall(
  "sync_file_range",
  "Makes a part of a file safe: memory always is.",
  { fd, offset: long, nbytes: long, flags: unsignedInt },
  (call, values) => {
    const file = call.task.files.file(values.fd);
    if (failed(file)) return file;
    if (values.flags & ~7 || values.offset < 0 || values.nbytes < 0) return E.EINVAL;
    return file.inode.isRegular || file.inode.isDirectory ? 0 : E.ESPIPE;
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
    if (values.count >= 2 ** 63) return E.EINVAL;
    return file.inode.isRegular ? 0 : E.EINVAL;
  },
);

export const STORAGE_CALLS: readonly SystemCall[] = [
  fallocate,
  makeSafe("fsync", "Brings what was stored through mappings into a file; memory is safe."),
  makeSafe("fdatasync", "The same, but for what is known about the file."),
  makeSafe("syncfs", "Brings what was stored through mappings into the files of a file system."),
  ...[sync, syncFileRange, fadvise64, readahead],
];
