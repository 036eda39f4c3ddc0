/**
 * A name in the tree. Several names may lead to one inode (hard links); a directory has exactly one. An open
 * description remembers the name that it was opened by, so its path stays right when a directory above is renamed.
 * Models struct dentry and d_path (Linux include/linux/dcache.h, fs/d_path.c). Mounts are in
 * `mounts.ts`.
 */
import type { Inode } from "./inode.js";

export class Dentry {
  /** The name was taken away; the path shows that as Linux does. */
  deleted = false;
  /** The root of the tree that is mounted here; it stands for this name. */
  mounted: Dentry | undefined;

  /**
   * @param name a byte string without "/"; "" for the root
   * @param parent the directory's name; the root, and whatever is outside the tree, is its own parent
   */
  constructor(
    public name: string,
    parent: Dentry | undefined,
    readonly inode: Inode,
  ) {
    this.parent = parent ?? this;
  }

  parent: Dentry;

  /** This name, or the root of the last tree mounted over it. */
  get topmost(): Dentry {
    let here: Dentry = this;
    while (here.mounted) here = here.mounted;
    return here;
  }

  /** True for the root and for things that have no place in the tree (pipes). */
  get isTop(): boolean {
    return this.parent === this;
  }

  /** Whether this is `other` or lies below it. */
  isWithin(other: Dentry): boolean {
    for (let here: Dentry = this; ; here = here.parent) {
      if (here === other) return true;
      if (here.isTop) return false;
    }
  }

  /** The absolute path as seen from the root directory `root`; " (deleted)" behind it when it has no name any more. */
  path(root?: Dentry): string {
    if (this.isTop && this.name !== "") return this.name;
    const names: string[] = [];
    for (let here: Dentry = this; here !== root && !here.isTop; here = here.parent) names.unshift(here.name);
    return `/${names.join("/")}${this.deleted ? " (deleted)" : ""}`;
  }
}
