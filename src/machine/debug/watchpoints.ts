/**
 * Watchpoints of whoever looks at the machine from outside: a run returns behind the instruction that touched a range of
 * memory, with the bytes before and after. Pages that nobody watches are as quick as ever.
 */
import type { AccessWatch } from "../memory/access-watch.js";
import { PAGE_SHIFT, type PhysicalMemory } from "../memory/physical-memory.js";
import { type Access, FETCH, READ } from "../memory/tlb.js";

/** What to watch. */
export interface WatchRange {
  /** Linear addresses are seen as the guest uses them, in whatever address space; physical ones whoever writes them. */
  readonly space: "linear" | "physical";
  readonly address: bigint;
  readonly length: number;
  readonly access: "read" | "write" | "access";
}

export interface Watchpoint {
  readonly range: WatchRange;
  /** Asked behind the instruction: false goes on. It must change nothing. */
  readonly condition: ((access: WatchedAccess) => boolean) | undefined;
  /** Takes it away. */
  remove(): void;
}

/** An access that touched a watched range. One that crosses a page is two. */
export interface WatchedAccess {
  readonly watchpoint: Watchpoint;
  readonly kind: "read" | "write";
  /** Undefined for writes to physical memory. */
  readonly linear: bigint | undefined;
  readonly physical: number;
  /** All bytes of the access before it. */
  readonly old: Uint8Array;
  /** The same bytes after the instruction. */
  readonly now: Uint8Array;
  /** The instruction's address; for what an exception or interrupt pushes, where it came. */
  readonly rip: bigint;
}

/** A run ended at a watchpoint. */
export interface WatchpointHit {
  readonly reason: "watchpoint";
  readonly accesses: readonly WatchedAccess[];
}

/** What the watchpoints need of a machine. */
export interface Watched {
  readonly memory: PhysicalMemory;
  readonly cpu: { readonly rip: bigint; yield(): void };
  watch(watch: AccessWatch, on: boolean): void;
}

const MOST_ACCESSES = 1000;

export class Watchpoints implements AccessWatch {
  private readonly set = new Set<Watchpoint>();
  private hits: Omit<WatchedAccess, "now">[] = [];
  /** All are passed over. */
  silent = false;

  constructor(private readonly machine: Watched) {}

  /** All that are set. */
  get all(): readonly Watchpoint[] {
    return [...this.set];
  }

  /** Sets a watchpoint. */
  add(range: WatchRange, condition?: (access: WatchedAccess) => boolean): Watchpoint {
    if (range.length < 1) throw new RangeError("a watched range has at least one byte");
    const watchpoint: Watchpoint = { range, condition, remove: () => this.remove(watchpoint) };
    this.set.add(watchpoint);
    this.machine.watch(this, true);
    return watchpoint;
  }

  private remove(watchpoint: Watchpoint): void {
    if (this.set.delete(watchpoint)) this.machine.watch(this, this.set.size > 0);
  }

  /** A run begins. */
  begin(): void {
    this.hits = [];
  }

  /** The accesses since the last call that somebody wants to stop at. */
  take(): WatchpointHit | undefined {
    if (this.hits.length === 0) return undefined;
    const { memory } = this.machine;
    const hits = this.hits.map((hit) => ({ ...hit, now: memory.readBytes(hit.physical, hit.old.length) }));
    this.hits = [];
    const accesses = hits.filter((hit) => hit.watchpoint.condition?.(hit) ?? true);
    return accesses.length > 0 ? { reason: "watchpoint", accesses } : undefined;
  }

  ignores(access: Access, lo: number, hi: number, physical: number): boolean {
    if (access === FETCH) return true;
    const kind = access === READ ? "read" : "write";
    const linearPage = linearAddress(lo, hi) >> BigInt(PAGE_SHIFT);
    const physicalPage = BigInt(Math.floor(physical / 2 ** PAGE_SHIFT));
    for (const { range } of this.set) {
      const page = range.space === "linear" ? linearPage : physicalPage;
      const last = (range.address + BigInt(range.length - 1)) >> BigInt(PAGE_SHIFT);
      if (wants(range, kind) && page >= range.address >> BigInt(PAGE_SHIFT) && page <= last) return false;
    }
    return true;
  }

  reads(lo: number, hi: number, physical: number, bytes: number): void {
    this.note("linear", linearAddress(lo, hi), "read", linearAddress(lo, hi), physical, bytes);
    this.note("physical", BigInt(physical), "read", linearAddress(lo, hi), physical, bytes);
  }

  writes(lo: number, hi: number, physical: number, bytes: number): void {
    this.note("linear", linearAddress(lo, hi), "write", linearAddress(lo, hi), physical, bytes);
  }

  changes(physical: number, bytes: number): void {
    this.note("physical", BigInt(physical), "write", undefined, physical, bytes);
  }

  private note(
    space: WatchRange["space"],
    address: bigint,
    kind: "read" | "write",
    linear: bigint | undefined,
    physical: number,
    bytes: number,
  ): void {
    if (this.silent) return;
    const { memory, cpu } = this.machine;
    for (const watchpoint of this.set) {
      const { range } = watchpoint;
      if (range.space !== space || !wants(range, kind) || !overlaps(range, address, bytes)) continue;
      if (this.hits.length >= MOST_ACCESSES) return;
      this.hits.push({
        watchpoint,
        kind,
        linear,
        physical,
        old: memory.readBytes(physical, bytes),
        rip: cpu.rip,
      });
      cpu.yield();
    }
  }
}

const linearAddress = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

const wants = ({ access }: WatchRange, kind: "read" | "write"): boolean =>
  access === "access" || access === kind;

const overlaps = ({ address, length }: WatchRange, first: bigint, bytes: number): boolean =>
  first < address + BigInt(length) && address < first + BigInt(bytes);
