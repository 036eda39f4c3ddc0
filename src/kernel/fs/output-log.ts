/**
 * What a program has written to the outside and nobody has fetched yet, from several streams in the order of writing. When it
 * is full, writers wait until it is drained.
 */
import { WaitQueue } from "./blocking.js";

/** One write, or a part of it. */
export interface OutputPiece {
  /** Name of the stream: "standard output". */
  readonly stream: string;
  readonly bytes: Uint8Array;
}

export class OutputLog {
  /** Woken when the log was drained. */
  readonly drained = new WaitQueue("somebody to fetch the output");
  private pieces: OutputPiece[] = [];
  private total = 0;
  /** Takes each piece at the moment when it is written; then nothing is kept, and no writer waits. */
  taker: ((piece: OutputPiece) => void) | undefined;

  /** @param capacity bytes that it takes before writers wait */
  constructor(readonly capacity = 1 << 20) {}

  /** Room for more bytes. */
  get room(): number {
    return Math.max(0, this.capacity - this.total);
  }

  get length(): number {
    return this.total;
  }

  /** Appends a copy. */
  push(stream: string, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const piece = { stream, bytes: bytes.slice() };
    if (this.taker) {
      this.taker(piece);
      return;
    }
    this.pieces.push(piece);
    this.total += bytes.length;
  }

  /** Takes everything, and wakes those who wait for room. */
  drain(): OutputPiece[] {
    const { pieces } = this;
    this.pieces = [];
    this.total = 0;
    if (pieces.length > 0) this.drained.wake();
    return pieces;
  }
}
