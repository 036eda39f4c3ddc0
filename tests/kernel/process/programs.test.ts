/** C programs about processes and threads print the same on the real kernel and on ours. */
import { describe } from "vitest";
import { hasCompiler } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

describe.skipIf(!hasCompiler)("on both kernels the same comes of", { timeout: 120_000 }, () => {
  compareProgram(import.meta.dirname, "threads.c", ["-pthread"]);
  compareProgram(import.meta.dirname, "proc-threads.c", ["-pthread"]);
  compareProgram(import.meta.dirname, "sharing.c", ["-pthread"]);
  compareProgram(import.meta.dirname, "proc-syscall.c");
  compareProgram(import.meta.dirname, "children.c");
  compareProgram(import.meta.dirname, "capabilities.c");
  compareProgram(import.meta.dirname, "futexes.c");
  compareProgram(import.meta.dirname, "inheriting-locks.c", ["-pthread"]);
  compareProgram(import.meta.dirname, "limits.c");
  compareProgram(import.meta.dirname, "jobs.c");
  compareProgram(import.meta.dirname, "pidfds.c", ["-pthread"]);
});
