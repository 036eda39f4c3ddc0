/**
 * Memory as an instruction sees it: linear addresses of 64 bits, through TLB and page tables to RAM.
 * A linear address is handled as two 32-bit halves `lo` and `hi` (int32), so that nothing is allocated.
 */
import { GuestFault, VECTOR } from "../cpu/guest-fault.js";
import { DS, SS } from "../isa/registers.js";
import { type PagingMode, type Walk, walk } from "./page-table.js";
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE, type PhysicalMemory } from "./physical-memory.js";
import { type Access, FETCH, READ, Tlb, WRITE } from "./tlb.js";
import type { TlbShape } from "./tlb-shape.js";

const READ_SUPERVISOR = Tlb.table(READ, false);
const WRITE_SUPERVISOR = Tlb.table(WRITE, false);

export class Mmu {
  readonly tlb: Tlb;
  readonly mode: PagingMode = {
    enabled: true,
    levels: 4,
    root: 0,
    writeProtect: false,
    noExecute: false,
    smep: false,
    smap: false,
  };
  /** EFLAGS.AC, which under SMAP lets ring 0 touch user pages. */
  userPagesAllowed = false;
  /** CR4.PGE: translations with the G bit belong to all address spaces. */
  globalPages = false;
  /** A walk that leads nowhere or out of RAM is not to be seen: the evaluator will do it again. */
  private trying = false;
  /** What `translate` found last is global. */
  private global = false;
  private readTable = READ_SUPERVISOR;
  private writeTable = WRITE_SUPERVISOR;
  private user = false;
  /** The segment register of the access under way: a bad address in the stack segment raises #SS. */
  segment: number = DS;
  private readonly split = new BigUint64Array(1);
  private readonly halves = new Int32Array(this.split.buffer);

  constructor(
    readonly memory: PhysicalMemory,
    shape?: TlbShape,
  ) {
    this.tlb = new Tlb(memory.linear, shape);
  }

  /** Accesses are from now on made by ring 3, or by rings 0–2. */
  setUser(user: boolean): void {
    this.user = user;
    this.readTable = Tlb.table(READ, user);
    this.writeTable = Tlb.table(WRITE, user);
  }

  /** Reads 1, 2, 4 bytes (as uint32) with the current privilege. Raises #PF, or #GP for a non-canonical address. */
  read32(address: bigint, bytes: number): number {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const at = this.tlb.lookup(this.readTable, lo, this.halves[1]!);
    if (at >= 0 && (lo & PAGE_MASK) + bytes <= PAGE_SIZE) {
      const { memory } = this;
      return bytes === 4
        ? memory.view.getUint32(at, true)
        : bytes === 1
          ? memory.bytes[at]!
          : memory.view.getUint16(at, true);
    }
    return Number(this.readSlow(lo, this.halves[1]!, bytes, this.user));
  }

  read64(address: bigint): bigint {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const at = this.tlb.lookup(this.readTable, lo, this.halves[1]!);
    if (at >= 0 && (lo & PAGE_MASK) <= PAGE_SIZE - 8) return this.memory.view.getBigUint64(at, true);
    return this.readSlow(lo, this.halves[1]!, 8, this.user);
  }

  write32(address: bigint, bytes: number, value: number): void {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const at = this.tlb.lookup(this.writeTable, lo, this.halves[1]!);
    if (at >= 0 && (lo & PAGE_MASK) + bytes <= PAGE_SIZE) {
      const { memory } = this;
      if (bytes === 4) memory.view.setUint32(at, value, true);
      else if (bytes === 1) memory.bytes[at] = value;
      else memory.view.setUint16(at, value, true);
    } else this.writeSlow(lo, this.halves[1]!, bytes, BigInt(value >>> 0), this.user);
  }

  write64(address: bigint, value: bigint): void {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const at = this.tlb.lookup(this.writeTable, lo, this.halves[1]!);
    if (at >= 0 && (lo & PAGE_MASK) <= PAGE_SIZE - 8) this.memory.view.setBigUint64(at, value, true);
    else this.writeSlow(lo, this.halves[1]!, 8, value, this.user);
  }

  /** The physical address of a byte that may be read, or written without further ado; -1 when the TLB does not know. */
  cachedRead(address: bigint): number {
    this.split[0] = address;
    return this.tlb.lookup(this.readTable, this.halves[0]!, this.halves[1]!);
  }

  cachedWrite(address: bigint): number {
    this.split[0] = address;
    return this.tlb.lookup(this.writeTable, this.halves[0]!, this.halves[1]!);
  }

  /**
   * Enters the page of an address that is about to be read, or written, into the quick tables, with all that the access
   * itself would do to page tables. False when that cannot be or must not be; nothing is raised.
   */
  admitRead(address: bigint): boolean {
    return this.admit(address, READ);
  }

  admitWrite(address: bigint): boolean {
    return this.admit(address, WRITE);
  }

  private admit(address: bigint, access: typeof READ | typeof WRITE): boolean {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const hi = this.halves[1]!;
    this.trying = true;
    try {
      const physical = this.translate(lo, hi, access, this.user);
      if (access === WRITE && !this.noticeWrite(physical, lo, hi)) return false;
    } catch (caught) {
      if (caught instanceof GuestFault) return false;
      throw caught;
    } finally {
      this.trying = false;
    }
    return this.tlb.lookup(Tlb.table(access, this.user), lo, hi) >= 0;
  }

  /** Does what must precede writes to the page, unless it holds code. */
  private noticeWrite(physical: number, lo: number, hi: number): boolean {
    const { memory } = this;
    if (physical >= memory.size || memory.holdsCode(physical >>> PAGE_SHIFT)) return false;
    if (memory.watch?.ignores(WRITE, lo, hi, physical) === false) return false;
    memory.beforeWrite(physical >>> PAGE_SHIFT);
    this.tlb.fill(Tlb.table(WRITE, this.user), lo, hi, physical & ~PAGE_MASK, this.global);
    return true;
  }

  /** Reads 16 bytes into `into[at…at + 3]`; `aligned` raises #GP(0) unless the address is a multiple of 16. */
  read128(address: bigint, aligned: boolean, into: Int32Array, at: number): void {
    this.split[0] = address;
    const lo = this.halves[0]!;
    if (aligned && (lo & 15) !== 0) throw misaligned();
    const from = this.tlb.lookup(this.readTable, lo, this.halves[1]!);
    if (from >= 0 && (lo & PAGE_MASK) <= PAGE_SIZE - 16) {
      const { view } = this.memory;
      for (let n = 0; n < 4; n++) into[at + n] = view.getInt32(from + 4 * n, true);
      return;
    }
    const low = this.read64(address);
    const high = this.read64(BigInt.asUintN(64, address + 8n));
    for (let n = 0; n < 4; n++)
      into[at + n] = Number(BigInt.asIntN(32, (n < 2 ? low : high) >> (n & 1 ? 32n : 0n)));
  }

  /** Writes `from[at…at + 3]`, all 16 bytes or, on a fault, none. */
  write128(address: bigint, aligned: boolean, from: Int32Array, at: number): void {
    this.split[0] = address;
    const lo = this.halves[0]!;
    if (aligned && (lo & 15) !== 0) throw misaligned();
    const to = this.tlb.lookup(this.writeTable, lo, this.halves[1]!);
    if (to >= 0 && (lo & PAGE_MASK) <= PAGE_SIZE - 16) {
      const { view } = this.memory;
      for (let n = 0; n < 4; n++) view.setInt32(to + 4 * n, from[at + n]!, true);
      return;
    }
    if ((lo & PAGE_MASK) > PAGE_SIZE - 16) this.probeWrite(address, 16);
    for (let n = 0; n < 4; n++) this.write32(BigInt.asUintN(64, address + BigInt(4 * n)), 4, from[at + n]!);
  }

  /** Reads as the processor itself does for descriptors and stacks of a gate: always supervisor. */
  readSystem(address: bigint, bytes: number): bigint {
    this.split[0] = address;
    return this.readSlow(this.halves[0]!, this.halves[1]!, bytes, false);
  }

  writeSystem(address: bigint, bytes: number, value: bigint, user = false): void {
    this.split[0] = address;
    this.writeSlow(this.halves[0]!, this.halves[1]!, bytes, value, user);
  }

  /** Faults as a write of `bytes` bytes would, and writes nothing. */
  probeWrite(address: bigint, bytes: number): void {
    this.split[0] = address;
    const lo = this.halves[0]!;
    const hi = this.halves[1]!;
    if (this.tlb.lookup(this.writeTable, lo, hi) >= 0 && (lo & PAGE_MASK) + bytes <= PAGE_SIZE) return;
    this.translate(lo, hi, WRITE, this.user);
    if ((lo & PAGE_MASK) + bytes > PAGE_SIZE) this.translateNextPage(lo, hi, WRITE, this.user);
  }

  /** The physical address of the instruction byte at hi:lo. Raises #PF or #GP. */
  fetchAddress(lo: number, hi: number): number {
    return this.translate(lo, hi, FETCH, this.user);
  }

  private readSlow(lo: number, hi: number, bytes: number, user: boolean): bigint {
    const first = this.translate(lo, hi, READ, user);
    const here = PAGE_SIZE - (lo & PAGE_MASK);
    if (here >= bytes) {
      this.memory.watch?.reads(lo, hi, first, bytes);
      return this.readPhysical(first, bytes);
    }
    const second = this.translateNextPage(lo, hi, READ, user);
    const { watch } = this.memory;
    watch?.reads(lo, hi, first, here);
    watch?.reads(nextPage(lo), nextPageHigh(lo, hi), second, bytes - here);
    let value = 0n;
    for (let n = bytes - 1; n >= 0; n--) {
      value = (value << 8n) | BigInt(this.memory.read8(n < here ? first + n : second + n - here));
    }
    return value;
  }

  private readPhysical(at: number, bytes: number): bigint {
    const { memory } = this;
    if (bytes === 8) return memory.read64(at);
    return BigInt(bytes === 4 ? memory.read32(at) : bytes === 2 ? memory.read16(at) : memory.read8(at));
  }

  private writeSlow(lo: number, hi: number, bytes: number, value: bigint, user: boolean): void {
    const first = this.translate(lo, hi, WRITE, user);
    const { memory, global } = this;
    const here = PAGE_SIZE - (lo & PAGE_MASK);
    const { watch } = memory;
    if (here >= bytes) watch?.writes(lo, hi, first, bytes);
    if (here < bytes) {
      const second = this.translateNextPage(lo, hi, WRITE, user);
      watch?.writes(lo, hi, first, here);
      watch?.writes(nextPage(lo), nextPageHigh(lo, hi), second, bytes - here);
      for (let n = 0; n < bytes; n++, value >>= 8n) {
        memory.write8(n < here ? first + n : second + n - here, Number(value & 0xffn));
      }
    } else if (bytes === 8) memory.write64(first, value);
    else if (bytes === 4) memory.write32(first, Number(value & 0xffffffffn));
    else if (bytes === 2) memory.write16(first, Number(value & 0xffffn));
    else memory.write8(first, Number(value & 0xffn));
    this.global = global;
    this.enter(WRITE, Tlb.table(WRITE, user), lo, hi, first);
  }

  private notCanonical(): GuestFault {
    const vector = this.segment === SS ? VECTOR.SS : VECTOR.GP;
    return new GuestFault(vector, 0, undefined, "the address is not canonical");
  }

  private translateNextPage(lo: number, hi: number, access: Access, user: boolean): number {
    return this.translate(nextPage(lo), nextPageHigh(lo, hi), access, user);
  }

  private translate(lo: number, hi: number, access: Access, user: boolean): number {
    const table = Tlb.table(access, user);
    const hit = this.tlb.lookup(table, lo, hi);
    if (hit >= 0) {
      this.global = this.tlb.isGlobal(table, lo);
      return hit;
    }
    if (!isCanonicalHigh(hi, this.mode.levels)) throw this.notCanonical();
    const parked = this.tlb.lookupParked(table, lo, hi);
    if (parked) {
      const physical = parked.physicalPage + (lo & PAGE_MASK);
      this.global = parked.global;
      if (access !== WRITE) this.enter(access, table, lo, hi, physical);
      return physical;
    }
    const found = walk(this.memory, this.mode, lo, hi, access, user, this.userPagesAllowed, true);
    const useless = found.error >= 0 || found.physical >= this.memory.size;
    if (useless && this.trying) throw new GuestFault(VECTOR.PF, found.error);
    this.tlb.misses++;
    if (this.memory.watch?.walks) this.tellOfWalk(found, lo, hi, access, user);
    if (found.error >= 0) {
      const address = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
      throw new GuestFault(VECTOR.PF, found.error, address, found.reason);
    }
    this.global = found.global && this.globalPages;
    if (found.level > 1) this.tlb.noteLargePage(lo, hi, found.level);
    if (access === WRITE) this.enterForWriting(table, lo, hi, found.physical, user);
    else this.enter(access, table, lo, hi, found.physical);
    return found.physical;
  }

  /**
   * What may be written may be read. Quickly found is a translation for writing only from the write itself on, which must
   * be noticed.
   */
  private enterForWriting(table: number, lo: number, hi: number, physical: number, user: boolean): void {
    if (physical >= this.memory.size) return;
    this.enter(READ, Tlb.table(READ, user), lo, hi, physical);
    this.tlb.fillParked(table, lo, hi, physical & ~PAGE_MASK, this.global);
  }

  /** The TLB gets to know a translation; quickly found is only what nobody watches. */
  private enter(access: Access, table: number, lo: number, hi: number, physical: number): void {
    const { watch, size } = this.memory;
    if (physical >= size) return;
    const page = physical & ~PAGE_MASK;
    if (watch?.ignores(access, lo, hi, physical) === false)
      this.tlb.fillParked(table, lo, hi, page, this.global);
    else this.tlb.fill(table, lo, hi, page, this.global);
    if (access === READ) this.tlb.dropOthers(table + Tlb.WRITE_BEHIND_READ, lo, hi);
  }

  private tellOfWalk({ error, physical }: Walk, lo: number, hi: number, access: Access, user: boolean): void {
    const linear = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
    const faulted = error >= 0;
    this.memory.watch?.walks?.({
      ...{ linear, access, user },
      error: faulted ? error : undefined,
      physical: faulted ? undefined : physical,
    });
  }
}

function misaligned(): GuestFault {
  return new GuestFault(VECTOR.GP, 0, undefined, "the address of 16 bytes is not a multiple of 16");
}

/** Where the page after that of hi:lo begins, as two halves. */
const nextPage = (lo: number): number => ((lo | PAGE_MASK) + 1) | 0;
const nextPageHigh = (lo: number, hi: number): number => (nextPage(lo) === 0 ? (hi + 1) | 0 : hi);

/** Bits 63:47, or with five levels 63:56, are all equal. */
function isCanonicalHigh(hi: number, levels: 4 | 5): boolean {
  const top = hi >> (levels === 5 ? 24 : 15);
  return top === 0 || top === -1;
}
