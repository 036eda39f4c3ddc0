/**
 * A write to a page that is there and read-only although its mapping is not. The last owner of a private page keeps it; others
 * get a copy. Of a shared page the kernel wants to know that it is written.
 * Models do_wp_page, wp_page_copy and wp_page_shared (Linux mm/memory.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { prepareAnon, WRITTEN } from "./anonymous-fault.js";
import { entryFlags } from "./entry-flags.js";
import { HOLDS } from "./frames.js";
import type { FaultOutcome } from "./page-fault.js";
import type { Vma } from "./vma.js";

export function breakSharing(
  space: AddressSpace,
  vma: Vma,
  page: number,
  at: number,
  frame: number,
): FaultOutcome {
  const { frames, tables } = space;
  space.stale = true;
  if (vma.isShared || isLastOwner(space, frame)) {
    if (vma.storesToFile) space.cache?.of(vma.file!).mayBeStored(vma.offsetOf(page) / PAGE_SIZE);
    tables.write(at, frame, entryFlags(vma, true) | WRITTEN);
    return { kind: "reused" };
  }
  prepareAnon(space, vma);
  const copy = copyFrame(space, frame);
  if (copy === undefined) return { kind: "no-memory" };
  if (frame !== frames.zeroFrame) space.resident.add(frames.holds(frame), -1);
  space.resident.add(HOLDS.anonymous);
  tables.write(at, copy, entryFlags(vma, true) | WRITTEN);
  space.holdsPrivate(copy, page);
  frames.release(frame);
  return { kind: "copied" };
}

function isLastOwner({ frames, system }: AddressSpace, frame: number): boolean {
  // A copy in a swap area is worth nothing once the page is written.
  if (frames.owners(frame) === 2) system?.reclaim.forgetCopy(frame);
  if (frames.owners(frame) !== 1) return false;
  if (frames.holds(frame) === HOLDS.lazyFree) frames.setHolds(frame, HOLDS.anonymous);
  return frames.holds(frame) === HOLDS.anonymous;
}

/** A private page with the contents of `frame`; undefined when no frame is free. */
export function copyFrame(space: AddressSpace, frame: number): number | undefined {
  const { frames, memory } = space;
  // The page must stay where it is while a frame for the copy is looked for.
  frames.share(frame);
  const copy = frames.allocate();
  frames.release(frame);
  if (copy === undefined) return undefined;
  if (space.isReaped) {
    // Looking for a frame has cost this space all of its pages, that of the copy among them.
    frames.release(copy);
    return undefined;
  }
  frames.setHolds(copy, HOLDS.anonymous);
  if (frame !== frames.zeroFrame)
    memory.writeBytes(copy * PAGE_SIZE, memory.bytes.subarray(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE));
  return copy;
}
