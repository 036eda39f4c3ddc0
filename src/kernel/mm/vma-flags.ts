/**
 * What may be done with a mapping, and what was said about it: the bits of `vm_flags`, which programs see in
 * /proc/PID/smaps (VmFlags). Source: Linux 6.18, include/linux/mm.h and show_smap_vma_flags in fs/proc/task_mmu.c.
 * Leaves out: bits of things that this kernel does not have (userfaultfd, shadow stacks, protection keys).
 *
 *     0 read · 1 write · 2 exec · 3 shared     4…7 whether mprotect may grant each of them
 */
import * as FLAGS from "../abi/memory-flags.js";

export const VM_READ = 0x1;
export const VM_WRITE = 0x2;
export const VM_EXEC = 0x4;
export const VM_SHARED = 0x8;
export const VM_MAYREAD = 0x10;
export const VM_MAYWRITE = 0x20;
export const VM_MAYEXEC = 0x40;
export const VM_MAYSHARE = 0x80;
/** A stack: grows downwards when the page below is touched. */
export const VM_GROWSDOWN = 0x100;
export const VM_PFNMAP = 0x400;
export const VM_LOCKED = 0x2000;
export const VM_IO = 0x4000;
export const VM_SEQ_READ = 0x8000;
export const VM_RAND_READ = 0x10000;
/** MADV_DONTFORK: a child does not get it. */
export const VM_DONTCOPY = 0x20000;
export const VM_DONTEXPAND = 0x40000;
/** mlock2: pages are locked when they are touched. */
export const VM_LOCKONFAULT = 0x80000;
/** Its pages count as promised memory. */
export const VM_ACCOUNT = 0x100000;
export const VM_NORESERVE = 0x200000;
export const VM_HUGETLB = 0x400000;
/** MADV_WIPEONFORK: a child finds zeros. */
export const VM_WIPEONFORK = 0x2000000;
export const VM_DONTDUMP = 0x4000000;
/** Nothing of it was there when /proc/PID/clear_refs was last told to forget. */
export const VM_SOFTDIRTY = 0x8000000;
export const VM_HUGEPAGE = 0x20000000;
export const VM_NOHUGEPAGE = 0x40000000;
/** mseal: nothing of it can be changed any more. On Linux this is bit 42. */
export const VM_SEALED = 1 << 31;

export const VM_ACCESS_FLAGS = VM_READ | VM_WRITE | VM_EXEC;
export const VM_LOCKED_MASK = VM_LOCKED | VM_LOCKONFAULT;
/** What mprotect may grant to memory without a file. */
export const VM_MAY_ANY = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
/** Never joined with a neighbour, never locked. */
export const VM_SPECIAL = VM_IO | VM_DONTEXPAND | VM_PFNMAP;

/** In the order of the bits, as smaps names them. */
const MNEMONICS: readonly (readonly [flag: number, letters: string])[] = [
  [VM_READ, "rd"],
  [VM_WRITE, "wr"],
  [VM_EXEC, "ex"],
  [VM_SHARED, "sh"],
  [VM_MAYREAD, "mr"],
  [VM_MAYWRITE, "mw"],
  [VM_MAYEXEC, "me"],
  [VM_MAYSHARE, "ms"],
  [VM_GROWSDOWN, "gd"],
  [VM_PFNMAP, "pf"],
  [VM_LOCKED, "lo"],
  [VM_IO, "io"],
  [VM_SEQ_READ, "sr"],
  [VM_RAND_READ, "rr"],
  [VM_DONTCOPY, "dc"],
  [VM_DONTEXPAND, "de"],
  [VM_LOCKONFAULT, "lf"],
  [VM_ACCOUNT, "ac"],
  [VM_NORESERVE, "nr"],
  [VM_HUGETLB, "ht"],
  [VM_WIPEONFORK, "wf"],
  [VM_DONTDUMP, "dd"],
  [VM_SOFTDIRTY, "sd"],
  [VM_HUGEPAGE, "hg"],
  [VM_NOHUGEPAGE, "nh"],
  [VM_SEALED, "sl"],
];

/** "rd wr mr mw me ac " as in smaps. */
export function mnemonics(flags: number): string {
  return MNEMONICS.map(([flag, letters]) => ((flags & flag) !== 0 ? `${letters} ` : "")).join("");
}

/** The rights of PROT_*, whose numbers are the same. */
export function rightsOf(protection: number): number {
  return protection & VM_ACCESS_FLAGS;
}

/** Private and possibly written: what is written to it is copied first. */
export function isCopyOnWrite(flags: number): boolean {
  return (flags & (VM_SHARED | VM_MAYWRITE)) === VM_MAYWRITE;
}

/** Counts as data of the process (RLIMIT_DATA, VmData). */
export function isData(flags: number): boolean {
  return (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) === VM_WRITE;
}

/** The bits that mmap's own flags become. */
export function flagsOfMap(bits: number): number {
  return (
    ((bits & FLAGS.MAP_GROWSDOWN) !== 0 ? VM_GROWSDOWN : 0) |
    ((bits & FLAGS.MAP_LOCKED) !== 0 ? VM_LOCKED : 0) |
    // Stacks of threads are small: huge pages would waste them.
    ((bits & FLAGS.MAP_STACK) !== 0 ? VM_NOHUGEPAGE : 0)
  );
}
