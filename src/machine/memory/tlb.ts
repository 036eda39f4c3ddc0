/**
 * The translation lookaside buffer: for reads, writes and fetches, each by supervisor and user, 256 direct-mapped
 * entries. Permissions are checked when an entry is filled, so a hit needs none; whatever must be noticed on
 * access (a page with code, a page not yet dirty) is simply not entered.
 *
 *     entry: int32 [ linear 31:12 | linear 63:32 | physical page address | unused ]
 *
 * Everything lies in one Int32Array so that generated code can look it up by the same layout.
 */

/** Kinds of access; also the number of the table. */
export const READ = 0;
export const WRITE = 1;
export const FETCH = 2;
export type Access = typeof READ | typeof WRITE | typeof FETCH;

const ENTRIES = 256;
const INTS = 4;
const TABLE = ENTRIES * INTS;
const TABLES = 6;
/** Bits 11:0 of a tag are zero, so this matches nothing. */
const EMPTY = 1;

export class Tlb {
  readonly entries = new Int32Array(TABLES * TABLE).fill(EMPTY);
  /** Walks of the page tables so far, and flushes of the whole TLB. */
  misses = 0;
  flushes = 0;

  /** Index of the first entry of a table. */
  static table(access: Access, user: boolean): number {
    return (access + (user ? 3 : 0)) * TABLE;
  }

  /** The physical address of linear hi:lo, or -1 when the entry is absent. */
  lookup(table: number, lo: number, hi: number): number {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    const entries = this.entries;
    return entries[at] === (lo & ~0xfff) && entries[at + 1] === hi ? entries[at + 2]! + (lo & 0xfff) : -1;
  }

  fill(table: number, lo: number, hi: number, physicalPage: number): void {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    this.entries[at] = lo & ~0xfff;
    this.entries[at + 1] = hi;
    this.entries[at + 2] = physicalPage;
  }

  /** Forgets everything: a new CR3, or new rules of access. */
  flush(): void {
    this.entries.fill(EMPTY);
    this.flushes++;
  }

  /** Forgets one page in all tables (INVLPG). */
  invalidate(lo: number, hi: number): void {
    for (let table = 0; table < TABLES * TABLE; table += TABLE) {
      if (this.lookup(table, lo, hi) >= 0) this.entries[table + ((lo >>> 12) & (ENTRIES - 1)) * INTS] = EMPTY;
    }
  }

  /** Forgets write entries that lead to one physical page: it now holds decoded code. */
  dropPhysicalWrites(physicalPage: number): void {
    for (const user of [false, true]) {
      const table = Tlb.table(WRITE, user);
      for (let at = table; at < table + TABLE; at += INTS) {
        if (this.entries[at + 2] === physicalPage) this.entries[at] = EMPTY;
      }
    }
  }
}
