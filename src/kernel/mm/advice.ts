/**
 * What a program says about how it will use memory: some of it must be obeyed, the rest is noted.
 * Models do_madvise and madvise_vma_behavior (Linux 6.18, mm/madvise.c); errors in their order. Where nothing is mapped within the range
 * the rest is done all the same, and ENOMEM is the answer.
 * Leaves out: reading ahead, hardware poison, guard pages; joining equal pages of programs is noted only.
 */
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/memory-flags.js";
import type { MemoryUser } from "./accounts.js";
import type { AddressSpace } from "./address-space.js";
import { collapse } from "./collapse.js";
import { HOLDS } from "./frames.js";
import { splitAtEnds } from "./huge-pages.js";
import { isHugeTlb } from "./huge-tlb.js";
import { HUGE_PAGE, PTE_SPECIAL } from "./page-tables.js";
import { fetch } from "./populate.js";
import { isAgainstSeal } from "./seal.js";
import { pageUp, wrapsAround } from "./user-addresses.js";
import type { Vma } from "./vma.js";
import * as VM from "./vma-flags.js";
import { zapSwapped } from "./zap.js";

/** A stretch of one mapping to be treated. */
interface Stretch {
  readonly vma: Vma;
  readonly start: number;
  readonly end: number;
}

type Treatment = (space: AddressSpace, stretch: Stretch, user: MemoryUser) => number;

/** Sets and clears bits of the mapping. */
const bits =
  (set: number, clear: number, refuses: (vma: Vma) => boolean = () => false): Treatment =>
  (space, { vma, start, end }) => {
    if (refuses(vma)) return E.EINVAL;
    return space.changeFlags(vma, start, end, (vma.flags & ~clear) | set) ? 0 : E.ENOMEM;
  };

const nothing: Treatment = () => 0;
const isSpecial = ({ flags }: Vma): boolean => (flags & VM.VM_SPECIAL) !== 0;
const isDevice = ({ flags }: Vma): boolean => (flags & VM.VM_IO) !== 0;
const isShared = (vma: Vma): boolean => vma.file !== undefined || vma.isShared;
/** Pages that must stay, or are no pages of programs. */
const isFixed = ({ flags }: Vma): boolean => (flags & (VM.VM_LOCKED | VM.VM_PFNMAP | VM.VM_HUGETLB)) !== 0;

const TREATMENTS: Readonly<Record<number, Treatment>> = {
  [FLAGS.MADV_NORMAL]: bits(0, VM.VM_RAND_READ | VM.VM_SEQ_READ),
  [FLAGS.MADV_RANDOM]: bits(VM.VM_RAND_READ, VM.VM_SEQ_READ),
  [FLAGS.MADV_SEQUENTIAL]: bits(VM.VM_SEQ_READ, VM.VM_RAND_READ),
  [FLAGS.MADV_WILLNEED]: nothing,
  [FLAGS.MADV_DONTNEED]: (space, { vma, start, end }) => {
    if ((vma.flags & (VM.VM_LOCKED | VM.VM_PFNMAP)) !== 0) return E.EINVAL;
    return discard(space, vma, start, end);
  },
  [FLAGS.MADV_DONTNEED_LOCKED]: (space, { vma, start, end }) =>
    (vma.flags & VM.VM_PFNMAP) !== 0 ? E.EINVAL : discard(space, vma, start, end),
  [FLAGS.MADV_FREE]: (space, stretch) => {
    if (!stretch.vma.isAnonymous || isFixed(stretch.vma)) return E.EINVAL;
    return markFree(space, stretch);
  },
  [FLAGS.MADV_REMOVE]: remove,
  [FLAGS.MADV_COLD]: (space, stretch) => (isFixed(stretch.vma) ? E.EINVAL : markOld(space, stretch)),
  [FLAGS.MADV_PAGEOUT]: (space, stretch) => (isFixed(stretch.vma) ? E.EINVAL : pageOut(space, stretch)),
  [FLAGS.MADV_DONTFORK]: bits(VM.VM_DONTCOPY, 0),
  [FLAGS.MADV_DOFORK]: bits(0, VM.VM_DONTCOPY, isDevice),
  [FLAGS.MADV_WIPEONFORK]: bits(VM.VM_WIPEONFORK, 0, isShared),
  [FLAGS.MADV_KEEPONFORK]: bits(0, VM.VM_WIPEONFORK),
  [FLAGS.MADV_DONTDUMP]: bits(VM.VM_DONTDUMP, 0),
  [FLAGS.MADV_DODUMP]: bits(0, VM.VM_DONTDUMP, (vma) => isSpecial(vma) && !(vma.flags & VM.VM_HUGETLB)),
  [FLAGS.MADV_HUGEPAGE]: bits(VM.VM_HUGEPAGE, VM.VM_NOHUGEPAGE),
  [FLAGS.MADV_COLLAPSE]: (space, { vma, start, end }) => collapse(space, vma, start, end),
  [FLAGS.MADV_NOHUGEPAGE]: bits(VM.VM_NOHUGEPAGE, VM.VM_HUGEPAGE),
};

/** 0 or an errno. */
export function madvise(
  space: AddressSpace,
  address: number,
  length: number,
  advice: number,
  user: MemoryUser,
): number {
  const populates = advice === FLAGS.MADV_POPULATE_READ || advice === FLAGS.MADV_POPULATE_WRITE;
  const treatment = TREATMENTS[advice];
  if (!treatment && !populates) return E.EINVAL;
  const end = address + pageUp(length);
  if (address % PAGE_SIZE !== 0 || wrapsAround(address, end)) return E.EINVAL;
  if (end === address) return 0;
  if (!treatment) return fetchAll(space, address, end, advice === FLAGS.MADV_POPULATE_WRITE, user);
  let result = 0;
  let reached = address;
  while (reached < end) {
    const vma = space.list.firstAbove(reached);
    if (!vma || vma.start >= end) return E.ENOMEM;
    if (vma.start > reached) result = E.ENOMEM;
    const stretch = { vma, start: Math.max(vma.start, reached), end: Math.min(vma.end, end) };
    if (isAgainstSeal(vma, advice)) return E.EPERM;
    const failure = treatment(space, stretch, user);
    if (failure < 0) return failure;
    reached = stretch.end;
  }
  return result;
}

function discard(space: AddressSpace, vma: Vma, start: number, end: number): number {
  if (!isHugeTlb(vma)) space.discard(start, end);
  else if (start % HUGE_PAGE !== 0) return E.EINVAL;
  else space.discard(start, end - (end % HUGE_PAGE));
  return 0;
}

/** Pages that may be lost, until they are written again: they count as clean. */
function markFree(space: AddressSpace, { start, end }: Stretch): number {
  const { tables, frames, system } = space;
  space.stale = true;
  splitAtEnds(space, start, end);
  tables.forEachUsed(start, end, (_address, at, level) => {
    const entry = tables.read(at);
    if (!entry) zapSwapped(space, at);
    if (!entry || (entry.flags & PTE_SPECIAL) !== 0) return;
    if (frames.owners(entry.frame) === 2) system?.reclaim.forgetCopy(entry.frame);
    if (frames.owners(entry.frame) !== 1) return;
    tables.write(at, entry.frame, entry.flags & ~(PTE.D | PTE.A));
    for (let n = 0; n < (level === 2 ? 512 : 1); n++) frames.setHolds(entry.frame + n, HOLDS.lazyFree);
  });
  return 0;
}

/** Pages look as if nobody had touched them for long. */
function markOld(space: AddressSpace, { start, end }: Stretch): number {
  const { tables } = space;
  space.stale = true;
  tables.forEach(start, end, (_address, at) => {
    const entry = tables.read(at);
    if (entry) tables.write(at, entry.frame, entry.flags & ~PTE.A);
  });
  return 0;
}

/** Pages leave memory now, as far as they can and nobody else uses them. */
function pageOut(space: AddressSpace, { start, end }: Stretch): number {
  const { tables, frames, system } = space;
  splitAtEnds(space, start, end);
  const found: number[] = [];
  tables.forEach(start, end, (_address, at, level) => {
    const entry = tables.read(at);
    if (entry && level === 1 && (entry.flags & PTE_SPECIAL) === 0) found.push(entry.frame);
  });
  for (const frame of found) if (frames.owners(frame) > 0) system?.reclaim.giveUp(frame);
  return 0;
}

/** Makes a hole in what the mapping shares. */
function remove(space: AddressSpace, { vma, start, end }: Stretch): number {
  if ((vma.flags & VM.VM_LOCKED) !== 0 || vma.isAnonymous) return E.EINVAL;
  const wanted = VM.VM_SHARED | VM.VM_MAYWRITE;
  if ((vma.flags & wanted) !== wanted) return E.EACCES;
  const [first, last] = [vma.offsetOf(start), vma.offsetOf(end)];
  if (vma.file) return vma.file.punch?.(first, last) ?? E.EOPNOTSUPP;
  space.discard(start, end);
  vma.shared!.empty(space, first / PAGE_SIZE, last / PAGE_SIZE);
  return 0;
}

/** What cannot be had: nothing mapped ENOMEM, no right EINVAL, a hole behind a file's end EFAULT. */
function fetchAll(space: AddressSpace, start: number, end: number, write: boolean, user: MemoryUser): number {
  for (let at = start; at < end; ) {
    const vma = space.find(at);
    if (!vma) return E.ENOMEM;
    if ((vma.flags & (VM.VM_IO | VM.VM_PFNMAP)) !== 0) return E.EINVAL;
    const needed = write ? VM.VM_WRITE : VM.VM_READ;
    if ((vma.flags & needed) === 0) return E.EINVAL;
    const last = Math.min(end, vma.end);
    const outcome = fetch(space, at, last, write, user);
    if (outcome) return outcome.kind === "no-memory" ? E.ENOMEM : E.EFAULT;
    at = last;
  }
  return 0;
}
