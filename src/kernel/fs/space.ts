/**
 * The room that a file system has for what is written to it.
 */

/** A count of bytes with a limit; lower the limit and the disk is full. */
export class Space {
  used = 0;

  /** @param mostNames how many names a tree may have, its root included (tmpfs: nr_inodes) */
  constructor(
    public capacity: number,
    readonly mostNames = Number.POSITIVE_INFINITY,
  ) {}

  /** Takes `bytes`, or returns false and takes nothing. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.capacity) return false;
    this.used += bytes;
    return true;
  }

  /** Gives `bytes` back. */
  give(bytes: number): void {
    this.used -= bytes;
  }
}
