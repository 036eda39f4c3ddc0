/**
 * A symbolic link: a path in place of a file.
 */
import type { Result } from "../abi/errno.js";
import { S_IFLNK } from "../abi/file-modes.js";
import type { Dentry } from "./dentry.js";
import type { FileSystem } from "./file-system.js";
import { Inode } from "./inode.js";

export class SymbolicLink extends Inode {
  /** @param target a byte string, taken as it is */
  constructor(
    system: FileSystem,
    readonly target: string,
    device?: number,
  ) {
    super(system, S_IFLNK | 0o777, device);
  }

  override get size(): number {
    return this.target.length;
  }

  override follow(): Result<string | Dentry> {
    return this.target;
  }

  /** What readlink tells. */
  text(): Result<string> {
    return this.target;
  }
}
