/**
 * What files without a name in any tree have in common: counters, timers, signals, processes, epoll and inotify. One can wait for
 * them; moving in them does nothing.
 * Models Linux fs/anon_inodes.c.
 */
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";

export abstract class AnonymousFile extends Inode {
  constructor(system: FileSystem, mode = 0o600) {
    super(system, mode, system.anonymousDevice);
  }

  override get pollable(): boolean {
    return true;
  }

  override get ignoresSeeking(): boolean {
    return true;
  }
}
