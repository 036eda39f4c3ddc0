/**
 * What is known about a file system: statfs and fstatfs.
 * Models Linux fs/statfs.c. Leaves out: counts of inodes, ustat.
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import type { Field } from "../abi/layout.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { STATFS } from "../abi/structs.js";
import { STATFS_I386 } from "../abi/structs-i386.js";
import * as status from "../fs/status.js";
import { type ArgumentKind, address, type Call, type SystemCall, systemCall, text } from "./definition.js";
import { fd, pathAt } from "./file-arguments.js";

/** The structure with the fields that are known; the others are zero. */
function filled(
  { size, fields }: { readonly size: number; readonly fields: readonly Field[] },
  known: Readonly<Record<string, number>>,
  convert: (value: number) => number | bigint,
): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const { name, offset, layout } of fields) {
    const value = known[name];
    if (value !== undefined) layout.write(view, offset, convert(value));
  }
  return bytes;
}

const statfs = (
  name: string,
  find: (
    call: Call,
    values: { where: number },
  ) => Result<{ inode: Parameters<typeof status.fileSystemStatus>[1] }>,
  kind: ArgumentKind<number>,
): SystemCall =>
  systemCall(
    name,
    "Tells about the file system of a file.",
    { where: kind, buf: address },
    (call, values) => {
      const found = find(call, values);
      if (typeof found === "number") return found;
      const told = status.fileSystemStatus(call.task.files, found.inode);
      const known: Readonly<Record<string, number>> = {
        f_type: told.type,
        f_bsize: told.blockSize,
        f_blocks: told.blocks,
        f_bfree: told.free,
        f_bavail: told.free,
        f_namelen: told.longestName,
        f_frsize: told.blockSize,
      };
      const wide = call.abi === "x86-64";
      if (!wide && Object.values(known).some((value) => value > 0xffffffff)) return E.EOVERFLOW;
      const bytes = wide ? filled(STATFS, known, BigInt) : filled(STATFS_I386, known, (value) => value | 0);
      return call.memory.write(values.buf, bytes) ? 0 : E.EFAULT;
    },
  );

export const STATFS_CALLS: readonly SystemCall[] = [
  statfs("fstatfs", (call, { where }) => call.task.files.descriptors.file(where), fd),
  statfs(
    "statfs",
    (call, { where }) => {
      const path = pathAt(call, where);
      return typeof path === "number"
        ? (path as Errno)
        : status.lookUpWithFlags(call.task.files, AT_FDCWD, path, 0);
    },
    text,
  ),
];
