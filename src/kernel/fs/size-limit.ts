/**
 * RLIMIT_FSIZE: how far a process may write into regular files. What reaches beyond is cut off; who begins there gets EFBIG,
 * and SIGXFSZ, which ends the process unless it is caught.
 * Models generic_write_check_limits and inode_newsize_ok (Linux fs/read_write.c, fs/attr.c).
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import { SIGNAL } from "../abi/signals.js";
import { RLIMIT } from "../resource-limits.js";
import type { Files } from "./files.js";
import type { Inode } from "./inode.js";

/** How many of `count` bytes from `position` on may be written. */
export function writableLength(files: Files, inode: Inode, position: number, count: number): Result<number> {
  if (!inode.isRegular || count === 0) return count;
  const limit = files.limits.soft(RLIMIT.FSIZE);
  return position >= limit ? tooBig(files) : Math.min(count, limit - position);
}

/** Whether a file may be given this length. */
export function mayBecome(files: Files, inode: Inode, size: number): Errno | 0 {
  return size > inode.size && size > files.limits.soft(RLIMIT.FSIZE) ? tooBig(files) : 0;
}

function tooBig({ system }: Files): Errno {
  system.jobs?.signalCurrent(SIGNAL.SIGXFSZ);
  return E.EFBIG;
}
