/**
 * A stretch of an address space whose pages have the same rights and the same source.
 * Models `struct vm_area_struct` (Linux include/linux/mm_types.h).
 */

import type { MappedPages } from "../fs/mapped-pages.js";

/** What pages of a file mapping are filled from. */
export interface MappedFile {
  /** In bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  readAt(offset: number, length: number): Uint8Array;
  /** Takes what programs have stored through a mapping; a file without it is never cached. */
  writeBack?(offset: number, bytes: Uint8Array): void;
  /** Its pages that are in memory. */
  pages?: MappedPages | undefined;
  /** Nobody maps it any more: its bytes may go if nothing else keeps it. */
  freeIfGone?(): void;
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
  /** Anonymous pages that processes share. */
  shared: SharedPages | undefined;
  /** MAP_SHARED of a file: what is stored goes to the file and to all who map it. */
  storesToFile = false;
  /** MAP_SHARED of a file that is not open for writing: mprotect may not make it writable. */
  neverWritable = false;
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

  /** Several processes see what one stores. */
  get isShared(): boolean {
    return this.shared !== undefined || this.storesToFile;
  }

  /** A part of this mapping with everything else equal. */
  part(start: number, end: number): Vma {
    const part = new Vma(start, end, this.prot, this.name);
    part.file = this.file;
    part.shared = this.shared;
    part.growsDown = this.growsDown;
    part.storesToFile = this.storesToFile;
    part.neverWritable = this.neverWritable;
    const skipped = start - this.start;
    part.offset = this.offset + skipped;
    return part;
  }
}
