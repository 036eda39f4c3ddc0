/**
 * The translation lookaside buffer: for reads, writes and fetches, each by supervisor and user, 4096 direct-mapped
 * entries. Permissions are checked when an entry is filled, so a hit needs none; whatever must be noticed on
 * access (a page with code, a page not yet dirty) is simply not entered.
 *
 *     entry: int32 [ linear 31:12, then ones | linear 63:32 | physical page address | addend ]
 *
 * The low ones make an entry of zeros match nothing. The addend plus the low half of a linear address is where the byte
 * lies in linear memory; generated code looks entries up by the same layout (`engine/`).
 */
import { LINEAR, type LinearMemory } from "./linear-memory.js";

/** Kinds of access; also the number of the table. */
export const READ = 0;
export const WRITE = 1;
export const FETCH = 2;
export type Access = typeof READ | typeof WRITE | typeof FETCH;

const ENTRIES = 4096;
const INTS = 4;
const TABLE = ENTRIES * INTS;
const TABLES = 6;
const OFFSET = 0xfff;

/** What generated code needs to know of the layout, in bytes. */
export const QUICK_ENTRY = { COUNT: ENTRIES, BYTES: INTS * 4, PHYSICAL: 8, ADDEND: 12 } as const;

export class Tlb {
  private readonly entries: Int32Array;
  /** Indices of all entries in use. */
  private used: number[] = [];
  /** Walks of the page tables so far, and flushes of the whole TLB. */
  misses = 0;
  flushes = 0;

  constructor(linear: LinearMemory) {
    this.entries = new Int32Array(linear.buffer, LINEAR.QUICK_TABLES, TABLES * TABLE);
  }

  /** Index of the first entry of a table. */
  static table(access: Access, user: boolean): number {
    return (access + (user ? 3 : 0)) * TABLE;
  }

  /** Where in linear memory a table begins. */
  static tableAddress(access: Access, user: boolean): number {
    return LINEAR.QUICK_TABLES + Tlb.table(access, user) * 4;
  }

  /** The physical address of linear hi:lo, or -1 when the entry is absent. */
  lookup(table: number, lo: number, hi: number): number {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    const entries = this.entries;
    return entries[at] === (lo | OFFSET) && entries[at + 1] === hi ? entries[at + 2]! + (lo & OFFSET) : -1;
  }

  fill(table: number, lo: number, hi: number, physicalPage: number): void {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    const { entries } = this;
    if (entries[at] === 0) this.used.push(at);
    entries[at] = lo | OFFSET;
    entries[at + 1] = hi;
    entries[at + 2] = physicalPage;
    entries[at + 3] = physicalPage + LINEAR.RAM - (lo & ~OFFSET);
  }

  /** Forgets everything: a new CR3, or new rules of access. */
  flush(): void {
    for (const at of this.used) this.entries[at] = 0;
    this.used = [];
    this.flushes++;
  }

  /** Forgets one page in all tables (INVLPG). */
  invalidate(lo: number, hi: number): void {
    for (let table = 0; table < TABLES * TABLE; table += TABLE) {
      if (this.lookup(table, lo, hi) >= 0) this.drop(table + ((lo >>> 12) & (ENTRIES - 1)) * INTS);
    }
  }

  /** Forgets write entries that lead to one physical page: it now holds decoded code. */
  dropPhysicalWrites(physicalPage: number): void {
    for (const at of this.used) {
      const isWrite = Math.floor(at / TABLE) % 3 === WRITE;
      if (isWrite && this.entries[at + 2] === physicalPage) this.entries[at] = 0;
    }
    this.used = this.used.filter((at) => this.entries[at] !== 0);
  }

  private drop(at: number): void {
    this.entries[at] = 0;
    this.used.splice(this.used.indexOf(at), 1);
  }
}
