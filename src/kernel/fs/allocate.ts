/**
 * fallocate: giving a file room, taking room away, before anything is written.
 * Models Linux fs/open.c (vfs_fallocate) and mm/shmem.c (shmem_fallocate): tmpfs knows room and holes only. Leaves out:
 * FALLOC_FL_COLLAPSE_RANGE, ZERO_RANGE, INSERT_RANGE (EOPNOTSUPP, as tmpfs says).
 */
import { E, failed, type Result } from "../abi/errno.js";
import { IN_MODIFY } from "../abi/inotify.js";
import type { Files } from "./files.js";
import { tellFile } from "./notify.js";
import { LARGEST_FILE, RegularFile } from "./regular-file.js";
import { mayBecome } from "./size-limit.js";

export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
const KNOWN = 0x7f;

export function allocate(files: Files, fd: number, mode: number, offset: number, length: number): Result<0> {
  const file = files.file(fd);
  if (failed(file)) return file;
  if (offset < 0 || length <= 0) return E.EINVAL;
  if (mode & ~KNOWN) return E.EOPNOTSUPP;
  if (mode & FALLOC_FL_PUNCH_HOLE && !(mode & FALLOC_FL_KEEP_SIZE)) return E.EOPNOTSUPP;
  if (!file.writable) return E.EBADF;
  const { inode } = file;
  if (inode.kind === 0o010000) return E.ESPIPE;
  if (inode.isDirectory) return E.EISDIR;
  if (!(inode instanceof RegularFile)) return E.ENODEV;
  if (offset + length > LARGEST_FILE) return E.EFBIG;
  if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) return E.EOPNOTSUPP;
  const end = offset + length;
  const error =
    mode & FALLOC_FL_PUNCH_HOLE
      ? inode.punch(offset, end)
      : mayBecome(files, inode, end) || inode.reserve(offset, end, (mode & FALLOC_FL_KEEP_SIZE) !== 0);
  if (!error) tellFile(file.dentry, IN_MODIFY);
  return error;
}
