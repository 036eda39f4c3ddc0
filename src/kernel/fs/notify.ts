/**
 * Telling those who watch files what happens: every operation on files calls one of these. An event of a file is told to who
 * watches its folder, with its name, and then to who watches the file itself, by whatever name it was reached.
 * Models fsnotify, fsnotify_parent and fsnotify_move (Linux include/linux/fsnotify.h, fs/notify/fsnotify.c).
 */
import * as IN from "../abi/inotify.js";
import type { Dentry } from "./dentry.js";
import type { Inode } from "./inode.js";
import type { Inotify } from "./inotify.js";

/** /proc/sys/fs/inotify: events that may wait, instances and watches of one user. */
export const MOST_EVENTS = 16384;
export const MOST_INSTANCES = 128;
export const MOST_WATCHES = 65536;

/** All instances, and how many each user has. */
export class Notifications {
  private readonly instances = new Set<Inotify>();
  private readonly instancesByUser = new Map<number, number>();
  private readonly watchesByUser = new Map<number, number>();
  /** Watches in all: without any, nothing needs to be told. */
  watches = 0;
  private cookie = 0;

  mayBegin(user: number): boolean {
    return (this.instancesByUser.get(user) ?? 0) < MOST_INSTANCES;
  }

  begin(instance: Inotify, user: number): void {
    this.instances.add(instance);
    this.instancesByUser.set(user, (this.instancesByUser.get(user) ?? 0) + 1);
  }

  finish(instance: Inotify, user: number): void {
    this.instances.delete(instance);
    this.instancesByUser.set(user, (this.instancesByUser.get(user) ?? 0) - 1);
  }

  watchesOf(user: number): number {
    return this.watchesByUser.get(user) ?? 0;
  }

  /** A user has so many watches more. */
  count(user: number, more: number): void {
    this.watches += more;
    this.watchesByUser.set(user, this.watchesOf(user) + more);
  }

  /** Ties the two events of a renaming together. */
  nextCookie(): number {
    this.cookie++;
    return this.cookie;
  }

  unmounted(device: number): void {
    for (const instance of this.instances) instance.unmounted(device);
  }
}

const withKind = (mask: number, inode: Inode): number => (inode.isDirectory ? mask | IN.IN_ISDIR : mask);

/** Something happened to a file that was reached by this name. */
export function tellFile(dentry: Dentry, mask: number): void {
  const { inode, parent, name } = dentry;
  if (inode.system.notifications.watches === 0) return;
  const told = withKind(mask, inode);
  if (!dentry.isTop)
    for (const watch of [...(parent.inode.watches ?? [])])
      if (!dentry.deleted || !watch.ignoresUnlinked) watch.see(told, name);
  tellInode(inode, mask);
}

/** Something happened to a file, whatever its names. */
export function tellInode(inode: Inode, mask: number): void {
  if (!inode.watches || inode.watches.size === 0) return;
  for (const watch of [...inode.watches]) watch.see(withKind(mask, inode), "");
}

/** A name came into a folder, or went. */
export function tellName(folder: Inode, mask: number, name: string, inode: Inode, cookie = 0): void {
  if (!folder.watches || folder.watches.size === 0) return;
  for (const watch of [...folder.watches]) watch.see(withKind(mask, inode), name, cookie);
}

/** A file has got another name, perhaps in another folder. `replaced` had that name before. */
export function tellMove(
  moved: Inode,
  from: { readonly folder: Inode; readonly name: string },
  to: { readonly folder: Inode; readonly name: string },
  replaced?: Inode,
): void {
  const { notifications } = moved.system;
  if (notifications.watches === 0) return;
  const cookie = notifications.nextCookie();
  tellName(from.folder, IN.IN_MOVED_FROM, from.name, moved, cookie);
  tellName(to.folder, IN.IN_MOVED_TO, to.name, moved, cookie);
  if (replaced) tellInode(replaced, IN.IN_ATTRIB);
  tellInode(moved, IN.IN_MOVE_SELF);
}

/** The file is gone for good. */
export function tellEnd(inode: Inode): void {
  for (const watch of [...(inode.watches ?? [])]) {
    watch.see(withKind(IN.IN_DELETE_SELF, inode), "");
    watch.end();
  }
}
