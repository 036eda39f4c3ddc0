/**
 * Renaming: the one operation that takes one name away and makes another, or replaces it, in one step.
 * Models do_renameat2 and vfs_rename (Linux fs/namei.c). Leaves out: RENAME_WHITEOUT.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from "../abi/open-flags.js";
import type { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { Files } from "./files.js";
import { mountAt } from "./mounts.js";
import { mayChangeNames, mayDelete, takeName } from "./names.js";
import { tellMove } from "./notify.js";
import { isPlainName, type Place, resolve } from "./path-walk.js";

/** renameat2. */
export function rename(
  files: Files,
  oldAt: number,
  oldPath: string,
  newAt: number,
  newPath: string,
  flags = 0,
): Result<0> {
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) return E.EINVAL;
  if (flags === (RENAME_NOREPLACE | RENAME_EXCHANGE)) return E.EINVAL;
  const from = resolve(files, oldAt, oldPath, "untouched");
  if (failed(from)) return from;
  const to = resolve(files, newAt, newPath, "untouched");
  if (failed(to)) return to;
  if (from.parent.device !== to.parent.device) return E.EXDEV;
  if (!isPlainName(from)) return E.EBUSY;
  if (!isPlainName(to)) return flags & RENAME_NOREPLACE ? E.EEXIST : E.EBUSY;
  if (!from.found) return E.ENOENT;
  if (to.found && flags & RENAME_NOREPLACE) return E.EEXIST;
  return flags & RENAME_EXCHANGE ? exchange(files, from, from.found, to) : move(files, from, from.found, to);
}

function move(files: Files, from: Place, moved: Dentry, to: Place): Result<0> {
  const isDirectory = moved.inode.isDirectory;
  if (!isDirectory && (from.wantsDirectory || to.wantsDirectory)) return E.ENOTDIR;
  if (to.parent.dentry.isWithin(moved)) return E.EINVAL;
  const replaced = to.found;
  if (replaced && from.parent.dentry.isWithin(replaced)) return E.ENOTEMPTY;
  if (replaced?.inode === moved.inode && !mountAt(files.system, replaced)) return 0;
  const error = mayDelete(files, from.parent, moved, isDirectory) || mayArrive(files, to, isDirectory);
  if (error) return error;
  if (replaced?.inode instanceof Directory && !replaced.inode.isEmpty) return E.ENOTEMPTY;
  if (replaced) takeName(to.parent, replaced);
  from.parent.remove(moved);
  to.parent.adopt(moved, to.name);
  moved.inode.noteChange();
  tellMove(moved.inode, placeOf(from), placeOf(to), replaced?.inode);
  replaced?.inode.freeIfGone();
  return 0;
}

const placeOf = ({ parent, name }: Place) => ({ folder: parent, name });

function mayArrive(files: Files, to: Place, isDirectory: boolean): Result<0> {
  if (to.parent.links === 0) return E.ENOENT;
  if (to.found) return mayDelete(files, to.parent, to.found, isDirectory);
  return mayChangeNames(files, to.parent) ? 0 : E.EACCES;
}

function exchange(files: Files, from: Place, first: Dentry, to: Place): Result<0> {
  const second = to.found;
  if (!second) return E.ENOENT;
  if (from.wantsDirectory && !first.inode.isDirectory) return E.ENOTDIR;
  if (to.wantsDirectory && !second.inode.isDirectory) return E.ENOTDIR;
  if (to.parent.dentry.isWithin(first) || from.parent.dentry.isWithin(second)) return E.EINVAL;
  if (first.inode === second.inode && !mountAt(files.system, second)) return 0;
  const error =
    mayDelete(files, from.parent, first, first.inode.isDirectory) ||
    mayDelete(files, to.parent, second, second.inode.isDirectory);
  if (error) return error;
  from.parent.remove(first);
  to.parent.remove(second);
  to.parent.adopt(first, to.name);
  from.parent.adopt(second, from.name);
  first.inode.noteChange();
  second.inode.noteChange();
  tellMove(first.inode, placeOf(from), placeOf(to));
  tellMove(second.inode, placeOf(to), placeOf(from));
  return 0;
}
