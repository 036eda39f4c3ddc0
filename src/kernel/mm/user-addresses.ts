/**
 * The addresses that programs can have, and how they are counted in pages.
 * Source: Linux 6.18, arch/x86/include/asm/page_64_types.h and processor.h.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";

/** One past the highest user address: 47 bits less one guard page. */
export const TASK_SIZE = 0x7ffffffff000;
/** Where mmap begins to search downwards when nothing is random: below the stack and its largest growth. */
export const MMAP_BASE = 0x7ffff7fff000;
export const STACK_TOP = 0x7ffffffff000;
/** The largest stack (RLIMIT_STACK) unless a process has another limit. */
export const STACK_LIMIT = 8 << 20;
/** Between a stack and what lies below it this must stay free, so that a large frame does not step over it. */
export const STACK_GUARD_GAP = 256 * PAGE_SIZE;

/**
 * Added to the lower 48 bits of a pointer that a double could not hold: no program owns such an address either. See the
 * argument kind `address` of system calls.
 */
export const BEYOND_DOUBLES = 2 ** 52;

/** Where such addresses would begin again at 0. */
export const END_OF_ADDRESSES = BEYOND_DOUBLES + 2 ** 48;

/** Whether a stretch from `start` on, to an `end` that was merely added up, would begin again at 0. */
export const wrapsAround = (start: number, end: number): boolean =>
  end >= (start < BEYOND_DOUBLES ? 2 ** 64 : END_OF_ADDRESSES);

/** Rounds up to a whole number of pages. */
export function pageUp(n: number): number {
  return Math.ceil(n / PAGE_SIZE) * PAGE_SIZE;
}

/** Rounds down to the beginning of a page. */
export function pageDown(n: number): number {
  return Math.floor(n / PAGE_SIZE) * PAGE_SIZE;
}
