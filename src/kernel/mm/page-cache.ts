/**
 * All pages of files that are in memory, by file; the least recently used files give theirs back when memory is short.
 * Models the page cache and shrink_folio_list (Linux mm/filemap.c, mm/vmscan.c). Leaves out: lists by page, swapping.
 */
import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { FilePages } from "./file-pages.js";
import type { FrameAllocator, Reclaimer } from "./frames.js";
import type { MappedFile } from "./vma.js";

/** Pages given back at once. */
const BATCH = 32;

export class PageCache implements Reclaimer {
  /** In the order of use, least recently first. */
  private readonly files = new Map<MappedFile, FilePages>();

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly frames: FrameAllocator,
  ) {}

  /** The pages of a file, which counts as used now. */
  of(file: MappedFile): FilePages {
    const known = this.files.get(file) ?? new FilePages(this.memory, this.frames, file);
    this.files.delete(file);
    this.files.set(file, known);
    file.pages = known;
    return known;
  }

  /** Pages in memory. */
  get count(): number {
    let sum = 0;
    for (const pages of this.files.values()) sum += pages.count;
    return sum;
  }

  reclaim(): boolean {
    let wanted = BATCH;
    for (const [file, pages] of this.files) {
      wanted -= pages.reclaim(wanted);
      if (pages.count === 0 && pages.spaces.size === 0) this.forget(file);
      if (wanted <= 0) break;
    }
    return wanted < BATCH;
  }

  private forget(file: MappedFile): void {
    this.files.delete(file);
    file.pages = undefined;
  }
}
