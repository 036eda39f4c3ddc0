/**
 * What is known about a file system: statfs and fstatfs.
 * Models Linux fs/statfs.c. Leaves out: counts of inodes, ustat.
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { STATFS } from "../abi/structs.js";
import * as status from "../fs/status.js";
import { type ArgumentKind, address, type Call, type SystemCall, systemCall, text } from "./definition.js";
import { fd, pathAt } from "./file-arguments.js";

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
      const values64: Readonly<Record<string, bigint>> = {
        ...{
          f_type: BigInt(told.type),
          f_bsize: BigInt(told.blockSize),
          f_blocks: BigInt(told.blocks),
          f_bfree: BigInt(told.free),
        },
        ...{
          f_bavail: BigInt(told.free),
          f_namelen: BigInt(told.longestName),
          f_frsize: BigInt(told.blockSize),
        },
      };
      const bytes = new Uint8Array(STATFS.size);
      const view = new DataView(bytes.buffer);
      for (const { name: field, offset, layout } of STATFS.fields) {
        const value = values64[field];
        if (value !== undefined) layout.write(view, offset, value);
      }
      return call.memory.write(values.buf, bytes) ? 0 : E.EFAULT;
    },
  );

export const STATFS_CALLS: readonly SystemCall[] = [
  statfs("fstatfs", (call, { where }) => call.task.files.file(where), fd),
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
