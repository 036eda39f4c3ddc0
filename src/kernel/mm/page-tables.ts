/**
 * The page tables of one address space, in guest memory as the CPU reads them: making, finding, changing
 * and freeing their entries. The format is drawn in `machine/memory/page-table.ts`, that of entries whose page lies in a
 * swap area in `swap/swap-entry.ts`.
 * Models Linux's `walk_page_range`, `set_pte_at`, `free_pgtables` (mm/pagewalk.c, mm/memory.c).
 * Leaves out: huge pages, and a fifth level.
 */
import { PTE, PTE_XD_HIGH } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import type { FrameAllocator } from "./frames.js";
import { decodeSwapEntry, type SwapEntry, sharedSwapEntry } from "./swap/swap-entry.js";
import type { SwapSpace } from "./swap/swap-space.js";

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
    /** Where pages may lie that are not in memory. */
    private readonly swap?: SwapSpace,
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

  /** The place in a swap area that the entry at `at` names; undefined when it names none. */
  swapEntry(at: number): SwapEntry | undefined {
    return decodeSwapEntry(this.memory.read32(at), this.memory.read32(at + 4));
  }

  /** Moves an entry, whatever it says, to another address. False when there is no frame for a table. */
  moveEntry(at: number, address: number): boolean {
    const to = this.findOrMake(address);
    if (to === 0) return false;
    this.memory.write64(to, this.memory.read64(at));
    this.clear(at);
    return true;
  }

  /** Empties all entries of [start, end): each page, and each slot of a swap area, has one user less. */
  release(start: number, end: number): void {
    this.forEachUsed(start, end, (_address, at) => {
      this.releaseEntry(this.memory.read32(at), this.memory.read32(at + 4));
      this.clear(at);
    });
  }

  private releaseEntry(low: number, high: number): void {
    if ((low & PTE.P) !== 0) {
      this.frames.release(low >>> 12);
      return;
    }
    const entry = decodeSwapEntry(low, high);
    if (entry !== undefined) this.swap?.release(entry);
  }

  /** Visits every present entry for pages in [start, end). */
  forEach(start: number, end: number, visit: (address: number, at: number) => void): void {
    this.forEachUsed(start, end, (address, at) => {
      if ((this.memory.read32(at) & PTE.P) !== 0) visit(address, at);
    });
  }

  /** Visits every entry for pages in [start, end) that is not empty: of pages in memory, and of pages in a swap area. */
  forEachUsed(start: number, end: number, visit: (address: number, at: number) => void): void {
    this.visitTables(this.root * PAGE_SIZE, 4, 0, start, end, (table, base) => {
      const last = Math.min(ENTRIES, Math.ceil((end - base) / PAGE_SIZE));
      for (let n = Math.max(0, Math.floor((start - base) / PAGE_SIZE)); n < last; n++) {
        const at = table + n * 8;
        if ((this.memory.read32(at) | this.memory.read32(at + 4)) !== 0) visit(base + n * PAGE_SIZE, at);
      }
    });
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
        const high = words[from / 4 + 2 * n + 1]!;
        if ((low & PTE.P) === 0) {
          this.copySwapEntry(from + n * 8, at + n * 8);
          continue;
        }
        words[from / 4 + 2 * n] = words[at / 4 + 2 * n] = low & kept;
        words[at / 4 + 2 * n + 1] = high;
        frames.share(low >>> 12);
      }
    });
    return complete;
  }

  /** Both entries name the slot now. */
  private copySwapEntry(from: number, to: number): void {
    const entry = this.swapEntry(from);
    if (entry === undefined) return;
    this.swap?.share(entry);
    this.memory.write32(from, sharedSwapEntry(this.memory.read32(from)));
    this.memory.write64(to, this.memory.read64(from));
  }

  /** One user less for every page and every slot; the tables themselves stay as they are and must be freed next. */
  releasePages(): void {
    const { words } = this.memory;
    this.visitTables(this.root * PAGE_SIZE, 4, 0, 0, USER_ENTRIES * span(4), (table) => {
      for (let n = table / 4; n < (table + PAGE_SIZE) / 4; n += 2)
        if ((words[n]! | words[n + 1]!) !== 0) this.releaseEntry(words[n]! >>> 0, words[n + 1]! >>> 0);
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
