/**
 * The heap's end. Models brk and do_brk_flags (Linux 6.18, mm/mmap.c, mm/vma.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import { impliedProtection } from "../abi/personality.js";
import { dataLimit, type MemoryUser, mayExpand, mayLock } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { gapStart } from "./gaps.js";
import { mayPromise } from "./overcommit.js";
import { populate } from "./populate.js";
import { munmap } from "./unmap.js";
import { pageUp, STACK_GUARD_GAP, TASK_SIZE } from "./user-addresses.js";
import { Vma } from "./vma.js";
import { VM_ACCOUNT, VM_LOCKED } from "./vma-flags.js";

/** Moves the end of the heap to `wanted` when that is possible; where it is afterwards. */
export function brk(space: AddressSpace, wanted: number, personality: number, user: MemoryUser): number {
  if (wanted < space.startBrk || exceedsLimit(space, wanted, user)) return space.brk;
  const oldEnd = pageUp(space.brk);
  const newEnd = pageUp(wanted);
  if (newEnd < oldEnd) {
    const heap = space.list.firstAbove(newEnd);
    if (!heap || heap.start >= oldEnd) return space.brk;
    if (munmap(space, newEnd, oldEnd - newEnd) < 0) return space.brk;
  } else if (newEnd > oldEnd && !extend(space, oldEnd, newEnd, personality, user)) return space.brk;
  space.brk = wanted;
  return wanted;
}

/** Heap and initialised data count together against RLIMIT_DATA. */
function exceedsLimit(space: AddressSpace, end: number, user: MemoryUser): boolean {
  const { startBrk, startData, endData } = space;
  return end - startBrk + (endData - startData) > dataLimit(user);
}

function extend(
  space: AddressSpace,
  start: number,
  end: number,
  personality: number,
  user: MemoryUser,
): boolean {
  if (end > TASK_SIZE) return false;
  const above = space.list.firstAbove(start);
  if (above && above.start < end + PAGE_SIZE + STACK_GUARD_GAP && end + PAGE_SIZE > gapStart(above))
    return false;
  const rights = impliedProtection(personality, PROT_READ | PROT_WRITE);
  const heap = new Vma(start, end, rights);
  heap.flags |= VM_ACCOUNT | space.defaultFlags;
  if (!mayLock(space, heap.flags, end - start, user)) return false;
  if (!mayExpand(space, heap.flags, end - start, user) || space.list.isOverfull) return false;
  if (!mayPromise(space, end - start, user)) return false;
  // The heap never becomes part of the program's own data below it.
  const below = space.list.lastBelow(start);
  if (below && below.end > space.startBrk && space.list.canExtend(below, heap)) space.extend(below, heap);
  else space.putAlone(heap);
  if ((space.defaultFlags & VM_LOCKED) !== 0) populate(space, start, end, user);
  return true;
}
