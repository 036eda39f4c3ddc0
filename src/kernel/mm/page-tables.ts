/**
 * The page tables of one address space, in guest memory as the CPU reads them: making, finding, changing
 * and freeing their entries. The format is drawn in `machine/memory/page-table.ts`.
 * Models Linux's `walk_page_range`, `set_pte_at`, `free_pgtables` (mm/pagewalk.c, mm/memory.c).
 * Leaves out: huge pages, and a fifth level.
 */
import { PTE, PTE_XD_HIGH } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";

/** Marks an entry as not executable; added to the low bits of `PTE` in `map`. */
export const NO_EXECUTE = 1 << 12;

const ENTRIES = 512;
/** The upper half of the root belongs to the kernel and is the same in all address spaces. */
const USER_ENTRIES = 256;
const TABLE_FLAGS = PTE.P | PTE.RW | PTE.US;
/** Bytes that one entry of level n covers. */
const span = (level: number): number => 2 ** (12 + 9 * (level - 1));

export class PageTables {
  /** Frames of the tables themselves, the root among them. */
  tableFrames = 1;

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly frames: FrameAllocator,
    /** Frame of the PML4. */
    readonly root: number,
  ) {}

  /** The physical address of the entry for `address`, or 0 when there is no table for it. */
  find(address: number): number {
    let table = this.root * PAGE_SIZE;
    for (let level = 4; level > 1; level--) {
      const low = this.memory.read32(table + indexOf(address, level) * 8);
      if ((low & PTE.P) === 0) return 0;
      table = low & ~0xfff;
    }
    return table + indexOf(address, 1) * 8;
  }

  /** Enters `frame` with bits of `PTE` and `NO_EXECUTE`. False when there is no frame for a table. */
  map(address: number, frame: number, flags: number): boolean {
    const at = this.findOrMake(address);
    if (at === 0) return false;
    this.write(at, frame, flags);
    return true;
  }

  private findOrMake(address: number): number {
    let table = this.root * PAGE_SIZE;
    for (let level = 4; level > 1; level--) {
      const at = table + indexOf(address, level) * 8;
      let low = this.memory.read32(at);
      if ((low & PTE.P) === 0) {
        const made = this.frames.allocate();
        if (made === undefined) return 0;
        this.tableFrames++;
        low = made * PAGE_SIZE + TABLE_FLAGS;
        this.write(at, made, TABLE_FLAGS);
      }
      table = low & ~0xfff;
    }
    return table + indexOf(address, 1) * 8;
  }

  write(at: number, frame: number, flags: number): void {
    this.memory.write32(at, (frame * PAGE_SIZE) | (flags & 0xfff));
    this.memory.write32(at + 4, (flags & NO_EXECUTE) !== 0 ? PTE_XD_HIGH : 0);
  }

  /** The entry at `at` as frame and flags; undefined when not present. */
  read(at: number): { frame: number; flags: number } | undefined {
    const low = this.memory.read32(at);
    if ((low & PTE.P) === 0) return undefined;
    const high = this.memory.read32(at + 4);
    return { frame: low >>> 12, flags: (low & 0xfff) | (high >>> 31 !== 0 ? NO_EXECUTE : 0) };
  }

  clear(at: number): void {
    this.memory.write64(at, 0n);
  }

  /** Visits every present entry for pages in [start, end). */
  forEach(start: number, end: number, visit: (address: number, at: number) => void): void {
    this.visit(this.root * PAGE_SIZE, 4, 0, start, end, visit);
  }

  /**
   * Enters the pages of [start, end) into another tree too, a table at a time; both have them read-only unless `keepsWriting`.
   * False when there is no frame for a table.
   */
  copyTo(other: PageTables, start: number, end: number, keepsWriting: boolean): boolean {
    const { memory, frames } = this;
    const { words } = memory;
    const kept = keepsWriting ? ~0 : ~PTE.RW;
    let complete = true;
    this.visitTables(this.root * PAGE_SIZE, 4, 0, start, end, (from, base) => {
      const at = complete ? other.findOrMake(Math.max(base, start)) & ~0xfff : 0;
      if (at === 0) {
        complete = false;
        return;
      }
      memory.changing(from, PAGE_SIZE);
      memory.changing(at, PAGE_SIZE);
      const first = Math.max(0, (start - base) / PAGE_SIZE);
      const last = Math.min(ENTRIES, (end - base) / PAGE_SIZE);
      for (let n = first; n < last; n++) {
        const low = words[from / 4 + 2 * n]!;
        if ((low & PTE.P) === 0) continue;
        words[from / 4 + 2 * n] = words[at / 4 + 2 * n] = low & kept;
        words[at / 4 + 2 * n + 1] = words[from / 4 + 2 * n + 1]!;
        frames.share(low >>> 12);
      }
    });
    return complete;
  }

  /** One owner less for every page; the tables themselves stay. */
  releasePages(): void {
    const { words } = this.memory;
    this.visitTables(this.root * PAGE_SIZE, 4, 0, 0, USER_ENTRIES * span(4), (table) => {
      for (let n = table / 4; n < (table + PAGE_SIZE) / 4; n += 2)
        if ((words[n]! & PTE.P) !== 0) this.frames.release(words[n]! >>> 12);
    });
  }

  /** The lowest tables with entries for [start, end), by physical address, with the first address that each covers. */
  private visitTables(
    table: number,
    level: number,
    base: number,
    start: number,
    end: number,
    visit: (table: number, base: number) => void,
  ): void {
    if (level === 1) {
      visit(table, base);
      return;
    }
    const size = span(level);
    const last = Math.min(level === 4 ? USER_ENTRIES : ENTRIES, Math.ceil((end - base) / size));
    for (let n = Math.max(0, Math.floor((start - base) / size)); n < last; n++) {
      const low = this.memory.read32(table + n * 8);
      if ((low & PTE.P) !== 0) this.visitTables(low & ~0xfff, level - 1, base + n * size, start, end, visit);
    }
  }

  private visit(
    table: number,
    level: number,
    base: number,
    start: number,
    end: number,
    visit: (address: number, at: number) => void,
  ): void {
    const size = span(level);
    const last = Math.min(level === 4 ? USER_ENTRIES : ENTRIES, Math.ceil((end - base) / size));
    for (let n = Math.max(0, Math.floor((start - base) / size)); n < last; n++) {
      const at = table + n * 8;
      const low = this.memory.read32(at);
      if ((low & PTE.P) === 0) continue;
      if (level === 1) visit(base + n * size, at);
      else this.visit(low & ~0xfff, level - 1, base + n * size, start, end, visit);
    }
  }

  /** Gives back all tables of the user half and the root; the pages must have been released before. */
  free(): void {
    this.freeTable(this.root, 4);
    this.tableFrames = 0;
  }

  private freeTable(frame: number, level: number): void {
    const entries = level === 4 ? USER_ENTRIES : ENTRIES;
    for (let n = 0; level > 1 && n < entries; n++) {
      const low = this.memory.read32(frame * PAGE_SIZE + n * 8);
      if ((low & PTE.P) !== 0) this.freeTable(low >>> 12, level - 1);
    }
    this.frames.release(frame);
  }
}

function indexOf(address: number, level: number): number {
  return Math.floor(address / span(level)) % ENTRIES;
}
