/**
 * Swap entries: what a page-table entry says of a page that lies in a swap area. Its P bit is 0, so the processor looks at
 * nothing else in it, and the kernel may write into the other 63 bits where the page is.
 *
 *     63..59  58..9    8  7  6..4  3  2  1  0
 *     type    ~offset  0  0  0     E  0  0  P = 0
 *
 * The type is the number of the swap area, the offset that of the page in it. The offset is stored with its bits inverted:
 * a processor that speculates with the entry all the same (L1TF) then reaches for an address where there is no memory.
 * E: one entry alone led to the page when it was swapped out.
 * Source: Linux 6.18, arch/x86/include/asm/pgtable_64.h. Leaves out: the bits of soft-dirty and userfaultfd; migration entries.
 */
import { PTE } from "../../../machine/memory/page-table.js";

/** A place in a swap area, as one number. */
export type SwapEntry = number;

const TYPES = 32;
/** Swap areas that the format can tell apart: types above are Linux's for pages that migrate, are poisoned, and the like. */
export const MAX_SWAPFILES = 23;
const LOW_OFFSET_BITS = 23;
const HIGH_OFFSET_MASK = 0x07ffffff;
const EXCLUSIVE = 8;

export function swapEntry(type: number, offset: number): SwapEntry {
  return offset * TYPES + type;
}

export function swapType(entry: SwapEntry): number {
  return entry % TYPES;
}

/** In pages from the beginning of the area. */
export function swapOffset(entry: SwapEntry): number {
  return Math.floor(entry / TYPES);
}

/** The halves of the page-table entry. */
export function encodeSwapEntry(entry: SwapEntry, exclusive: boolean): { low: number; high: number } {
  const offset = swapOffset(entry);
  const highOffset = ~Math.floor(offset / 2 ** LOW_OFFSET_BITS) & HIGH_OFFSET_MASK;
  return {
    low: ((~offset << 9) | (exclusive ? EXCLUSIVE : 0)) >>> 0,
    high: (highOffset | (swapType(entry) << 27)) >>> 0,
  };
}

/**
 * The place that a page-table entry names; undefined for one that is empty or whose page is in memory: with P, or with bit 8
 * (PROT_NONE).
 */
export function decodeSwapEntry(low: number, high: number): SwapEntry | undefined {
  if ((low & (PTE.P | PTE.G)) !== 0 || (low | high) === 0) return undefined;
  const offset = (~low >>> 9) + (~high & HIGH_OFFSET_MASK) * 2 ** LOW_OFFSET_BITS;
  return swapEntry(high >>> 27, offset);
}

/** Whether the page had one entry alone. */
export function isExclusive(low: number): boolean {
  return (low & EXCLUSIVE) !== 0;
}

/** The low half of an entry that several share from now on. */
export function sharedSwapEntry(low: number): number {
  return (low & ~EXCLUSIVE) >>> 0;
}
