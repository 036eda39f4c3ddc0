/**
 * Bytes on their way: appended at one end, taken from the other.
 */

/** A first-in, first-out queue of bytes without a limit. */
export class ByteQueue {
  private pieces: Uint8Array[] = [];
  /** Bytes of the first piece that were taken already. */
  private taken = 0;
  private total = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.total;
  }

  /** Appends a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes.slice());
    this.total += bytes.length;
  }

  /** Moves as many bytes as fit to the beginning of `into` and returns their number. */
  shift(into: Uint8Array): number {
    let moved = 0;
    for (let first = this.pieces[0]; first && moved < into.length; first = this.pieces[0]) {
      const part = first.subarray(this.taken, this.taken + into.length - moved);
      into.set(part, moved);
      moved += part.length;
      this.taken += part.length;
      if (this.taken < first.length) break;
      this.pieces.shift();
      this.taken = 0;
    }
    this.total -= moved;
    return moved;
  }

  /** Takes everything. */
  drain(): Uint8Array {
    const all = new Uint8Array(this.total);
    this.shift(all);
    return all;
  }
}
