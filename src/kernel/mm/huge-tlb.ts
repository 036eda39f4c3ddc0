/**
 * Mappings of huge pages from the pool: each has a file without a name behind it, whose pages are 2 MiB and never split.
 * Models hugetlb_fault, hugetlb_no_page, hugetlb_wp, hugetlb_reserve_pages and copy_hugetlb_page_range (Linux mm/hugetlb.c).
 * Leaves out: taking a page away from a child when its parent needs one.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { prepareAnon } from "./anonymous-fault.js";
import { entryFlags } from "./entry-flags.js";
import type { HugePagePool } from "./huge-page-pool.js";
import type { FaultOutcome } from "./page-fault.js";
import { HUGE_PAGE, PTE_SOFT_DIRTY } from "./page-tables.js";
import type { MappedFile, Vma } from "./vma.js";
import { VM_HUGETLB, VM_NORESERVE } from "./vma-flags.js";

/** What a mapping with MAP_HUGETLB maps: a file without a name, on a file system of its own. Pages are counted in units of 2 MiB. */
export class HugeTlbFile implements MappedFile {
  /** First frames of shared pages. */
  readonly frames = new Map<number, number>();
  /** Pages that were promised to those who share it, and do not exist yet. */
  readonly reserved = new Set<number>();
  /** Address spaces that map it. */
  readonly spaces = new Set<AddressSpace>();

  constructor(
    /** In bytes. */
    readonly size: number,
    readonly inode: number,
    readonly pool: HugePagePool,
  ) {}

  readAt(): Uint8Array {
    throw new Error("pages of the pool are not read from anywhere");
  }

  /** Promises the pages of a new mapping; false when there are not enough. */
  reserve(vma: Vma): boolean {
    if ((vma.flags & VM_NORESERVE) !== 0) return true;
    const wanted = indexesOf(vma).filter(
      (n) => !vma.isShared || !(this.frames.has(n) || this.reserved.has(n)),
    );
    if (!this.pool.reserve(wanted.length)) return false;
    if (!vma.isShared) vma.reserved = new Set(wanted);
    else for (const index of wanted) this.reserved.add(index);
    return true;
  }

  entered(space: AddressSpace): void {
    this.spaces.add(space);
  }

  left(space: AddressSpace, vma: Vma): void {
    const own = indexesOf(vma).filter((index) => vma.reserved?.delete(index));
    this.pool.unreserve(own.length);
    if (!space.vmas.some(({ file }) => file === this)) this.spaces.delete(space);
    if (this.spaces.size > 0) return;
    for (const frame of this.frames.values()) this.pool.release(frame);
    this.frames.clear();
    this.pool.unreserve(this.reserved.size);
    this.reserved.clear();
  }
}

function indexesOf(vma: Vma): number[] {
  const first = vma.offset / HUGE_PAGE;
  return Array.from({ length: vma.size / HUGE_PAGE }, (_, n) => first + n);
}

export const isHugeTlb = ({ flags }: Vma): boolean => (flags & VM_HUGETLB) !== 0;

const poolOf = ({ file }: Vma): HugePagePool => (file as HugeTlbFile).pool;

/** A fault in such a mapping. */
export function handleHugeTlb(space: AddressSpace, vma: Vma, page: number, write: boolean): FaultOutcome {
  const { tables } = space;
  const base = page - (page % HUGE_PAGE);
  const at = tables.directoryEntry(base);
  if (at === 0) return { kind: "no-memory" };
  const entry = tables.read(at);
  if (!entry) {
    const filled = fill(space, vma, base, at, write);
    return filled.kind === "filled" && write && !vma.isShared ? writeTo(space, vma, at, "filled") : filled;
  }
  if (write && (entry.flags & PTE.RW) === 0) return writeTo(space, vma, at, "reused");
  space.stale = true;
  return { kind: "reused" };
}

const NONE_LEFT: FaultOutcome = { kind: "bus-error", reason: "no huge page is left in the pool" };
const TOUCHED = PTE.PS | PTE.A;
const WRITTEN = TOUCHED | PTE.D | PTE_SOFT_DIRTY;

function fill(space: AddressSpace, vma: Vma, base: number, at: number, write: boolean): FaultOutcome {
  const file = vma.file as HugeTlbFile;
  const index = vma.offsetOf(base) / HUGE_PAGE;
  if (index * HUGE_PAGE >= file.size)
    return { kind: "bus-error", reason: "the mapping is longer than its file" };
  const frame = vma.isShared ? sharedPage(file, index) : file.pool.take(vma.reserved?.delete(index) ?? false);
  if (frame === undefined) return NONE_LEFT;
  if (!vma.isShared) prepareAnon(space, vma);
  space.tables.write(at, frame, entryFlags(vma, vma.isShared) | (write ? WRITTEN : TOUCHED));
  space.hugeTlbPages++;
  return { kind: "filled" };
}

/** The file is one user of it, the new mapping another. */
function sharedPage({ frames, reserved, pool }: HugeTlbFile, index: number): number | undefined {
  const frame = frames.get(index) ?? pool.take(reserved.delete(index));
  if (frame === undefined) return undefined;
  frames.set(index, frame);
  pool.share(frame);
  return frame;
}

/** The last user of a private page keeps it, others get a copy. */
function writeTo(space: AddressSpace, vma: Vma, at: number, done: "filled" | "reused"): FaultOutcome {
  const { tables, memory } = space;
  const pool = poolOf(vma);
  const { frame } = tables.read(at)!;
  space.stale = true;
  if (vma.isShared || pool.usersOf(frame) === 1) {
    tables.write(at, frame, entryFlags(vma, true) | WRITTEN);
    return { kind: done };
  }
  const copy = pool.take(false);
  if (copy === undefined) return NONE_LEFT;
  memory.writeBytes(copy * PAGE_SIZE, memory.readBytes(frame * PAGE_SIZE, HUGE_PAGE));
  pool.release(frame);
  tables.write(at, copy, entryFlags(vma, true) | WRITTEN);
  return { kind: "copied" };
}

/** Takes the pages of [start, end) out of the tables. */
export function zapHugeTlb(space: AddressSpace, vma: Vma, start: number, end: number): void {
  const { tables } = space;
  tables.forEach(start, end, (_address, at) => {
    poolOf(vma).release(tables.read(at)!.frame);
    tables.clear(at);
    space.hugeTlbPages--;
  });
}

/** A child gets its parent's private pages; both have them read-only. False when there is no frame for a table. */
export function copyHugeTlb(parent: AddressSpace, child: AddressSpace, vma: Vma): boolean {
  let complete = true;
  parent.tables.forEach(vma.start, vma.end, (address, at) => {
    const to = complete ? child.tables.directoryEntry(address) : 0;
    complete = to !== 0;
    if (!complete) return;
    const { frame, flags } = parent.tables.read(at)!;
    parent.tables.write(at, frame, flags & ~PTE.RW);
    child.tables.write(to, frame, flags & ~(PTE.RW | PTE.A));
    poolOf(vma).share(frame);
    child.hugeTlbPages++;
  });
  return complete;
}

/** Whether a page that gets other rights may be written at once. */
export function mayWriteHugeTlb(vma: Vma, frame: number): boolean {
  return vma.isShared || poolOf(vma).usersOf(frame) === 1;
}
