/**
 * Which frame each page is in, as /proc/PID/pagemap tells it, and forgetting what was touched (/proc/PID/clear_refs).
 *
 *     63 there  62 in a swap area  61 of a file or shared  …  56 mapped once only  55 written since clear_refs  54..0 frame
 *
 * In a swap area: 4..0 its number, 54..5 the slot. Frames are told to user 0 only.
 * Models pagemap_read and clear_refs_write (Linux 6.18, fs/proc/task_mmu.c; Documentation/admin-guide/mm/pagemap.rst).
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import type { AddressSpace } from "./address-space.js";
import { HOLDS } from "./frames.js";
import { ENTRIES, PTE_SOFT_DIRTY, PTE_SPECIAL } from "./page-tables.js";
import { swapOffset, swapType } from "./swap/swap-entry.js";
import type { Vma } from "./vma.js";
import { VM_SOFTDIRTY } from "./vma-flags.js";

const PM_SOFT_DIRTY = 1n << 55n;
const PM_MMAP_EXCLUSIVE = 1n << 56n;
const PM_FILE = 1n << 61n;
const PM_SWAP = 1n << 62n;
const PM_PRESENT = 1n << 63n;
const SWAP_TYPE_BITS = 5n;

/** The words for the pages of [start, end). */
export function pagemap(
  space: AddressSpace,
  start: number,
  end: number,
  showsFrames: boolean,
): BigUint64Array {
  const words = new BigUint64Array((end - start) / PAGE_SIZE);
  for (const vma of space.list.within(start, end)) {
    if ((vma.flags & VM_SOFTDIRTY) === 0) continue;
    const first = (Math.max(start, vma.start) - start) / PAGE_SIZE;
    words.fill(PM_SOFT_DIRTY, first, (Math.min(end, vma.end) - start) / PAGE_SIZE);
  }
  space.tables.forEachUsed(start, end, (address, at, level) => {
    const count = level === 2 ? ENTRIES : 1;
    for (let n = 0; n < count; n++) {
      const page = address + n * PAGE_SIZE;
      if (page < start || page >= end) continue;
      words[(page - start) / PAGE_SIZE]! |= wordOf(space, at, n, showsFrames);
    }
  });
  return words;
}

/** @param n which page of a huge one */
function wordOf({ tables, frames }: AddressSpace, at: number, n: number, showsFrames: boolean): bigint {
  const entry = tables.read(at);
  if (!entry) {
    const slot = tables.swapEntry(at);
    if (slot === undefined) return 0n;
    const place = BigInt(swapType(slot)) | (BigInt(swapOffset(slot)) << SWAP_TYPE_BITS);
    return PM_SWAP | (showsFrames ? place : 0n);
  }
  const frame = entry.frame + n;
  const dirty = (entry.flags & PTE_SOFT_DIRTY) !== 0 ? PM_SOFT_DIRTY : 0n;
  const word = PM_PRESENT | dirty | (showsFrames ? BigInt(frame) : 0n);
  if ((entry.flags & PTE_SPECIAL) !== 0) return word;
  const holds = frames.holds(frame);
  const isFile = holds === HOLDS.file || holds === HOLDS.shared;
  const isOnlyOne = frames.owners(frame) - (isFile ? 1 : 0) === 1;
  return word | (isFile ? PM_FILE : 0n) | (isOnlyOne ? PM_MMAP_EXCLUSIVE : 0n);
}

const CLEAR_ALL = 1;
const CLEAR_ANONYMOUS = 2;
const CLEAR_MAPPED = 3;
const CLEAR_SOFT_DIRTY = 4;
const CLEAR_PEAK = 5;

/** 0 or an errno. @param what 1 all pages, 2 private memory, 3 files: not referenced any more; 4 not soft-dirty; 5 the peak */
export function clearReferences(space: AddressSpace, what: number): number {
  if (what === CLEAR_PEAK) {
    space.resident.forgetPeak();
    return 0;
  }
  if (!(what >= CLEAR_ALL && what <= CLEAR_SOFT_DIRTY)) return E.EINVAL;
  space.stale = true;
  for (const vma of space.vmas) {
    if (what === CLEAR_ANONYMOUS && vma.file) continue;
    if (what === CLEAR_MAPPED && !vma.file) continue;
    if (what === CLEAR_SOFT_DIRTY) vma.flags &= ~VM_SOFTDIRTY;
    clearEntries(space, vma, what === CLEAR_SOFT_DIRTY ? PTE_SOFT_DIRTY | PTE.RW : PTE.A);
  }
  return 0;
}

function clearEntries({ tables }: AddressSpace, { start, end }: Vma, bits: number): void {
  tables.forEach(start, end, (_address, at) => {
    const entry = tables.read(at)!;
    tables.write(at, entry.frame, entry.flags & ~bits);
  });
}
