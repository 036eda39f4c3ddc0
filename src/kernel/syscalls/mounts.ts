/**
 * mount and umount2. What they do is in `fs/mounts.ts`.
 * Models Linux fs/namespace.c.
 */
import { E } from "../abi/errno.js";
import type { Dentry } from "../fs/dentry.js";
import type { Files } from "../fs/files.js";
import * as M from "../fs/mounts.js";
import type { OpenFile } from "../fs/open-file.js";
import { latin1 } from "../mm/user-memory.js";
import { address, type Call, flags, type SystemCall, systemCall, text } from "./definition.js";
import { pathAt } from "./file-arguments.js";

const { MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC } = M;
const MOUNT_FLAGS = { MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC };

/** The text at an address; "" for a null pointer; or an errno. */
const optional = (call: Call, at: number) => (at === 0 ? "" : pathAt(call, at));

const OPTIONS_SIZE = 4096;

/** The options are a page of which the end may be missing. */
function optionsAt(call: Call, at: number): string | number {
  if (at === 0) return "";
  const bytes = call.memory.read(at, call.memory.readable(at, OPTIONS_SIZE));
  if (!bytes || bytes.length === 0) return E.EFAULT;
  return latin1(bytes).split("\0")[0]!;
}

const mount = systemCall(
  "mount",
  "Puts a tree of files in place of a directory.",
  { source: text, target: text, filesystemtype: text, mountflags: flags(MOUNT_FLAGS), data: address },
  (call, values) => {
    const [type, source, data, target] = [
      optional(call, values.filesystemtype),
      optional(call, values.source),
      optionsAt(call, values.data),
      pathAt(call, values.target),
    ];
    // What is longer than a path is no name of a device, and no kind.
    if (type === E.ENAMETOOLONG || source === E.ENAMETOOLONG) return E.EINVAL;
    for (const one of [type, source, data, target]) if (typeof one === "number") return one;
    // Only the kernel itself may say so.
    const isNoUser = BigInt.asUintN(call.abi === "i386" ? 32 : 64, call.raw(3)) >> 31n !== 0n;
    const kind = values.filesystemtype === 0 ? undefined : `${type}`;
    const bits = isNoUser ? values.mountflags | M.MS_NOUSER : values.mountflags;
    return M.mount(call.task.files, `${source}`, `${target}`, kind, bits, `${data}`, (device) =>
      isWritten(call, device),
    );
  },
  "propagation, and file systems beside tmpfs, proc, devtmpfs and sysfs",
);

const MNT_FORCE = 1;
const MNT_DETACH = 2;
const MNT_EXPIRE = 4;
const UMOUNT_NOFOLLOW = 8;
const umount2 = systemCall(
  "umount2",
  "Takes a mounted tree away.",
  { target: text, flags: flags({ MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW }) },
  (call, values) => {
    if (values.flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) return E.EINVAL;
    const target = pathAt(call, values.target);
    if (typeof target === "number") return target;
    const expires = (values.flags & MNT_EXPIRE) !== 0;
    if (expires && values.flags & (MNT_FORCE | MNT_DETACH)) return E.EINVAL;
    const wanted = { lazily: (values.flags & MNT_DETACH) !== 0, expires };
    return M.unmount(call.task.files, target, wanted, (root) => inUse(call, root));
  },
  "UMOUNT_NOFOLLOW; a look at a tree between two calls with MNT_EXPIRE goes unnoticed",
);

/** Files and places of all that have not ended. */
function livingFiles(call: Call): Files[] {
  return [...call.kernel.tasks.values()].filter(({ ending }) => !ending).map(({ files }) => files);
}

function hasOpen({ descriptors }: Files, test: (file: OpenFile) => boolean): boolean {
  return descriptors.numbers().some((number) => {
    const file = descriptors.entry(number)?.file;
    return file !== undefined && test(file);
  });
}

/** Whether somebody has a file of the tree open for writing. */
function isWritten(call: Call, device: number): boolean {
  return livingFiles(call).some((files) =>
    hasOpen(files, ({ writable, inode }) => writable && inode.isRegular && inode.device === device),
  );
}

/** Whether a process stands below `root` or has something open there. */
function inUse(call: Call, root: Dentry): boolean {
  return livingFiles(call).some(
    (files) =>
      files.place.current.isWithin(root) ||
      files.place.root.isWithin(root) ||
      hasOpen(files, ({ dentry }) => dentry.isWithin(root)),
  );
}

export const MOUNT_CALLS: readonly SystemCall[] = [mount, umount2];
