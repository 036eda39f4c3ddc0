/**
 * All pages of files that are in memory, by file. Models the page cache (Linux mm/filemap.c).
 */
import type { PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { FilePages } from "./file-pages.js";
import type { FrameAllocator } from "./frames.js";
import type { Reclaim } from "./reclaim/reclaim.js";
import type { MappedFile } from "./vma.js";

export class PageCache {
  /** Told of pages that come. */
  reclaim: Reclaim | undefined;
  /** In the order of use, least recently first. */
  private readonly files = new Map<MappedFile, FilePages>();

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly frames: FrameAllocator,
  ) {}

  /** The pages of a file, which counts as used now. */
  of(file: MappedFile): FilePages {
    const known = this.files.get(file) ?? new FilePages(this.memory, this.frames, file, this.reclaim);
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

  /** Pages that hold what their files perhaps do not hold yet. */
  get dirty(): number {
    let sum = 0;
    for (const pages of this.files.values()) sum += pages.dirtyCount;
    return sum;
  }

  /** All files hold what was stored through mappings. Returns the number of pages that were written. */
  writeBack(): number {
    const before = this.dirty;
    for (const pages of this.files.values()) pages.writeBack();
    return before - this.dirty;
  }

  /** The frames of pages that nobody maps: those whose file holds the same first, and of the least recently used files first. */
  *unmapped(): Iterable<number> {
    for (const stored of [false, true])
      for (const pages of this.files.values()) yield* pages.unmapped(stored);
  }

  /** Forgets files of which nothing is here any more. */
  forgetIdle(): void {
    for (const [file, pages] of this.files) {
      if (!pages.isIdle) continue;
      this.files.delete(file);
      file.pages = undefined;
    }
  }
}
