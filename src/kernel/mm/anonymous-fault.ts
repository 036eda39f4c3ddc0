/**
 * The first touch of private memory: reading finds the page of zeros that all share, if they do, and writing gets a page of its own.
 * Models do_anonymous_page and __anon_vma_prepare (Linux mm/memory.c, mm/rmap.c).
 */
import { PTE } from "../../machine/memory/page-table.js";
import type { AddressSpace } from "./address-space.js";
import { entryFlags } from "./entry-flags.js";
import { HOLDS, type Holds } from "./frames.js";
import type { FaultOutcome } from "./page-fault.js";
import { PTE_SOFT_DIRTY, PTE_SPECIAL } from "./page-tables.js";
import { AnonVma, type Vma } from "./vma.js";
import { VM_WRITE } from "./vma-flags.js";
import { lendsAnon } from "./vma-list.js";

/** Bits of an entry that was just written through, and of one that was just read. */
export const WRITTEN = PTE.A | PTE.D | PTE_SOFT_DIRTY;
export const READ_ONCE = PTE.A;

export function fillAnonymous(space: AddressSpace, vma: Vma, page: number, write: boolean): FaultOutcome {
  const { frames } = space;
  if (!write && frames.sharesZeros) {
    frames.share(frames.zeroFrame);
    return enter(space, page, frames.zeroFrame, entryFlags(vma, false) | READ_ONCE | PTE_SPECIAL);
  }
  prepareAnon(space, vma);
  const frame = frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  frames.setHolds(frame, HOLDS.anonymous);
  return enter(space, page, frame, ownPageFlags(vma), HOLDS.anonymous);
}

/** Of a new private page: what may be written counts as written. */
function ownPageFlags(vma: Vma): number {
  return entryFlags(vma, true) | ((vma.flags & VM_WRITE) !== 0 ? WRITTEN : READ_ONCE);
}

/** Before a mapping gets its first private page it is decided with which neighbours it may be joined later. */
export function prepareAnon({ list }: AddressSpace, vma: Vma): void {
  if (vma.anon) return;
  const above = list.firstAbove(vma.end);
  const below = list.lastBelow(vma.start);
  vma.anon =
    (above && lendsAnon(vma, above, above)) ?? (below && lendsAnon(below, vma, below)) ?? new AnonVma();
}

/** Maps a frame that the caller owns; without room for a table the frame is given up. `holds` is counted, if given. */
export function enter(
  space: AddressSpace,
  page: number,
  frame: number,
  flags: number,
  holds?: Holds,
): FaultOutcome {
  if (!space.tables.map(page, frame, flags)) {
    space.frames.release(frame);
    return { kind: "no-memory" };
  }
  if (holds !== undefined) space.resident.add(holds);
  if (holds === HOLDS.anonymous) space.holdsPrivate(frame, page);
  return { kind: "filled" };
}
