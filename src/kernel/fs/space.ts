/**
 * The room that a file system has for what is written to it.
 */

/** A count of bytes with a limit; lower the limit and the disk is full. */
export class Space {
  used = 0;

  constructor(public capacity: number) {}

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
