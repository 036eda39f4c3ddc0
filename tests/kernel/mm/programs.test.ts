/** C programs about memory print the same on the real kernel and on ours. */
import { describe } from "vitest";
import { hasCompiler } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

const PROGRAMS = [
  ...["files.c", "vmas.c", "mmap-errors.c", "mremap.c", "madvise.c", "mlock.c", "stack.c", "faults.c"],
  ...["smaps.c", "pagemap.c", "proc-self.c", "thp.c", "transfer.c", "memfd.c", "heap.c"],
];
/** These change settings of the machine, and put them back. */
const FOR_ROOT = ["hugetlb.c"];

describe.skipIf(!hasCompiler)("on both kernels the same comes of", { timeout: 120_000 }, () => {
  for (const program of PROGRAMS) compareProgram(import.meta.dirname, program);
  for (const program of ["oom-adjust.c", "swap-errors.c"]) compareProgram(import.meta.dirname, program);
  compareProgram(import.meta.dirname, "overcommit.c", [], { ram: 2 ** 31 });
});

describe.skipIf(!hasCompiler || process.getuid?.() !== 0)(
  "for user 0 the same comes on both kernels of",
  { timeout: 120_000 },
  () => {
    for (const program of FOR_ROOT) compareProgram(import.meta.dirname, program);
  },
);
