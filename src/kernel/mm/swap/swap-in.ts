/**
 * A page comes back from a swap area: a major fault, unless it is still, or again, in memory. Its copy there is kept as long as
 * nobody stores into the page: should it have to leave again, it need not be written.
 * Models do_swap_page (Linux mm/memory.c). Leaves out: reading neighbours ahead.
 */
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";
import type { AddressSpace } from "../address-space.js";
import { READ_ONCE, WRITTEN } from "../anonymous-fault.js";
import { entryFlags } from "../entry-flags.js";
import { HOLDS } from "../frames.js";
import { type FaultOutcome, isDone } from "../page-fault.js";
import type { Vma } from "../vma.js";
import { VM_LOCKED } from "../vma-flags.js";
import { breakSharing } from "../write-fault.js";
import { type SwapEntry, swapOffset, swapType } from "./swap-entry.js";

/** The entry at `at` names a slot: `page` of `vma` lies there. */
export function swapIn(
  space: AddressSpace,
  vma: Vma,
  page: number,
  at: number,
  entry: SwapEntry,
  write: boolean,
): FaultOutcome {
  const { swap } = space.system!;
  const known = swap.frameOf(entry);
  const frame = known ?? readIn(space, page, entry);
  if (typeof frame !== "number") return frame;
  const outcome = map(space, vma, page, { at, entry, frame }, write);
  return isDone(outcome) ? { ...outcome, major: known === undefined } : outcome;
}

/** A frame with the page, which the swap cache owns. */
function readIn(space: AddressSpace, page: number, entry: SwapEntry): number | FaultOutcome {
  const { frames, memory, system } = space;
  const { swap, reclaim } = system!;
  const contents = swap.read(entry);
  if (!contents) {
    const reason = `the page table names page ${swapOffset(entry)} of swap area ${swapType(entry)}, where nothing is`;
    return { kind: "bus-error", reason };
  }
  const frame = frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  if (space.isReaped) {
    // Looking for a frame has cost this space all of its pages, and the slot with them.
    frames.release(frame);
    return { kind: "no-memory" };
  }
  frames.setHolds(frame, HOLDS.anonymous);
  memory.writeBytes(frame * PAGE_SIZE, contents);
  swap.share(entry);
  swap.cache(entry, frame);
  space.holdsPrivate(frame, page);
  reclaim.cameBack("swapped-in", frame, "private", [{ space, address: page }], entry);
  return frame;
}

/** The entry that named the slot leads to the frame. */
function map(
  space: AddressSpace,
  vma: Vma,
  page: number,
  { at, entry, frame }: { at: number; entry: SwapEntry; frame: number },
  write: boolean,
): FaultOutcome {
  const { frames, tables, resident, system } = space;
  const { swap, reclaim } = system!;
  frames.share(frame);
  swap.release(entry);
  resident.swapped--;
  resident.add(HOLDS.anonymous);
  const isAlone = frames.owners(frame) === 2 && swap.users(entry) === 1;
  const isUseless =
    write || reclaim.isSwapScarce || swap.area(entry)?.closing || (vma.flags & VM_LOCKED) !== 0;
  if (isAlone && isUseless) reclaim.forgetCopy(frame);
  tables.write(at, frame, entryFlags(vma, isAlone) | (write && isAlone ? WRITTEN : READ_ONCE));
  return write && !isAlone ? breakSharing(space, vma, page, at, frame) : { kind: "filled" };
}
