/**
 * The translation lookaside buffer: for reads, writes and fetches, each by supervisor and user, 4096 direct-mapped
 * entries for pages of 4 KiB, of which a chosen shape (`tlb-shape.ts`) may leave fewer; of a larger page each 4 KiB that
 * is touched has its own. Reads and writes are as one TLB
 * with a right to write: what is known for writing is known for reading, and the same. An entry stays, right or stale,
 * until it is invalidated or another takes its place. Entries belong to an address space (PCID) or are global; those
 * of spaces other than the current one wait aside. Source: Intel SDM Vol. 3A §4.10. Permissions are checked when an entry is filled, so a hit needs none; whatever must be noticed on
 * access (a page with code, a page not yet dirty) is not entered but parked: known, and only found by the long way.
 *
 *     entry: int32 [ linear 31:12, then ones | linear 63:32 | physical page address | addend ]
 *
 * The low ones make an entry of zeros match nothing. The addend plus the low half of a linear address is where the byte
 * lies in linear memory; generated code looks entries up by the same layout (`engine/`).
 */

import { LINEAR, type LinearMemory } from "./linear-memory.js";
import { checkShape, type KnownPage, MOST_ENTRIES, TlbSets, type TlbShape } from "./tlb-shape.js";

/** Kinds of access; also the number of the table. */
export const READ = 0;
export const WRITE = 1;
export const FETCH = 2;
export type Access = typeof READ | typeof WRITE | typeof FETCH;

const ENTRIES = MOST_ENTRIES;
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
  readonly global: boolean;
}

type Translations = ReadonlyMap<number, Parked>;

/** All that a TLB knows; not to be written. */
export interface TlbMoment {
  /** The current address space. */
  readonly space: number;
  readonly translations: Translations;
  readonly otherSpaces: ReadonlyMap<number, Translations>;
  readonly largePages: ReadonlySet<number>;
  /** With a chosen shape, the pages known for data and for code, in the order in which they will go. */
  readonly order: readonly (readonly KnownPage[])[];
}

export class Tlb {
  private readonly entries: Int32Array;
  /** Indices of all entries in use. */
  private used: number[] = [];
  /** By index of the entry that it would be; never beside an entry in use. */
  private parked = new Map<number, Parked>();
  /** By index: the translation is the same in all address spaces. */
  private readonly globals = new Uint8Array(TABLES * ENTRIES);
  /** PCID of the current address space; the others, and what is known of them. */
  private space = 0;
  private otherSpaces = new Map<number, Translations>();
  /** Pages of 2 MiB and 1 GiB of which something may be known, see `largePage`. */
  private largePages = new Set<number>();
  /** So far: walks of the page tables, entries that others took the place of, pages invalidated, whole flushes. */
  misses = 0;
  evictions = 0;
  invalidations = 0;
  flushes = 0;

  /** With a chosen shape: which pages are known for data, and for code. */
  private readonly sets: readonly TlbSets[];

  constructor(linear: LinearMemory, shape?: TlbShape) {
    if (shape) checkShape(shape);
    this.sets = shape ? [new TlbSets(shape), new TlbSets(shape)] : [];
    this.entries = new Int32Array(linear.buffer, LINEAR.QUICK_TABLES, TABLES * TABLE);
  }

  /** From a table for reads to that for writes. */
  static readonly WRITE_BEHIND_READ = TABLE;

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

  /** Whether the entry that `lookup` found is global. */
  isGlobal(table: number, lo: number): boolean {
    return this.globals[(table >> 2) + ((lo >>> 12) & (ENTRIES - 1))] !== 0;
  }

  fill(table: number, lo: number, hi: number, physicalPage: number, global: boolean): void {
    if (this.sets.length > 0) this.makeRoom(table, lo | OFFSET, hi);
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    const { entries } = this;
    if (entries[at] === 0) {
      this.used.push(at);
      this.countEviction(this.parked.get(at), lo, hi);
      this.parked.delete(at);
    } else if (entries[at] !== (lo | OFFSET) || entries[at + 1] !== hi) this.evictions++;
    this.globals[at >> 2] = global ? 1 : 0;
    entries[at] = lo | OFFSET;
    entries[at + 1] = hi;
    entries[at + 2] = physicalPage;
    entries[at + 3] = physicalPage + LINEAR.RAM - (lo & ~OFFSET);
  }

  private countEviction(known: Parked | undefined, lo: number, hi: number): void {
    if (known && (known.lo !== (lo | OFFSET) || known.hi !== hi)) this.evictions++;
  }

  /** As `lookup`, for translations that are parked. */
  lookupParked(table: number, lo: number, hi: number): Parked | undefined {
    const parked = this.parked.get(table + ((lo >>> 12) & (ENTRIES - 1)) * INTS);
    return parked?.lo === (lo | OFFSET) && parked.hi === hi ? parked : undefined;
  }

  /** Knows a translation without letting it be found quickly. */
  fillParked(table: number, lo: number, hi: number, physicalPage: number, global: boolean): void {
    if (this.sets.length > 0) this.makeRoom(table, lo | OFFSET, hi);
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    if (this.entries[at] !== 0) {
      this.countEviction(this.entryAt(at), lo, hi);
      this.drop(at);
    } else this.countEviction(this.parked.get(at), lo, hi);
    this.parked.set(at, { lo: lo | OFFSET, hi, physicalPage, global });
  }

  /** A page becomes known for data or for code; when its set is full, another one is forgotten. */
  private makeRoom(table: number, lo: number, hi: number): void {
    const set = isForFetching(table) ? CODE : DATA;
    const gone = this.sets[set]!.note(lo, hi);
    if (!gone) return;
    this.evictions++;
    for (const other of TABLES_OF[set]!) this.forget(other, gone);
  }

  private forget(table: number, { lo, hi }: KnownPage): void {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    if (this.lookup(table, lo, hi) >= 0) this.drop(at);
    if (this.lookupParked(table, lo, hi)) this.parked.delete(at);
  }

  /** Pages of which nothing is known any more leave their sets. */
  private emptySets(): void {
    this.sets.forEach((set, n) => {
      set.retain(({ lo, hi }) =>
        TABLES_OF[n]!.some((table) => this.lookup(table, lo, hi) >= 0 || this.lookupParked(table, lo, hi)),
      );
    });
  }

  /** Where hi:lo would be in a table, no other page may stay. */
  dropOthers(table: number, lo: number, hi: number): void {
    const at = table + ((lo >>> 12) & (ENTRIES - 1)) * INTS;
    const { entries } = this;
    if (entries[at] !== 0 && (entries[at] !== (lo | OFFSET) || entries[at + 1] !== hi)) {
      this.evictions++;
      this.drop(at);
    }
    const parked = this.parked.get(at);
    if (parked && (parked.lo !== (lo | OFFSET) || parked.hi !== hi)) {
      this.evictions++;
      this.parked.delete(at);
    }
  }

  /** A walk found hi:lo in a page of level 2 (2 MiB) or 3 (1 GiB): of it more than one entry may come to be. */
  noteLargePage(lo: number, hi: number, level: number): void {
    this.largePages.add(largePage(lo, hi, level));
  }

  /** From now on every access goes the long way once, without forgetting a translation: something is to be noticed. */
  park(): void {
    for (const at of this.used) this.parkEntry(at);
    this.used = [];
  }

  private entryAt(at: number): Parked {
    const { entries } = this;
    const global = this.globals[at >> 2] !== 0;
    return { lo: entries[at]!, hi: entries[at + 1]!, physicalPage: entries[at + 2]!, global };
  }

  private parkEntry(at: number): void {
    this.parked.set(at, this.entryAt(at));
    this.entries[at] = 0;
  }

  /** All translations, which are parked by that. */
  moment(): TlbMoment {
    this.park();
    return {
      space: this.space,
      translations: new Map(this.parked),
      otherSpaces: new Map(this.otherSpaces),
      largePages: new Set(this.largePages),
      order: this.sets.map((set) => set.pages),
    };
  }

  /** Knows the translations of a moment, and no others. */
  put({ space, translations, otherSpaces, largePages, order }: TlbMoment): void {
    this.forgetAll();
    this.space = space;
    this.parked = new Map(translations);
    this.otherSpaces = new Map(otherSpaces);
    this.largePages = new Set(largePages);
    for (const [n, set] of this.sets.entries()) for (const { lo, hi } of order[n] ?? []) set.note(lo, hi);
  }

  private forgetAll(): void {
    for (const set of this.sets) set.clear();
    for (const at of this.used) this.entries[at] = 0;
    this.used = [];
    this.parked.clear();
    this.otherSpaces.clear();
    this.largePages.clear();
  }

  /** Forgets everything, global or of any space: new rules of access. */
  flush(): void {
    this.forgetAll();
    this.flushes++;
  }

  /** Goes on in address space `pcid`, with what is known of it or, unless `keeps`, with nothing but what is global. */
  enterSpace(pcid: number, keeps: boolean): void {
    if (pcid === this.space && keeps) return;
    const left = this.takeLocal();
    if (pcid !== this.space && left.size > 0) this.otherSpaces.set(this.space, left);
    const known = keeps ? this.otherSpaces.get(pcid) : undefined;
    this.otherSpaces.delete(pcid);
    this.space = pcid;
    if (!keeps) this.flushes++;
    for (const [at, one] of known ?? []) if (!isForWriting(at)) this.comeBack(at, one);
    for (const [at, one] of known ?? []) {
      if (isForWriting(at) && this.parked.get(at - TABLE) === known?.get(at - TABLE)) this.comeBack(at, one);
    }
    this.emptySets();
  }

  /** What is global stays in its place. */
  private comeBack(at: number, one: Parked): void {
    if (this.entries[at] === 0 && !this.parked.has(at)) {
      this.parked.set(at, one);
      if (this.sets.length > 0) this.makeRoom(Math.floor(at / TABLE) * TABLE, one.lo, one.hi);
    } else this.evictions++;
  }

  /** Forgets one space but for what is global. */
  flushSpace(pcid: number): void {
    if (pcid === this.space) this.takeLocal();
    else this.otherSpaces.delete(pcid);
    this.flushes++;
    this.emptySets();
  }

  /** Forgets all spaces but what is global. */
  flushSpaces(): void {
    this.takeLocal();
    this.otherSpaces.clear();
    this.flushes++;
    this.emptySets();
  }

  /** Takes out all that is of the current space and not global. */
  private takeLocal(): Translations {
    const local = new Map<number, Parked>();
    for (const at of this.used) {
      if (this.globals[at >> 2] !== 0) continue;
      local.set(at, this.entryAt(at));
      this.entries[at] = 0;
    }
    this.used = this.used.filter((at) => this.entries[at] !== 0);
    for (const [at, one] of this.parked) {
      if (one.global) continue;
      local.set(at, one);
      this.parked.delete(at);
    }
    return local;
  }

  /** INVLPG: forgets one page, whatever its size, in the current space and where it is global. */
  invalidate(lo: number, hi: number): void {
    this.invalidations++;
    for (const level of [2, 3]) {
      if (this.largePages.has(largePage(lo, hi, level))) this.invalidateLarge(lo, hi, level);
    }
    for (let table = 0; table < TABLES * TABLE; table += TABLE) this.forget(table, { lo, hi });
    this.emptySets();
  }

  private invalidateLarge(lo: number, hi: number, level: number): void {
    const page = largePage(lo, hi, level);
    const within = (one: Parked) => largePage(one.lo, one.hi, level) === page;
    for (const at of this.used.filter((used) => within(this.entryAt(used)))) this.drop(at);
    for (const [at, one] of this.parked) if (within(one)) this.parked.delete(at);
  }

  /** INVPCID of one address: forgets a page in one space, where it is not global. */
  invalidateIn(pcid: number, lo: number, hi: number): void {
    this.invalidations++;
    const pages = [2, 3].filter((level) => this.largePages.has(largePage(lo, hi, level)));
    const within = (one: Parked) =>
      (one.lo === (lo | OFFSET) && one.hi === hi) ||
      pages.some((level) => largePage(one.lo, one.hi, level) === largePage(lo, hi, level));
    if (pcid !== this.space) {
      const known = this.otherSpaces.get(pcid) ?? new Map<number, Parked>();
      this.otherSpaces.set(pcid, new Map([...known].filter(([, one]) => !within(one))));
      return;
    }
    for (const at of [...this.used])
      if (this.globals[at >> 2] === 0 && within(this.entryAt(at))) this.drop(at);
    for (const [at, one] of this.parked) if (!one.global && within(one)) this.parked.delete(at);
    this.emptySets();
  }

  /** Parks write entries that lead to one physical page: it now holds decoded code. */
  parkPhysicalWrites(physicalPage: number): void {
    for (const at of this.used) {
      if (isForWriting(at) && this.entries[at + 2] === physicalPage) this.parkEntry(at);
    }
    this.used = this.used.filter((at) => this.entries[at] !== 0);
  }

  private drop(at: number): void {
    this.entries[at] = 0;
    this.used.splice(this.used.indexOf(at), 1);
  }
}

const isForFetching = (at: number): boolean => Math.floor(at / TABLE) % 3 === FETCH;

/** The tables of data and of code. */
const DATA = 0;
const CODE = 1;
const TABLES_OF: readonly (readonly number[])[] = [
  [0, 1, 3, 4].map((n) => n * TABLE),
  [2, 5].map((n) => n * TABLE),
];

const isForWriting = (at: number): boolean => Math.floor(at / TABLE) % 3 === WRITE;

/** A number for each page of 2 MiB (level 2) and of 1 GiB (level 3). */
function largePage(lo: number, hi: number, level: number): number {
  return level === 2 ? (hi >>> 0) * 2048 + (lo >>> 21) : -1 - ((hi >>> 0) * 4 + (lo >>> 30));
}
