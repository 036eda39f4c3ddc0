/**
 * The translation lookaside buffer: for reads, writes and fetches, each by supervisor and user, 4096 direct-mapped
 * entries. Permissions are checked when an entry is filled, so a hit needs none; whatever must be noticed on
 * access (a page with code, a page not yet dirty) is not entered but parked: known, and only found by the long way.
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

/** A translation that is known and not to be found quickly. */
interface Parked {
  readonly lo: number;
  readonly hi: number;
  readonly physicalPage: number;
}

/** All translations that a TLB knows, by place; not to be written. */
export type TlbMoment = ReadonlyMap<number, Parked>;

export class Tlb {
  private readonly entries: Int32Array;
  /** Indices of all entries in use. */
  private used: number[] = [];
  /** By index of the entry that it would be; never beside an entry in use. */
  private parked = new Map<number, Parked>();
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
    if (entries[at] === 0) {
      this.used.push(at);
      this.parked.delete(at);
    }
    entries[at] = lo | OFFSET;
    entries[at + 1] = hi;
    entries[at + 2] = physicalPage;
    entries[at + 3] = physicalPage + LINEAR.RAM - (lo & ~OFFSET);
  }

  /** As `lookup`, for translations that are parked. */
  lookupParked(table: number, lo: number, hi: number): number {
    const parked = this.parked.get(table + ((lo >>> 12) & (ENTRIES - 1)) * INTS);
    return parked?.lo === (lo | OFFSET) && parked.hi === hi ? parked.physicalPage + (lo & OFFSET) : -1;
  }

  /** Knows a translation without letting it be found quickly. */
  fillParked(table: number, lo: number, hi: number, physicalPage: number): void {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    if (this.entries[at] !== 0) this.drop(at);
    this.parked.set(at, { lo: lo | OFFSET, hi, physicalPage });
  }

  /** From now on every access goes the long way once, without forgetting a translation: something is to be noticed. */
  park(): void {
    for (const at of this.used) this.parkEntry(at);
    this.used = [];
  }

  private parkEntry(at: number): void {
    const { entries } = this;
    this.parked.set(at, { lo: entries[at]!, hi: entries[at + 1]!, physicalPage: entries[at + 2]! });
    entries[at] = 0;
  }

  /** All translations, which are parked by that. */
  moment(): TlbMoment {
    this.park();
    return new Map(this.parked);
  }

  /** Knows the translations of a moment, and no others. */
  put(moment: TlbMoment): void {
    for (const at of this.used) this.entries[at] = 0;
    this.used = [];
    this.parked = new Map(moment);
  }

  /** Forgets everything: a new CR3, or new rules of access. */
  flush(): void {
    for (const at of this.used) this.entries[at] = 0;
    this.used = [];
    this.parked.clear();
    this.flushes++;
  }

  /** Forgets one page in all tables (INVLPG). */
  invalidate(lo: number, hi: number): void {
    for (let table = 0; table < TABLES * TABLE; table += TABLE) {
      const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
      if (this.lookup(table, lo, hi) >= 0) this.drop(at);
      if (this.lookupParked(table, lo, hi) >= 0) this.parked.delete(at);
    }
  }

  /** Parks write entries that lead to one physical page: it now holds decoded code. */
  parkPhysicalWrites(physicalPage: number): void {
    for (const at of this.used) {
      const isWrite = Math.floor(at / TABLE) % 3 === WRITE;
      if (isWrite && this.entries[at + 2] === physicalPage) this.parkEntry(at);
    }
    this.used = this.used.filter((at) => this.entries[at] !== 0);
  }

  private drop(at: number): void {
    this.entries[at] = 0;
    this.used.splice(this.used.indexOf(at), 1);
  }
}
