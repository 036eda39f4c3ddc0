/**
 * Mounts: further trees that stand in place of a directory of the one below.
 *
 *     /        tree 1: … mnt …            the name mnt of tree 1 remembers what is mounted on it;
 *     /mnt  →  tree 2: its root           the root of tree 2 bears the name and the parent of mnt
 *
 * so a walk down steps over by one look, and ".." and paths need none. Models Linux fs/namespace.c. Leaves out: namespaces
 * and propagation, a bind mount's own view (below it, paths and ".." are those of what it shows).
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { Dentry } from "./dentry.js";
import { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import type { Files } from "./files.js";
import { lookUp } from "./path-walk.js";
import { Space } from "./space.js";

export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_REMOUNT = 32;
export const MS_BIND = 4096;
export const MS_MOVE = 8192;
export const MS_REC = 16384;
/** What no program may ask for. */
export const MS_NOUSER = 1 << 31;
/** MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED: accepted, there is one namespace only. */
export const MS_PROPAGATION = 0xf << 17;

/** One mounted tree. */
export interface Mount {
  readonly id: number;
  parent: number;
  /** What "mount" calls the device. */
  readonly source: string;
  readonly type: string;
  readonly device: number;
  /** The name of the tree's root; and the name that it covers, undefined for the root of all. */
  readonly root: Dentry;
  covered: Dentry | undefined;
  flags: number;
  /** MNT_EXPIRE was asked for once; the next time it goes. */
  isExpired?: boolean;
  /** Further options of the file system, as /proc/mounts shows them. */
  readonly options: string;
}

/**
 * mount: a new tree, or (MS_BIND) one that is there already, or other flags for it (MS_REMOUNT); `written` says whether anybody has
 * a file of a tree open for writing.
 */
export function mount(
  files: Files,
  source: string,
  target: string,
  type: string | undefined,
  flags: number,
  options: string,
  written: (device: number) => boolean,
): Result<0> {
  const point = lookUp(files, AT_FDCWD, target, "follow");
  if (failed(point)) return point;
  if (flags & MS_NOUSER) return E.EINVAL;
  if (!files.credentials.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
  if (flags & MS_REMOUNT) return remount(files.system, point, flags, written);
  if (flags & MS_BIND) return bind(files, source, point, flags);
  if (flags & MS_PROPAGATION) return mountAt(files.system, point) ? 0 : E.EINVAL;
  if (flags & MS_MOVE) {
    const from = source === "" ? E.EINVAL : lookUp(files, AT_FDCWD, source, "follow");
    return failed(from) ? from : move(files.system, from, point);
  }
  if (type === undefined) return E.EINVAL;
  const made = newTree(files.system, type, options);
  if (failed(made)) return made;
  if (!point.inode.isDirectory) return E.ENOTDIR;
  if (mountAt(files.system, point)?.device === made.inode.device) return E.EBUSY;
  cover(files.system, point, made.inode, { source: source || "none", type, flags, options: made.options });
  return 0;
}

/** The mount whose root this name is. */
export function mountAt(system: FileSystem, dentry: Dentry): Mount | undefined {
  return system.mounts.find(({ root }) => root === dentry);
}

function remount(
  system: FileSystem,
  point: Dentry,
  flags: number,
  written: (device: number) => boolean,
): Result<0> {
  const found = mountAt(system, point);
  if (!found) return E.EINVAL;
  if (flags & MS_RDONLY && !(flags & MS_BIND) && written(found.device)) return E.EBUSY;
  found.flags = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
  setReadOnly(system, found);
  return 0;
}

function setReadOnly(system: FileSystem, { device, flags }: Mount): void {
  if (flags & MS_RDONLY) system.readOnly.add(device);
  else system.readOnly.delete(device);
}

function bind(files: Files, source: string, point: Dentry, flags: number): Result<0> {
  const from = lookUp(files, AT_FDCWD, source, "follow");
  if (failed(from)) return from;
  if (from.inode.isDirectory !== point.inode.isDirectory) return E.ENOTDIR;
  const below = mountOf(files.system, from);
  cover(files.system, point, from.inode, { ...below, flags: flags & ~(MS_BIND | MS_RDONLY) });
  return 0;
}

/** A mounted tree is put in another place, with all that is mounted in it. */
function move(system: FileSystem, from: Dentry, point: Dentry): Result<0> {
  const found = mountAt(system, from);
  if (!found || from.isTop || from.inode.isDirectory !== point.inode.isDirectory) return E.EINVAL;
  if (point.isWithin(from)) return E.ELOOP;
  if (!found.covered) return E.EINVAL;
  found.parent = mountOf(system, point).id;
  found.covered.mounted = undefined;
  found.covered = point;
  point.mounted = from;
  from.name = point.name;
  from.parent = point.isTop ? from : point.parent;
  return 0;
}

/** The mount that a name lies in. */
export function mountOf(system: FileSystem, dentry: Dentry): Mount {
  for (let here = dentry; ; here = here.parent) {
    const found = mountAt(system, here);
    if (found) return found;
    if (here.isTop) return system.mounts[0]!;
  }
}

/** A new tree, or the one of its kind that there is. */
function newTree(
  system: FileSystem,
  type: string,
  options: string,
): Result<{ inode: Directory; options: string }> {
  if (type === "tmpfs" || type === "ramfs") return newTmpfs(system, options);
  const only = system.kernelTrees.get(type);
  return only ? { inode: only, options: "" } : E.ENODEV;
}

function newTmpfs(system: FileSystem, options: string): Result<{ inode: Directory; options: string }> {
  let capacity = system.space.capacity;
  let mode = 0o1777;
  let mostNames = Number.POSITIVE_INFINITY;
  const shown: string[] = [];
  for (const option of options.split(",").filter(Boolean)) {
    const [name, value = ""] = option.split("=");
    if (name === "size") {
      const size = sizeOf(value);
      if (size === undefined) return E.EINVAL;
      capacity = size;
      shown.push(`size=${size / 1024}k`);
    } else if (name === "mode") {
      if (!/^[0-7]+$/.test(value)) return E.EINVAL;
      mode = Number.parseInt(value, 8) & 0o7777;
      shown.push(`mode=${mode.toString(8)}`);
    } else if (name === "nr_inodes") {
      const count = scaled(value);
      if (count === undefined) return E.EINVAL;
      // None means no limit.
      if (count > 0) mostNames = count;
      shown.push(`nr_inodes=${count}`);
    } else if (name !== "uid" && name !== "gid") return E.EINVAL;
  }
  const device = system.newDevice();
  system.spaces.set(device, new Space(capacity, mostNames));
  return { inode: new Directory(system, mode, device), options: shown.join(",") };
}

/** "16k", "1m", "2g" or bytes, rounded up to whole pages. */
function sizeOf(text: string): number | undefined {
  const bytes = scaled(text);
  return bytes === undefined ? undefined : Math.ceil(bytes / 4096) * 4096;
}

function scaled(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([kKmMgG]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const scale = { "": 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 }[unit.toLowerCase()] ?? 1;
  return Number(digits) * scale;
}

/** Whether the tree that `directory` is in may have one more name. A second name of a file counts, too, as in Linux's tmpfs. */
export function hasRoomForName(directory: Directory): boolean {
  const { system } = directory;
  const { mostNames } = system.spaceOf(directory.device);
  if (mostNames === Number.POSITIVE_INFINITY) return true;
  const root = mountOf(system, directory.dentry).root.inode as Directory;
  return 1 + root.nameCount() < mostNames;
}

/** Puts a tree's root in place of `point`. */
export function cover(
  system: FileSystem,
  point: Dentry,
  inode: Dentry["inode"],
  { source, type, flags, options }: Pick<Mount, "source" | "type" | "flags" | "options">,
): Mount {
  const root = new Dentry(point.name, point.isTop ? undefined : point.parent, inode);
  const isNew = inode instanceof Directory && !inode.hasName;
  if (isNew) inode.place(root);
  const parent = mountOf(system, point).id;
  point.mounted = root;
  const made = {
    id: system.nextMount++,
    parent,
    source,
    type,
    device: inode.device,
    root,
    covered: point,
    flags,
    options,
  };
  system.mounts.push(made);
  setReadOnly(system, made);
  return made;
}

/** umount2; `busy` says whether anybody stands or has something open below a name. */
export function unmount(
  files: Files,
  target: string,
  { lazily, expires }: { readonly lazily: boolean; readonly expires: boolean },
  busy: (root: Dentry) => boolean,
): Result<0> {
  const root = lookUp(files, AT_FDCWD, target, "follow");
  if (failed(root)) return root;
  if (!files.credentials.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
  const { system } = files;
  const found = mountAt(system, root);
  if (!found?.covered) return E.EINVAL;
  const within = system.mounts.some(({ covered }) => covered !== found.covered && covered?.isWithin(root));
  if (!lazily && (within || busy(root))) return E.EBUSY;
  if (expires && !found.isExpired) {
    found.isExpired = true;
    return E.EAGAIN;
  }
  found.covered.mounted = undefined;
  system.mounts = system.mounts.filter((other) => other !== found);
  if (!system.mounts.some(({ device }) => device === found.device))
    system.notifications.unmounted(found.device);
  return 0;
}

/** The options of a mount as /proc/mounts shows them. */
function shownFlags(flags: number): string {
  const names = [
    flags & MS_RDONLY ? "ro" : "rw",
    flags & MS_NOSUID ? "nosuid" : "",
    flags & MS_NODEV ? "nodev" : "",
    flags & MS_NOEXEC ? "noexec" : "",
    "relatime",
  ];
  return names.filter(Boolean).join(",");
}

/** /proc/self/mounts. */
export function mountsText(system: FileSystem): string {
  return system.mounts
    .map(({ source, root, type, flags, options }) => {
      const all = [shownFlags(flags), options].filter(Boolean).join(",");
      return `${source} ${root.path()} ${type} ${all} 0 0\n`;
    })
    .join("");
}

/** /proc/self/mountinfo. */
export function mountInfoText(system: FileSystem): string {
  return system.mounts
    .map(({ id, parent, device, root, flags, type, source, options }) => {
      const own = [flags & MS_RDONLY ? "ro" : "rw", options].filter(Boolean).join(",");
      return `${id} ${parent} ${device >>> 8}:${device & 0xff} / ${root.path()} ${shownFlags(flags)} - ${type} ${source} ${own}\n`;
    })
    .join("");
}
