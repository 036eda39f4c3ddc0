/**
 * The page tables of one address space, in guest memory as the CPU reads them: making, finding, changing
 * and freeing their entries. The format is drawn in `machine/memory/page-table.ts`; what it leaves to the kernel is used so:
 *
 *     entry of a page       63  62..13  12..0 of `flags`
 *                           XD  frame   … 11 soft-dirty · 9 special · 8 out of reach (with P = 0)
 *
 * An entry with P = 0 is free for the kernel. Bit 8 set: the page is there, but nobody may touch it (PROT_NONE). All bits 0:
 * nothing is there. Anything else says where else the page is: `swap/swap-entry.ts`.
 * Models Linux's `walk_page_range`, `set_pte_at`, `free_pgtables` (mm/pagewalk.c, mm/memory.c, arch/x86/include/asm/pgtable_types.h).
 * Leaves out: pages of 1 GiB, and a fifth level.
 */
import { PTE, PTE_XD_HIGH } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";
import { decodeSwapEntry, type SwapEntry } from "./swap/swap-entry.js";

/** Marks an entry as not executable; added to the low bits of `PTE` in `map`. */
export const NO_EXECUTE = 1 << 12;
/** With P = 0: a page that is there and out of reach. */
export const PTE_PROTNONE = PTE.G;
/** A page that has no owner to be counted: the frame of zeros. */
export const PTE_SPECIAL = 1 << 9;
/** Written since /proc/PID/clear_refs was told to forget. */
export const PTE_SOFT_DIRTY = 1 << 11;

export const ENTRIES = 512;
/** 2 MiB: what one entry of a page directory covers. */
export const HUGE_PAGE = ENTRIES * PAGE_SIZE;
/** Frames of a huge page as a power of two. */
export const HUGE_ORDER = 9;
/** The upper half of the root belongs to the kernel and is the same in all address spaces. */
const USER_ENTRIES = 256;
const TABLE_FLAGS = PTE.P | PTE.RW | PTE.US;
/** Bytes that one entry of level n covers. */
const SPANS = [0, PAGE_SIZE, HUGE_PAGE, HUGE_PAGE * ENTRIES, HUGE_PAGE * ENTRIES * ENTRIES];
const span = (level: number): number => SPANS[level]!;

/** What an entry is told by: `level` 1 for a page, 2 for a huge page. */
export type EntryVisitor = (address: number, at: number, level: 1 | 2) => void;

interface FreedRange {
  readonly start: number;
  readonly end: number;
  readonly floor: number;
  readonly ceiling: number;
}

export class PageTables {
  /** Frames of the tables themselves, by level; the root is that of level 4. */
  readonly count = [0, 0, 0, 0, 1];

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly frames: FrameAllocator,
    /** Frame of the PML4. */
    readonly root: number,
    /** The frame behind it is the root while the program runs: the same below, next to nothing of the kernel above. */
    private readonly hasTwoRoots = false,
  ) {}

  /** Frame of the root while the program runs; undefined when there is only one. */
  get programRoot(): number | undefined {
    return this.hasTwoRoots ? this.root + 1 : undefined;
  }

  /** A table enters, or (with `made` 0) leaves, the root. The kernel executes nothing of the program's. */
  private writeRootEntry(at: number, made: number): void {
    const flags = made === 0 ? 0 : TABLE_FLAGS;
    this.write(at, made, this.hasTwoRoots && made !== 0 ? flags | NO_EXECUTE : flags);
    if (this.hasTwoRoots) this.write(at + PAGE_SIZE, made, flags);
  }

  /** Frames of all tables, the root among them. */
  get tableFrames(): number {
    return this.count.reduce((sum, n) => sum + n, 0);
  }

  /** The physical address of the entry for `address` at `level`, or 0 when there is no table for it. */
  private entryAt(address: number, level: 1 | 2): number {
    let table = this.root * PAGE_SIZE;
    for (let above = 4; above > level; above--) {
      const low = this.memory.read32(table + indexOf(address, above) * 8);
      if ((low & PTE.P) === 0 || (above === 2 && (low & PTE.PS) !== 0)) return 0;
      table = low & ~0xfff;
    }
    return table + indexOf(address, level) * 8;
  }

  /** The physical address of the entry for the page at `address`, or 0 when there is no table for it. */
  find(address: number): number {
    return this.entryAt(address, 1);
  }

  /** The physical address of the page directory's entry when that maps a huge page at `address`; else 0. */
  findHuge(address: number): number {
    const at = this.entryAt(address, 2);
    return at !== 0 && (this.memory.read32(at) & PTE.PS) !== 0 ? at : 0;
  }

  /** The entry of the page directory for `address`, made if need be; 0 when there is no frame for a table. */
  directoryEntry(address: number): number {
    return this.findOrMake(address, 2);
  }

  /** Enters `frame` with bits of `PTE` and `NO_EXECUTE`. False when there is no frame for a table. */
  map(address: number, frame: number, flags: number): boolean {
    const at = this.findOrMake(address, 1);
    if (at === 0) return false;
    this.write(at, frame, flags);
    return true;
  }

  /** The entry of a page, made if need be; 0 when there is no frame for a table. No huge page may be there. */
  findOrMake(address: number, level: 1 | 2 = 1): number {
    let table = this.root * PAGE_SIZE;
    for (let above = 4; above > level; above--) {
      const at = table + indexOf(address, above) * 8;
      let low = this.memory.read32(at);
      if (above === 2 && (low & PTE.PS) !== 0)
        throw new Error(`a huge page is at 0x${address.toString(16)} where a table is wanted`);
      if ((low & PTE.P) === 0) {
        const made = this.frames.allocate();
        if (made === undefined) return 0;
        this.count[above - 1]!++;
        low = made * PAGE_SIZE + TABLE_FLAGS;
        if (above === 4) this.writeRootEntry(at, made);
        else this.write(at, made, TABLE_FLAGS);
      }
      table = low & ~0xfff;
    }
    return table + indexOf(address, level) * 8;
  }

  write(at: number, frame: number, flags: number): void {
    this.memory.write32(at, (frame * PAGE_SIZE) | (flags & 0xfff));
    this.memory.write32(at + 4, (flags & NO_EXECUTE) !== 0 ? PTE_XD_HIGH : 0);
  }

  /** The entry at `at` as frame and flags; undefined when no page is there. It may be out of reach: then `PTE.P` is not set. */
  read(at: number): { frame: number; flags: number } | undefined {
    const low = this.memory.read32(at);
    if ((low & (PTE.P | PTE_PROTNONE)) === 0) return undefined;
    const high = this.memory.read32(at + 4);
    return { frame: low >>> 12, flags: (low & 0xfff) | (high >>> 31 !== 0 ? NO_EXECUTE : 0) };
  }

  /** Puts a table of pages, which the caller has filled, in place of a huge page. */
  enterTable(at: number, table: number): void {
    this.write(at, table, TABLE_FLAGS);
  }

  clear(at: number): void {
    this.memory.write64(at, 0n);
  }

  /** The place in a swap area that the entry at `at` names; undefined when it names none. */
  swapEntry(at: number): SwapEntry | undefined {
    return decodeSwapEntry(this.memory.read32(at), this.memory.read32(at + 4));
  }

  /** Visits the entry of every page and huge page in [start, end) that is in memory. */
  forEach(start: number, end: number, visit: EntryVisitor): void {
    this.forEachUsed(start, end, (address, at, level) => {
      if ((this.memory.read32(at) & (PTE.P | PTE_PROTNONE)) !== 0) visit(address, at, level);
    });
  }

  /** Visits every entry for pages in [start, end) that is not empty: of pages in memory, and of pages in a swap area. */
  forEachUsed(start: number, end: number, visit: EntryVisitor): void {
    this.visit(this.root * PAGE_SIZE, 4, 0, start, end, visit);
  }

  /** All tables of pages in [start, end), by physical address, and what each begins with. */
  forEachTable(start: number, end: number, visit: (table: number, base: number) => void): void {
    this.visitTables(this.root * PAGE_SIZE, 4, 0, start, end, visit);
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
      if ((low & PTE.P) === 0 || (level === 2 && (low & PTE.PS) !== 0)) continue;
      this.visitTables(low & ~0xfff, level - 1, base + n * size, start, end, visit);
    }
  }

  private visit(
    table: number,
    level: number,
    base: number,
    start: number,
    end: number,
    visit: EntryVisitor,
  ): void {
    const size = span(level);
    const last = Math.min(level === 4 ? USER_ENTRIES : ENTRIES, Math.ceil((end - base) / size));
    for (let n = Math.max(0, Math.floor((start - base) / size)); n < last; n++) {
      const at = table + n * 8;
      const low = this.memory.read32(at);
      if (low === 0 && (level > 1 || this.memory.read32(at + 4) === 0)) continue;
      if (level === 1) visit(base + n * size, at, 1);
      else if (level === 2 && (low & PTE.PS) !== 0) visit(base + n * size, at, 2);
      else if ((low & PTE.P) !== 0) this.visit(low & ~0xfff, level - 1, base + n * size, start, end, visit);
    }
  }

  /**
   * Frees the tables for [start, end), of which all pages are gone. Nothing else is mapped between `floor` and `ceiling`, so
   * tables that reach beyond the range, but not beyond these, go too.
   */
  freeBetween(start: number, end: number, floor: number, ceiling: number): void {
    this.freeBelow(this.root * PAGE_SIZE, 4, 0, { start, end, floor, ceiling });
  }

  private freeBelow(table: number, level: number, base: number, range: FreedRange): void {
    const size = span(level);
    const last = Math.min(level === 4 ? USER_ENTRIES : ENTRIES, Math.ceil((range.end - base) / size));
    for (let n = Math.max(0, Math.floor((range.start - base) / size)); n < last; n++) {
      const at = table + n * 8;
      const low = this.memory.read32(at);
      if ((low & PTE.P) === 0) continue;
      const first = base + n * size;
      if (level > 2) this.freeBelow(low & ~0xfff, level - 1, first, range);
      if (first < range.floor || first + size > range.ceiling) continue;
      if (level === 4) this.writeRootEntry(at, 0);
      else this.clear(at);
      this.frames.release(low >>> 12);
      this.count[level - 1]!--;
    }
  }

  /** Gives back all tables of the user half and the root; the pages must have been released before. */
  free(): void {
    this.freeBelowTable(this.root, 4);
    this.count.fill(0);
    if (this.hasTwoRoots) this.frames.releaseBlock(this.root, 1);
    else this.frames.release(this.root);
  }

  /** Gives back the tables that one leads to. */
  private freeBelowTable(frame: number, level: number): void {
    const entries = level === 4 ? USER_ENTRIES : ENTRIES;
    for (let n = 0; level > 1 && n < entries; n++) {
      const low = this.memory.read32(frame * PAGE_SIZE + n * 8);
      if ((low & PTE.P) !== 0 && (level > 2 || (low & PTE.PS) === 0)) {
        this.freeBelowTable(low >>> 12, level - 1);
        this.frames.release(low >>> 12);
      }
    }
  }
}

function indexOf(address: number, level: number): number {
  return Math.floor(address / span(level)) % ENTRIES;
}
