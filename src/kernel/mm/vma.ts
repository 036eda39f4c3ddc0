/**
 * A stretch of an address space whose pages have the same rights and the same source.
 * Models `struct vm_area_struct` (Linux include/linux/mm_types.h).
 */

/** What pages of a file mapping are filled from. */
export interface MappedFile {
  /** In bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  readAt(offset: number, length: number): Uint8Array;
}

/** Pages that several address spaces share, by page number within the mapping. */
export class SharedPages {
  readonly frames = new Map<number, number>();
  users = 1;
}

export class Vma {
  /** For private and shared file mappings: where the pages come from. */
  file: MappedFile | undefined;
  /** Offset in the file of `start`, a multiple of the page size. */
  offset = 0;
  /** Bytes from `start` that come from the file; behind them are zeros. */
  fileBytes = 0;
  shared: SharedPages | undefined;
  /** A stack: grows downwards when the page below is touched. */
  growsDown = false;

  /**
   * @param start first address, @param end address behind the last, both multiples of 4096
   * @param prot PROT_* bits
   * @param name as /proc/PID/maps shows it: a path, "[heap]", "[stack]" or ""
   */
  constructor(
    public start: number,
    public end: number,
    public prot: number,
    public name: string,
  ) {}

  /** A part of this mapping with everything else equal. */
  part(start: number, end: number): Vma {
    const part = new Vma(start, end, this.prot, this.name);
    part.file = this.file;
    part.shared = this.shared;
    part.growsDown = this.growsDown;
    const skipped = start - this.start;
    part.offset = this.offset + skipped;
    part.fileBytes = Math.max(0, Math.min(this.fileBytes - skipped, end - start));
    return part;
  }
}
