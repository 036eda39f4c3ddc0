/**
 * What each step changed, with what was there before: so that single steps can be undone without running anything again,
 * and that one can be told which step wrote what. While it is not kept, it costs nothing; while it is, every write is seen and
 * every register compared, some microseconds a step.
 * Undoing a step undoes what it changed in the machine (registers, memory, devices), not what others concluded from it: a
 * kernel outside of guest memory, or bytes that a serial port has sent. The TLB is empty afterwards: what a program reads by
 * a stale translation may differ when it runs on from there; a return to a snapshot keeps that, too.
 */
import type { AccessWatch } from "../memory/access-watch.js";
import type { PhysicalMemory } from "../memory/physical-memory.js";
import { type Access, WRITE } from "../memory/tlb.js";
import { bringUpToDate, type Difference, put } from "./differences.js";
import { type RegisterChange, registerChanges } from "./places.js";

/** Bytes in memory were written, perhaps with what was there already. */
export interface MemoryChange {
  readonly physical: number;
  /** Undefined when not written at a linear address: by a walk of page tables, a device, or from outside. */
  readonly linear: bigint | undefined;
  readonly old: Uint8Array;
  readonly now: Uint8Array;
}

export interface JournalEntry {
  /** t afterwards. */
  readonly time: number;
  /** The steps it took: 1, or 0 for what was done to the machine from outside between two runs. */
  readonly steps: 0 | 1;
  /** RIP before: the address of the instruction, or where an exception or interrupt came. */
  readonly rip: bigint;
  readonly registers: readonly RegisterChange[];
  /** In the order of the writes. */
  readonly memory: readonly MemoryChange[];
}

/** The machine as the journal sees it; `R` is everything but memory, as a tree of plain values. */
export interface Recorded<R extends object> {
  readonly memory: PhysicalMemory;
  /** t */
  readonly time: number;
  /** A copy of all registers. */
  copyRegisters(): R;
  /** All registers without copying: to be looked at only. */
  lookAtRegisters(): R;
  putRegisters(registers: R): void;
  /** `watch` hears of accesses from now on, or no more. */
  watch(watch: AccessWatch, on: boolean): void;
}

export interface JournalLimits {
  /** Entries. Default 100 000. */
  readonly entries?: number;
  /** Bytes of memory contents in them. Default 16 MiB. */
  readonly bytes?: number;
}

const ENTRIES = 100_000;
const BYTES = 16 << 20;

interface Written {
  readonly linear: bigint;
  readonly physical: number;
  readonly bytes: number;
}

class KeptEntry implements JournalEntry {
  /** How many bytes of memory contents it holds. */
  readonly bytes: number;

  constructor(
    readonly time: number,
    readonly steps: 0 | 1,
    readonly rip: bigint,
    readonly differences: readonly Difference[],
    readonly memory: readonly MemoryChange[],
  ) {
    this.bytes = memory.reduce((sum, change) => sum + 2 * change.old.length, 0);
  }

  get registers(): readonly RegisterChange[] {
    return registerChanges(this.differences);
  }
}

export class Journal<R extends object> implements AccessWatch {
  private kept: R | undefined;
  private time = 0;
  private rip = 0n;
  private readonly ring = new Map<number, KeptEntry>();
  private first = 0;
  private next = 0;
  private bytes = 0;
  private changed: MemoryChange[] = [];
  private pending: Omit<MemoryChange, "now"> | undefined;
  private written: Written[] = [];
  private undoing = false;
  private limits = { entries: ENTRIES, bytes: BYTES };

  /** @param ripOf RIP in a set of registers */
  constructor(
    private readonly machine: Recorded<R>,
    private readonly ripOf: (registers: R) => bigint,
  ) {}

  get recording(): boolean {
    return this.kept !== undefined;
  }

  /** Entries that can be undone, oldest first. */
  get entries(): readonly JournalEntry[] {
    return [...this.ring.values()];
  }

  /** The newest entry. */
  get last(): JournalEntry | undefined {
    return this.ring.get(this.next - 1);
  }

  /** Begins or ends keeping the journal; it begins empty. */
  record(on: boolean, { entries = ENTRIES, bytes = BYTES }: JournalLimits = {}): void {
    this.limits = { entries, bytes };
    if (on !== this.recording) this.machine.watch(this, on);
    this.kept = on ? this.machine.copyRegisters() : undefined;
    this.clear();
  }

  /** Forgets all entries; the machine is now what it is. */
  clear(): void {
    this.ring.clear();
    this.first = this.next;
    this.bytes = 0;
    this.forgetWrites();
    if (this.kept) this.kept = this.machine.copyRegisters();
    this.begin();
  }

  private begin(): void {
    this.time = this.machine.time;
    if (this.kept) this.rip = this.ripOf(this.kept);
  }

  private forgetWrites(): void {
    this.changed = [];
    this.written = [];
    this.pending = undefined;
  }

  /** Enters what changed since the last call. The machine calls it after each step, and before a run. */
  note(): void {
    const { kept, machine } = this;
    if (!kept) return;
    const differences: Difference[] = [];
    bringUpToDate(kept, machine.lookAtRegisters(), differences);
    this.settle();
    if (differences.length === 0 && this.changed.length === 0) return;
    const steps = machine.time > this.time ? 1 : 0;
    const entry = new KeptEntry(machine.time, steps, this.rip, differences, this.changed);
    this.ring.set(this.next++, entry);
    this.bytes += entry.bytes;
    this.forgetWrites();
    this.begin();
    while (this.ring.size > this.limits.entries || (this.bytes > this.limits.bytes && this.ring.size > 1))
      this.forgetOldest();
  }

  private forgetOldest(): void {
    this.bytes -= this.ring.get(this.first)!.bytes;
    this.ring.delete(this.first++);
  }

  /**
   * Undoes the last step, and what was done from outside after it. Returns its entry; undefined when the journal reaches
   * no further back, and then only what was done from outside is undone.
   */
  undo(): JournalEntry | undefined {
    this.note();
    for (;;) {
      const entry = this.ring.get(this.next - 1);
      if (!entry || !this.kept) return undefined;
      this.undoEntry(entry, this.kept);
      if (entry.steps === 1) return entry;
    }
  }

  private undoEntry(entry: KeptEntry, kept: R): void {
    this.ring.delete(--this.next);
    this.bytes -= entry.bytes;
    this.undoing = true;
    for (const { physical, old } of entry.memory.toReversed()) this.machine.memory.writeBytes(physical, old);
    this.undoing = false;
    for (const { path, old } of entry.differences.toReversed()) put(kept, path, old);
    this.machine.putRegisters(kept);
    this.begin();
  }

  ignores(access: Access): boolean {
    return access !== WRITE;
  }

  reads(): void {}

  writes(lo: number, hi: number, physical: number, bytes: number): void {
    this.written.push({ linear: (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0), physical, bytes });
  }

  changes(physical: number, bytes: number): void {
    if (this.undoing) return;
    this.settle();
    const old = this.machine.memory.readBytes(physical, bytes);
    this.pending = { physical, linear: this.linearOf(physical), old };
  }

  /** The write announced last has happened. */
  private settle(): void {
    const { pending } = this;
    if (!pending) return;
    const now = this.machine.memory.readBytes(pending.physical, pending.old.length);
    this.changed.push({ ...pending, now });
    this.pending = undefined;
  }

  private linearOf(physical: number): bigint | undefined {
    const found = this.written.findLast(
      (one) => physical >= one.physical && physical < one.physical + one.bytes,
    );
    return found && found.linear + BigInt(physical - found.physical);
  }
}
