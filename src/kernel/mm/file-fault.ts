/**
 * The first touch of a page of a file, or of memory that processes share. Reading maps what is in memory around it, too.
 * Models do_read_fault, do_cow_fault, do_shared_fault and do_fault_around (Linux mm/memory.c, mm/filemap.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { AddressSpace } from "./address-space.js";
import { enter, prepareAnon, READ_ONCE, WRITTEN } from "./anonymous-fault.js";
import { entryFlags } from "./entry-flags.js";
import type { FilePages } from "./file-pages.js";
import { HOLDS, type Holds } from "./frames.js";
import type { FaultOutcome } from "./page-fault.js";
import { HUGE_PAGE, PTE_SPECIAL } from "./page-tables.js";
import type { SharedPages } from "./shared-pages.js";
import type { MappedFile, Vma } from "./vma.js";
import { VM_PFNMAP } from "./vma-flags.js";
import { copyFrame } from "./write-fault.js";

/** A page that a parent and its children share, or several mappings of one descriptor without a file. */
export function fillShared(
  space: AddressSpace,
  vma: Vma,
  shared: SharedPages,
  page: number,
  write: boolean,
): FaultOutcome {
  const { frames } = space;
  if (vma.offsetOf(page) >= shared.size)
    return { kind: "bus-error", reason: "the shared memory ends before this page" };
  const index = vma.offsetOf(page) / PAGE_SIZE;
  const known = shared.present(index);
  const slot = shared.slot(index);
  const frame = known ?? shared.bringIn(index, space);
  if (frame === undefined) return { kind: "no-memory" };
  if (write) shared.dirty.add(index);
  frames.share(frame);
  const outcome = enter(space, page, frame, entryFlags(vma, true) | touched(write), HOLDS.shared);
  if (!write && known !== undefined)
    mapAround(space, vma, page, HOLDS.shared, true, (other) => shared.present(other));
  if (slot === undefined || outcome.kind !== "filled") return outcome;
  space.system?.reclaim.cameBack("swapped-in", frame, "shared", [{ space, address: page }], slot);
  return { kind: "filled", major: true };
}

const touched = (write: boolean): number => (write ? WRITTEN : READ_ONCE);

/** A page of a file: shared by all, or until this process writes to it; what is written at once is copied at once. */
export function fillFromFile(
  space: AddressSpace,
  vma: Vma,
  file: MappedFile,
  page: number,
  write: boolean,
): FaultOutcome {
  if (vma.offsetOf(page) >= file.size)
    return { kind: "bus-error", reason: `the file ${space.nameOf(vma)} ends before this page` };
  if (!file.writeBack || !space.cache) return fillAlone(space, vma, file, page, write);
  const pages = space.cache.of(file);
  const index = vma.offsetOf(page) / PAGE_SIZE;
  const major = !pages.isReady(index);
  const cached = pages.frame(index);
  if (cached === undefined) return { kind: "no-memory" };
  const outcome =
    write && !vma.storesToFile
      ? copyAtOnce(space, vma, page, cached)
      : mapCached(space, vma, file, pages, page, cached, write);
  return outcome.kind === "filled" || outcome.kind === "copied" ? { ...outcome, major } : outcome;
}

/** Files that are no part of the tree: each mapping has pages of its own. */
function fillAlone(
  space: AddressSpace,
  vma: Vma,
  file: MappedFile,
  page: number,
  write: boolean,
): FaultOutcome {
  const { frames, memory } = space;
  const frame = frames.allocate();
  if (frame === undefined) return { kind: "no-memory" };
  if (write) prepareAnon(space, vma);
  const holds = vma.isShared || !write ? HOLDS.file : HOLDS.anonymous;
  frames.setHolds(frame, holds);
  memory.writeBytes(frame * PAGE_SIZE, file.readAt(vma.offsetOf(page), PAGE_SIZE));
  return enter(space, page, frame, entryFlags(vma, write) | touched(write), holds);
}

function mapCached(
  space: AddressSpace,
  vma: Vma,
  file: MappedFile,
  pages: FilePages,
  page: number,
  cached: number,
  write: boolean,
): FaultOutcome {
  const { frames } = space;
  frames.share(cached);
  // Pages that the kernel lends are no memory of the program.
  if ((vma.flags & VM_PFNMAP) !== 0)
    return enter(space, page, cached, entryFlags(vma, false) | READ_ONCE | PTE_SPECIAL);
  const holds = file.isMemory ? HOLDS.shared : HOLDS.file;
  if (write) pages.mayBeStored(vma.offsetOf(page) / PAGE_SIZE);
  // Of a file on a disk the first write must be noticed, of one in memory not.
  const writable = write || (vma.storesToFile && file.isMemory === true);
  const outcome = enter(space, page, cached, entryFlags(vma, writable) | touched(write), holds);
  if (!write) mapAround(space, vma, page, holds, writable, (other) => pages.readyFrame(other));
  return outcome;
}

function copyAtOnce(space: AddressSpace, vma: Vma, page: number, cached: number): FaultOutcome {
  const { frames } = space;
  prepareAnon(space, vma);
  // The cache must not give the page back while a frame for the copy is looked for.
  frames.share(cached);
  const copy = copyFrame(space, cached);
  frames.release(cached);
  if (copy === undefined) return { kind: "no-memory" };
  const entered = enter(space, page, copy, entryFlags(vma, true) | WRITTEN, HOLDS.anonymous);
  return entered.kind === "filled" ? { kind: "copied" } : entered;
}

/** Maps the neighbours of a page that are in memory and not mapped yet, within an aligned window, one table and the mapping. */
function mapAround(
  space: AddressSpace,
  vma: Vma,
  page: number,
  holds: Holds,
  writable: boolean,
  frameOf: (index: number) => number | undefined,
): void {
  const window = (space.system?.faultAround ?? 1) * PAGE_SIZE;
  const tableStart = page - (page % HUGE_PAGE);
  const first = Math.max(page - (page % window), vma.start, tableStart);
  const end = Math.min(first + window, vma.end, tableStart + HUGE_PAGE);
  const flags = entryFlags(vma, writable) | READ_ONCE;
  for (let other = first; other < end; other += PAGE_SIZE) {
    const at = space.tables.find(other);
    if (at === 0) return;
    if (space.memory.read64(at) !== 0n) continue;
    const frame = frameOf(vma.offsetOf(other) / PAGE_SIZE);
    if (frame === undefined) continue;
    space.frames.share(frame);
    space.tables.write(at, frame, flags);
    space.resident.add(holds);
  }
}
