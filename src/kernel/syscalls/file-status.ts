/**
 * What is known about a file: the stat family and statx. How it is found out is in `fs/status.ts`.
 * Models Linux fs/stat.c.
 */
import { E, type Errno, type Result } from "../abi/errno.js";
import { formatMode } from "../abi/file-modes.js";
import * as OPEN from "../abi/open-flags.js";
import { STAT, STATX } from "../abi/structs.js";
import { STAT64_I386 } from "../abi/structs-i386.js";
import type { Status } from "../fs/inode.js";
import * as status from "../fs/status.js";
import {
  type ArgumentKind,
  address,
  type Call,
  flags,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { directoryFd, fd, pathAt } from "./file-arguments.js";

const AT = OPEN.AT_FDCWD;
const SECOND = 1_000_000_000n;

/** A filled stat, shown by its most telling fields. */
const statBuffer: ArgumentKind<number> = {
  type: "struct stat *",
  convert: size.convert,
  late: true,
  format(at, call, result) {
    const got = result === 0 && call.abi === "x86-64" ? call.take(at, STAT) : undefined;
    return got ? `{st_mode=${formatMode(got.st_mode)}, st_size=${got.st_size}, ...}` : `0x${at.toString(16)}`;
  },
};

function putStatus(call: Call, at: number, found: Result<Status>): Outcome {
  if (typeof found === "number") return found;
  const times = {
    ...{ st_atime: found.accessed / SECOND, st_atime_nsec: found.accessed % SECOND },
    ...{ st_mtime: found.modified / SECOND, st_mtime_nsec: found.modified % SECOND },
    ...{ st_ctime: found.changed / SECOND, st_ctime_nsec: found.changed % SECOND },
  };
  return call.put(at, STAT, {
    ...{
      st_dev: BigInt(found.device),
      st_ino: BigInt(found.inode),
      st_nlink: BigInt(found.links),
      st_mode: found.mode,
    },
    ...{
      st_uid: found.uid,
      st_gid: found.gid,
      __pad0: 0,
      st_rdev: BigInt(found.represents),
      st_size: BigInt(found.size),
    },
    ...{ st_blksize: BigInt(found.blockSize), st_blocks: BigInt(found.blocks), __unused: [0n, 0n, 0n] },
    ...times,
  });
}

function putStatus64(call: Call, at: number, found: Result<Status>): Outcome {
  if (typeof found === "number") return found;
  const values: Readonly<Record<string, number | bigint>> = {
    ...{
      st_dev: BigInt(found.device),
      __st_ino: found.inode,
      st_ino: BigInt(found.inode),
      st_mode: found.mode,
      st_nlink: found.links,
    },
    ...{
      st_uid: found.uid,
      st_gid: found.gid,
      st_rdev: BigInt(found.represents),
      st_size: BigInt(found.size),
    },
    ...{ st_blksize: found.blockSize, st_blocks: BigInt(found.blocks) },
    ...{
      st_atime: Number(found.accessed / SECOND),
      st_mtime: Number(found.modified / SECOND),
      st_ctime: Number(found.changed / SECOND),
    },
  };
  const bytes = new Uint8Array(STAT64_I386.size);
  const view = new DataView(bytes.buffer);
  for (const { name, offset, layout } of STAT64_I386.fields) {
    const value = values[name];
    if (value !== undefined) layout.write(view, offset, value);
  }
  return call.memory.write(at, bytes) ? 0 : E.EFAULT;
}

const statOf = (call: Call, dirfd: number, at: number, bits: number): Result<Status> => {
  const path = pathAt(call, at);
  return typeof path === "number" ? (path as Errno) : status.statusAt(call.task.files, dirfd, path, bits);
};

const stat = systemCall(
  "stat",
  "Tells about a file.",
  { pathname: text, statbuf: statBuffer },
  (call, values) => putStatus(call, values.statbuf, statOf(call, AT, values.pathname, 0)),
);
const lstat = systemCall(
  "lstat",
  "Tells about a file or the link itself.",
  { pathname: text, statbuf: statBuffer },
  (call, values) =>
    putStatus(call, values.statbuf, statOf(call, AT, values.pathname, OPEN.AT_SYMLINK_NOFOLLOW)),
);
const fstat = systemCall("fstat", "Tells about an open file.", { fd, statbuf: statBuffer }, (call, values) =>
  putStatus(call, values.statbuf, status.statusOf(call.task.files, values.fd)),
);
const atFlags = flags(OPEN.AT_FLAGS);
const newfstatat = systemCall(
  "newfstatat",
  "Tells about a file from a directory on.",
  { dirfd: directoryFd, pathname: text, statbuf: statBuffer, flags: atFlags },
  (call, values) =>
    putStatus(call, values.statbuf, statOf(call, values.dirfd, values.pathname, values.flags)),
);
const stat64 = systemCall(
  "stat64",
  "Tells about a file.",
  { pathname: text, statbuf: address },
  (call, values) => putStatus64(call, values.statbuf, statOf(call, AT, values.pathname, 0)),
);
const lstat64 = systemCall(
  "lstat64",
  "Tells about a file or the link itself.",
  { pathname: text, statbuf: address },
  (call, values) =>
    putStatus64(call, values.statbuf, statOf(call, AT, values.pathname, OPEN.AT_SYMLINK_NOFOLLOW)),
);
const fstat64 = systemCall("fstat64", "Tells about an open file.", { fd, statbuf: address }, (call, values) =>
  putStatus64(call, values.statbuf, status.statusOf(call.task.files, values.fd)),
);

const statx = systemCall(
  "statx",
  "Tells about a file, extensibly.",
  { dirfd: directoryFd, pathname: text, flags: atFlags, mask: unsignedInt, statxbuf: address },
  (call, values) => {
    const STATX__RESERVED = 0x80000000;
    if (values.mask & STATX__RESERVED) return E.EINVAL;
    if ((values.flags & OPEN.AT_STATX_SYNC_TYPE) === OPEN.AT_STATX_SYNC_TYPE) return E.EINVAL;
    const found = statOf(call, values.dirfd, values.pathname, values.flags);
    if (typeof found === "number") return found;
    const moment = (time: bigint) => ({
      tv_sec: time / SECOND,
      tv_nsec: Number(time % SECOND),
      __reserved: 0,
    });
    const split = (device: number) => ({
      major: (device >> 8) & 0xfff,
      minor: (device & 0xff) | ((device >> 12) & 0xfff00),
    });
    const [stands, lies] = [split(found.represents), split(found.device)];
    return call.put(values.statxbuf, STATX, {
      ...{
        stx_mask: 0x7ff,
        stx_blksize: found.blockSize,
        stx_attributes: 0n,
        stx_nlink: found.links,
        stx_uid: found.uid,
      },
      ...{
        stx_gid: found.gid,
        stx_mode: found.mode,
        __spare0: 0,
        stx_ino: BigInt(found.inode),
        stx_size: BigInt(found.size),
      },
      ...{ stx_blocks: BigInt(found.blocks), stx_attributes_mask: 0n, stx_atime: moment(found.accessed) },
      ...{
        stx_btime: moment(found.changed),
        stx_ctime: moment(found.changed),
        stx_mtime: moment(found.modified),
      },
      ...{
        stx_rdev_major: stands.major,
        stx_rdev_minor: stands.minor,
        stx_dev_major: lies.major,
        stx_dev_minor: lies.minor,
      },
      ...{ stx_mnt_id: 1n, __spare2: new Uint8Array(104) },
    });
  },
);

export const STATUS_CALLS: readonly SystemCall[] = [
  stat,
  lstat,
  fstat,
  newfstatat,
  stat64,
  lstat64,
  fstat64,
  statx,
];
