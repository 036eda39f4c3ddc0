/**
 * Listing a directory in the form of getdents64: records of inode number, mark, length, kind and name.
 * Models fs/readdir.c and simple offset directories (fs/libfs.c). Leaves out: the older getdents.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { directoryEntryType } from "../abi/file-modes.js";
import { IN_ACCESS } from "../abi/inotify.js";
import { DIRENT64_NAME_OFFSET, LINUX_DIRENT64 } from "../abi/structs.js";
import { Directory } from "./directory.js";
import type { Files } from "./files.js";
import type { Inode } from "./inode.js";
import { tellFile } from "./notify.js";
import type { OpenFile } from "./open-file.js";

const MARK_OF_SELF = 1;
const MARK_OF_PARENT = 2;

interface Listed {
  readonly name: string;
  readonly inode: Inode;
  readonly mark: number;
}

/**
 * Fills `into` with as many records as fit, from the description's position on; the bytes used, 0 at the end, EINVAL
 * when not even one record fits.
 */
export function readDirectory(files: Files, fd: number, into: Uint8Array): Result<number> {
  const file = files.file(fd);
  if (failed(file)) return file;
  const { inode } = file;
  if (!(inode instanceof Directory)) return E.ENOTDIR;
  if (inode.links === 0) return E.ENOENT;
  const entries = entriesAfter(inode, file.position);
  const used = fill(file, entries, into);
  if (used === 0 && entries.length > 0) return E.EINVAL;
  inode.noteAccess();
  tellFile(file.dentry, IN_ACCESS);
  return used;
}

function entriesAfter(directory: Directory, position: number): readonly Listed[] {
  const self: Listed = { name: ".", inode: directory, mark: MARK_OF_SELF };
  const parent: Listed = { name: "..", inode: directory.dentry.parent.inode, mark: MARK_OF_PARENT };
  const others = directory
    .list(position)
    .map(({ dentry, mark }) => ({ name: dentry.name, inode: dentry.inode, mark }));
  return [self, parent, ...others].filter((entry) => entry.mark > position);
}

function fill(file: OpenFile, entries: readonly Listed[], into: Uint8Array): number {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  let used = 0;
  for (const entry of entries) {
    const length = recordLength(entry.name);
    if (used + length > into.length) break;
    writeRecord(view, used, length, entry);
    used += length;
    file.position = entry.mark;
  }
  return used;
}

function recordLength(name: string): number {
  return (DIRENT64_NAME_OFFSET + name.length + 1 + 7) & ~7;
}

function writeRecord(view: DataView, at: number, length: number, { name, inode, mark }: Listed): void {
  for (let i = 0; i < length; i++) view.setUint8(at + i, 0);
  LINUX_DIRENT64.write(view, at, {
    d_ino: BigInt(inode.number),
    d_off: BigInt(mark),
    d_reclen: length,
    d_type: directoryEntryType(inode.mode),
  });
  for (let i = 0; i < name.length; i++) view.setUint8(at + DIRENT64_NAME_OFFSET + i, name.charCodeAt(i));
}
