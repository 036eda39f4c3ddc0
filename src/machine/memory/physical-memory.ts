/**
 * The RAM of the PC: bytes by physical address, in pages of 4 KiB.
 * It knows which pages hold decoded code and which changed since the last snapshot, so that decoded
 * instructions never go stale and a snapshot copies only what changed.
 * Leaves out: memory-mapped devices; an address beyond the RAM reads as ones and ignores writes.
 */
import type { AccessWatch } from "./access-watch.js";
import { LINEAR, LinearMemory } from "./linear-memory.js";
import { MemorySnapshot } from "./memory-snapshot.js";

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 1 << PAGE_SHIFT;
export const PAGE_MASK = PAGE_SIZE - 1;

/** A page whose decoded instructions are cached: writes must be noticed. */
const HAS_CODE = 1;
/** A page equal to its copy in the last snapshot (or still zero): the first write must be noticed. */
const CLEAN = 2;

export class PhysicalMemory {
  /** Bytes of RAM, a multiple of 4096, at most 2 GiB. */
  readonly size: number;
  /** Where the RAM lies, beside what else generated code touches. */
  readonly linear: LinearMemory;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The same in units of 4 bytes; before a page is written here, `changing` must be called for it. */
  readonly words: Int32Array;
  /** Called when a page with decoded code is written. */
  onCodeWritten: (page: number) => void = () => {};
  /** Somebody wants to hear of accesses. Whoever sets it empties the quick tables; see `Machine.watch`. */
  watch: AccessWatch | undefined;

  private readonly flags: Uint8Array;
  /** What the pages that are clean hold. */
  private base: MemorySnapshot;
  private dirty: number[] = [];

  constructor(size: number) {
    if (!(size > 0 && size <= 2 ** 31 && size % PAGE_SIZE === 0)) {
      throw new RangeError(`RAM of ${size} bytes: a multiple of ${PAGE_SIZE} up to 2 GiB is needed`);
    }
    this.size = size;
    this.linear = new LinearMemory(size);
    const { buffer } = this.linear;
    this.bytes = new Uint8Array(buffer, LINEAR.RAM, size);
    this.view = new DataView(buffer, LINEAR.RAM, size);
    this.words = new Int32Array(buffer, LINEAR.RAM, size / 4);
    this.flags = new Uint8Array(size / PAGE_SIZE).fill(CLEAN);
    this.base = MemorySnapshot.zeros(size / PAGE_SIZE);
  }

  /** True when a store to the page may go straight to `bytes` without `beforeWrite`. */
  isPlain(page: number): boolean {
    return this.flags[page] === 0;
  }

  /** Decoded instructions of the page are cached: a write to it must not go unnoticed. */
  holdsCode(page: number): boolean {
    return (this.flags[page]! & HAS_CODE) !== 0;
  }

  /** Must precede every write to a page for which `isPlain` is false. */
  beforeWrite(page: number): void {
    const flags = this.flags[page];
    if (flags === undefined || flags === 0) return;
    this.flags[page] = 0;
    if (flags & CLEAN) this.dirty.push(page);
    if (flags & HAS_CODE) this.onCodeWritten(page);
  }

  /** From now on a write to the page calls `onCodeWritten` once. */
  markCode(page: number): void {
    this.flags[page]! |= HAS_CODE;
  }

  read8(address: number): number {
    return address < this.size ? this.bytes[address]! : 0xff;
  }

  read16(address: number): number {
    return address + 2 <= this.size ? this.view.getUint16(address, true) : 0xffff;
  }

  read32(address: number): number {
    return address + 4 <= this.size ? this.view.getUint32(address, true) : 0xffffffff;
  }

  read64(address: number): bigint {
    return address + 8 <= this.size ? this.view.getBigUint64(address, true) : 0xffffffffffffffffn;
  }

  write8(address: number, value: number): void {
    if (this.prepare(address, 1)) this.bytes[address] = value;
  }

  write16(address: number, value: number): void {
    if (!this.prepare(address, 2)) return;
    this.view.setUint16(address, value, true);
  }

  write32(address: number, value: number): void {
    if (!this.prepare(address, 4)) return;
    this.view.setUint32(address, value, true);
  }

  write64(address: number, value: bigint): void {
    if (!this.prepare(address, 8)) return;
    this.view.setBigUint64(address, value, true);
  }

  /** A copy of `length` bytes; what lies beyond the RAM is left out. */
  readBytes(address: number, length: number): Uint8Array {
    return this.bytes.slice(address, address + length);
  }

  writeBytes(address: number, source: Uint8Array): void {
    if (source.length > 0 && this.prepare(address, source.length)) this.bytes.set(source, address);
  }

  fill(address: number, length: number, value = 0): void {
    if (length > 0 && this.prepare(address, length)) this.bytes.fill(value, address, address + length);
  }

  /** Bytes are about to be written past the methods of this class. */
  changing(address: number, length: number): void {
    this.prepare(address, length);
  }

  private prepare(address: number, length: number): boolean {
    if (address + length > this.size) return false;
    this.watch?.changes(address, length);
    const last = (address + length - 1) >>> PAGE_SHIFT;
    for (let page = address >>> PAGE_SHIFT; page <= last; page++) this.beforeWrite(page);
    return true;
  }

  /** Records all contents; copies only pages written since the last snapshot or restore. */
  snapshot(): MemorySnapshot {
    const { dirty, flags } = this;
    if (dirty.length === 0) return this.base;
    this.dirty = [];
    for (const page of dirty) flags[page]! |= CLEAN;
    this.base = this.base.with(dirty, (page) => this.readBytes(page * PAGE_SIZE, PAGE_SIZE));
    return this.base;
  }

  /** Returns to a recorded moment of this memory, or of another of the same size; copies only pages that differ from it. */
  restore(snapshot: MemorySnapshot): void {
    if (snapshot.pageCount !== this.base.pageCount) throw new RangeError("snapshot of a RAM of another size");
    const { dirty, base } = this;
    this.dirty = [];
    this.base = snapshot;
    for (const page of dirty) this.copyBack(page, snapshot.page(page));
    for (const page of snapshot.pagesUnlike(base)) this.copyBack(page, snapshot.page(page));
  }

  /** Decoded instructions of a page that stays the same stay right. */
  private copyBack(page: number, contents: Uint8Array | undefined): void {
    const held = this.flags[page]! & HAS_CODE;
    this.flags[page] = CLEAN | held;
    if (held !== 0) {
      if (this.equals(page, contents)) return;
      this.flags[page] = CLEAN;
      this.onCodeWritten(page);
    }
    if (contents) this.bytes.set(contents, page * PAGE_SIZE);
    else this.bytes.fill(0, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  }

  private equals(page: number, contents: Uint8Array | undefined): boolean {
    const start = page * PAGE_SIZE;
    for (let n = 0; n < PAGE_SIZE; n++) if (this.bytes[start + n] !== (contents?.[n] ?? 0)) return false;
    return true;
  }
}
