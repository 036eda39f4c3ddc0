/**
 * A page leaves memory: all entries that lead to it are emptied, or say where it is from now on, and what nobody could get back
 * otherwise is written out first.
 *
 *     a page of a file          dropped; written back before when programs have stored into it
 *     a private page            into a swap area, unless it lies there already and was not changed since (D = 0)
 *     memory that is shared     into a swap area; the shared object remembers where
 *     MADV_FREE, not written    dropped
 *
 * Models shrink_folio_list, try_to_unmap_one and pageout (Linux mm/vmscan.c, mm/rmap.c). Leaves out: huge pages stay.
 */
import { PTE } from "../../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";
import { FilePages } from "../file-pages.js";
import { HOLDS } from "../frames.js";
import type { Mapping, PageHolder } from "../page-holder.js";
import { PTE_SPECIAL } from "../page-tables.js";
import { Relatives } from "../relatives.js";
import { SharedPages } from "../shared-pages.js";
import { encodeSwapEntry, type SwapEntry } from "../swap/swap-entry.js";
import { VM_LOCKED } from "../vma-flags.js";
import { type MovementKind, slotOf } from "./page-movement.js";
import type { Reclaim } from "./reclaim.js";

/** held: somebody uses the page at this moment; locked: mlock; no-room: there is no place for it elsewhere. */
export type Eviction = "gone" | "held" | "locked" | "no-room";

/** Tries to free a frame. */
export function evict(reclaim: Reclaim, frame: number): Eviction {
  const holder = reclaim.residents.holder(frame);
  if (!holder) return "held";
  const mappings = entriesOf(reclaim, holder, frame);
  if (!mappings) return "held";
  if (mappings.some(({ space, address }) => ((space.find(address)?.flags ?? 0) & VM_LOCKED) !== 0))
    return "locked";
  if (holder instanceof FilePages) return evictFile(reclaim, holder, frame, mappings);
  if (holder instanceof SharedPages) return evictShared(reclaim, holder, frame, mappings);
  return evictPrivate(reclaim, frame, mappings);
}

/** All entries for the page; undefined when it has owners besides them, who need it where it is. */
function entriesOf(reclaim: Reclaim, holder: PageHolder, frame: number): Mapping[] | undefined {
  const { residents, frames, swap } = reclaim;
  const isKept = holder.kind !== "private" || swap.entryOf(frame) !== undefined;
  const expected = frames.owners(frame) - (isKept ? 1 : 0);
  const known = residents.mappings(frame);
  if (known.length === expected) return known;
  const all = holder instanceof Relatives ? holder.search(frame) : known;
  return all.length === expected ? all : undefined;
}

/** Whether one of the entries says that the page was written through it. */
function isDirty({ memory }: Reclaim, mappings: readonly Mapping[]): boolean {
  return mappings.some(({ at }) => (memory.read32(at) & PTE.D) !== 0);
}

function evictFile(reclaim: Reclaim, pages: FilePages, frame: number, mappings: Mapping[]): Eviction {
  const index = reclaim.residents.index(frame);
  const wrote = pages.isDirty(index);
  if (!pages.save(index)) return "no-room";
  for (const mapping of mappings) empty(reclaim, mapping, frame);
  pages.giveUp(index);
  report(reclaim, wrote ? "written-back" : "dropped", frame, "file", mappings, undefined, wrote);
  return "gone";
}

function evictShared(reclaim: Reclaim, pages: SharedPages, frame: number, mappings: Mapping[]): Eviction {
  const { swap, residents } = reclaim;
  const entry = reclaim.slot();
  if (entry === undefined) return "no-room";
  swap.write(entry, contents(reclaim, frame));
  for (const mapping of mappings) empty(reclaim, mapping, frame);
  pages.moveOut(residents.index(frame), entry);
  reclaim.frames.release(frame);
  report(reclaim, "swapped-out", frame, "shared", mappings, entry, true);
  return "gone";
}

function evictPrivate(reclaim: Reclaim, frame: number, mappings: Mapping[]): Eviction {
  const { swap, frames } = reclaim;
  const known = swap.entryOf(frame);
  const dirty = isDirty(reclaim, mappings);
  if (frames.holds(frame) === HOLDS.lazyFree && !dirty && known === undefined)
    return drop(reclaim, frame, mappings);
  const entry = known ?? reclaim.slot();
  if (entry === undefined) return "no-room";
  const writes = known === undefined || dirty;
  if (writes) swap.write(entry, contents(reclaim, frame));
  swap.share(entry, mappings.length);
  // With that the share of the cache in frame and slot is this function's; in a new slot it has one already.
  const wasCached = swap.uncache(frame) !== undefined;
  const { low, high } = encodeSwapEntry(entry, mappings.length === 1);
  for (const mapping of mappings) {
    empty(reclaim, mapping, frame);
    mapping.space.resident.swapped++;
    reclaim.memory.write32(mapping.at, low);
    reclaim.memory.write32(mapping.at + 4, high);
  }
  if (wasCached) frames.release(frame);
  swap.release(entry);
  report(reclaim, writes ? "swapped-out" : "dropped", frame, "private", mappings, entry, writes);
  return "gone";
}

/** Its program has said that it may be lost. */
function drop(reclaim: Reclaim, frame: number, mappings: Mapping[]): Eviction {
  for (const mapping of mappings) empty(reclaim, mapping, frame);
  report(reclaim, "dropped", frame, "private", mappings, undefined, false);
  return "gone";
}

function contents({ memory }: Reclaim, frame: number): Uint8Array {
  return memory.readBytes(frame * PAGE_SIZE, PAGE_SIZE);
}

/** An entry leads nowhere from now on. */
function empty({ frames, memory }: Reclaim, { space, at }: Mapping, frame: number): void {
  if ((memory.read32(at) & PTE_SPECIAL) === 0) space.resident.add(frames.holds(frame), -1);
  space.tables.clear(at);
  space.stale = true;
  frames.release(frame);
}

function report(
  { events, watcher }: Reclaim,
  kind: MovementKind,
  frame: number,
  page: PageHolder["kind"],
  mappings: readonly Mapping[],
  entry: SwapEntry | undefined,
  transferred: boolean,
): void {
  if (page === "file") events.pgstealFile++;
  else events.pgstealAnon++;
  if (transferred) events.pgpgout += PAGE_SIZE / 1024;
  if (kind === "swapped-out") events.pswpout++;
  watcher?.moved({ kind, frame, page, mappings, slot: slotOf(entry), transferred });
}
