/**
 * Where a mapping goes that may go anywhere: below what is there already, from `mmapBase` downwards; if that fails, or the
 * program wants addresses below 2 GiB, from below upwards. Stacks keep a gap below them.
 * Models arch_get_unmapped_area_topdown and vm_unmapped_area (Linux 6.18, arch/x86/kernel/sys_x86_64.c, mm/vma.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { MAP_32BIT } from "../abi/memory-flags.js";
import type { AddressSpace } from "./address-space.js";
import { pageDown, pageUp, STACK_GUARD_GAP, TASK_SIZE } from "./user-addresses.js";
import type { Vma } from "./vma.js";

/** From here upwards is searched when there is no room below `mmapBase`. */
const UNMAPPED_BASE = pageUp(TASK_SIZE / 3);
/** MAP_32BIT: between 1 and 2 GiB. */
const LOW_START = 0x40000000;
const LOW_END = 0x80000000;
/** Addresses that a 32-bit program can have. */
const TASK_SIZE_32 = 0xffffe000;
/** Where mappings of 32-bit calls begin downwards when nothing is random. */
const MMAP_BASE_32 = 0xf7ffe000;

export interface GapRequest {
  readonly length: number;
  /** Where the program would like it; 0 for anywhere. */
  readonly hint?: number;
  /** A power of two. */
  readonly alignment?: number;
  /** MAP_* */
  readonly flags?: number;
  /** By a call of the 32-bit ABI. */
  readonly is32Bit?: boolean;
}

/** A free place, or undefined. */
export function findGap(space: AddressSpace, request: GapRequest): number | undefined {
  const { length, hint = 0, flags = 0, is32Bit = false } = request;
  const end = is32Bit ? TASK_SIZE_32 : TASK_SIZE;
  if (length > end) return undefined;
  if ((flags & MAP_32BIT) !== 0 && !is32Bit) {
    if (length > LOW_END) return undefined;
    return at(space, pageUp(hint), length, LOW_END) ?? upwards(space, LOW_START, LOW_END, request);
  }
  const base = is32Bit ? MMAP_BASE_32 : space.mmapBase;
  return (
    at(space, pageDown(hint), length, end) ??
    downwards(space, base, request) ??
    upwards(space, is32Bit ? pageUp(TASK_SIZE_32 / 3) : UNMAPPED_BASE, end, request)
  );
}

/** The hint, when it is free and the mapping ends before `end`. */
function at(space: AddressSpace, hint: number, length: number, end: number): number | undefined {
  if (hint === 0 || hint > end - length) return undefined;
  return isFree(space, hint, hint + length) ? hint : undefined;
}

/** True when nothing is mapped in [start, end), and no stack would lose its gap. */
export function isFree(space: AddressSpace, start: number, end: number): boolean {
  const above = space.list.firstAbove(start);
  return !above || end <= gapStart(above);
}

/** Where what may lie below a mapping must end. */
export function gapStart(vma: Vma): number {
  return vma.growsDown ? Math.max(0, vma.start - STACK_GUARD_GAP) : vma.start;
}

/** The highest place below `base`. Where addresses must be aligned, the gap has room for that anywhere in it. */
function downwards(space: AddressSpace, base: number, request: GapRequest): number | undefined {
  const { length, alignment = PAGE_SIZE } = request;
  const needed = length + alignment - PAGE_SIZE;
  const lowest = Math.max(space.system?.lowestAddress.value ?? 0, PAGE_SIZE);
  let top = base;
  for (let n = space.vmas.length - 1; n >= 0; n--) {
    const vma = space.vmas[n]!;
    if (top - vma.end >= needed) return alignDown(top - length, alignment);
    top = Math.min(top, gapStart(vma));
  }
  return top - pageUp(lowest) >= needed ? alignDown(top - length, alignment) : undefined;
}

/** The lowest place in [from, end). */
function upwards(space: AddressSpace, from: number, end: number, request: GapRequest): number | undefined {
  const { length, alignment = PAGE_SIZE } = request;
  let bottom = alignUp(from, alignment);
  for (const vma of space.vmas) {
    if (vma.end <= bottom) continue;
    if (bottom + length <= gapStart(vma)) break;
    bottom = alignUp(vma.end, alignment);
  }
  return bottom + length <= end ? bottom : undefined;
}

const alignDown = (address: number, alignment: number): number => Math.floor(address / alignment) * alignment;
const alignUp = (address: number, alignment: number): number => Math.ceil(address / alignment) * alignment;
