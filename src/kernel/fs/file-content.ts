/**
 * The bytes of a regular file: pages that were written, above bytes that came from outside and are never changed.
 * Pages never written are holes: they read as zeros and take no space.
 */
import type { Space } from "./space.js";

/** The unit in which files grow. */
export const CHUNK_SIZE = 4096;

/** Bytes that nobody writes. A snapshot may share what says `immutable` instead of copying it. */
export class ImmutableBytes {
  readonly immutable = true;

  constructor(readonly bytes: Uint8Array) {}
}

export class FileContent {
  /** Chunks that were written, by number. */
  private readonly chunks = new Map<number, Uint8Array>();
  /** The file is `base` up to here, where no chunk was written. */
  private baseEnd: number;
  private length: number;

  constructor(
    private readonly space: Space,
    private readonly base: ImmutableBytes = new ImmutableBytes(new Uint8Array(0)),
  ) {
    this.length = this.baseEnd = base.bytes.length;
  }

  get size(): number {
    return this.length;
  }

  /** Chunks that take space. */
  get allocated(): number {
    const inBase = Math.ceil(this.baseEnd / CHUNK_SIZE);
    return inBase + [...this.chunks.keys()].filter((number) => number >= inBase).length;
  }

  /** The first position from `position` on at which data lies (or with `data` false: a hole); the size at the end. */
  next(position: number, data: boolean): number {
    for (let at = position; at < this.length; ) {
      const number = Math.floor(at / CHUNK_SIZE);
      const isData = this.chunks.has(number) || number * CHUNK_SIZE < this.baseEnd;
      if (isData === data) return at;
      at = (number + 1) * CHUNK_SIZE;
    }
    return this.length;
  }

  /** Copies the bytes from `position` on; their number, less than `into.length` only at the end. */
  read(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.length, this.length - position));
    for (let done = 0; done < count; ) {
      const at = position + done;
      const number = Math.floor(at / CHUNK_SIZE);
      const offset = at - number * CHUNK_SIZE;
      const part = into.subarray(done, Math.min(count, done + CHUNK_SIZE - offset));
      this.readWithinChunk(part, number, offset);
      done += part.length;
    }
    return count;
  }

  private readWithinChunk(into: Uint8Array, number: number, offset: number): void {
    const chunk = this.chunks.get(number);
    if (chunk) {
      into.set(chunk.subarray(offset, offset + into.length));
      return;
    }
    into.fill(0);
    const from = number * CHUNK_SIZE + offset;
    if (from < this.baseEnd)
      into.set(this.base.bytes.subarray(from, Math.min(this.baseEnd, from + into.length)));
  }

  /** Writes at `position` and grows the file if need be; the number of bytes written, fewer when space runs out. */
  write(bytes: Uint8Array, position: number): number {
    let done = 0;
    while (done < bytes.length) {
      const at = position + done;
      const number = Math.floor(at / CHUNK_SIZE);
      const chunk = this.chunkToWrite(number);
      if (!chunk) break;
      const offset = at - number * CHUNK_SIZE;
      const part = bytes.subarray(done, done + CHUNK_SIZE - offset);
      chunk.set(part, offset);
      done += part.length;
    }
    if (done > 0) this.length = Math.max(this.length, position + done);
    return done;
  }

  private chunkToWrite(number: number): Uint8Array | undefined {
    const present = this.chunks.get(number);
    if (present) return present;
    if (!this.space.take(CHUNK_SIZE)) return undefined;
    const chunk = new Uint8Array(CHUNK_SIZE);
    this.readWithinChunk(chunk, number, 0);
    this.chunks.set(number, chunk);
    return chunk;
  }

  /** Takes room for every page from `start` to `end`; false, and nothing taken, when there is not enough. */
  reserve(start: number, end: number): boolean {
    const first = Math.max(Math.floor(start / CHUNK_SIZE), Math.ceil(this.baseEnd / CHUNK_SIZE));
    const missing: number[] = [];
    const room = (this.space.capacity - this.space.used) / CHUNK_SIZE;
    for (let number = first; number * CHUNK_SIZE < end; number++) {
      if (!this.chunks.has(number)) missing.push(number);
      if (missing.length > room) return false;
    }
    if (!this.space.take(missing.length * CHUNK_SIZE)) return false;
    for (const number of missing) this.chunks.set(number, new Uint8Array(CHUNK_SIZE));
    return true;
  }

  /** Makes bytes read as zeros; pages that lie wholly within are holes afterwards. */
  punch(start: number, end: number): void {
    for (let at = start; at < end; ) {
      const number = Math.floor(at / CHUNK_SIZE);
      const next = Math.min(end, (number + 1) * CHUNK_SIZE);
      const whole = at === number * CHUNK_SIZE && (next - at === CHUNK_SIZE || next === this.length);
      const inBase = number * CHUNK_SIZE < this.baseEnd;
      if (whole && !inBase) this.drop(number);
      else if (inBase || this.chunks.has(number))
        this.chunkToWrite(number)?.fill(0, at % CHUNK_SIZE, next - number * CHUNK_SIZE);
      at = next;
    }
  }

  /** Cuts the file off, or lets it end in a hole. What was cut off never comes back. */
  resize(size: number): void {
    if (size < this.length) this.cut(size);
    this.length = size;
  }

  private cut(size: number): void {
    this.baseEnd = Math.min(this.baseEnd, size);
    const last = Math.floor(size / CHUNK_SIZE);
    this.chunks.get(last)?.fill(0, size % CHUNK_SIZE);
    for (const number of [...this.chunks.keys()]) {
      if (number * CHUNK_SIZE >= size) this.drop(number);
    }
  }

  private drop(number: number): void {
    if (this.chunks.delete(number)) this.space.give(CHUNK_SIZE);
  }
}
