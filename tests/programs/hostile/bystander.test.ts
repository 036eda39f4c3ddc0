/**
 * Programs that mean no good, each beside a bystander that must go on and finish right. What Linux survives by its limits is
 * compared with the real kernel line by line; what takes all memory runs here alone. Garbage programs and scripts are in
 * `tests/kernel/exec/elf-fuzz.test.ts`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasCompiler, withFolder } from "../../kernel/abi/native.js";
import { compareProgram } from "../../kernel/compare-program.js";
import { runGuest } from "../run-guest.js";

const here = import.meta.dirname;

describe.skipIf(!hasCompiler)(
  "beside a bystander, on both kernels the same comes of",
  { timeout: 120_000 },
  () => {
    compareProgram(here, "fork-bombs.c");
    compareProgram(here, "threads.c", ["-pthread"]);
    compareProgram(here, "descriptors.c");
    compareProgram(here, "storms.c", ["-pthread"]);
    compareProgram(here, "nests.c");
    compareProgram(here, "pipes.c");
  },
);

/** What each way to ask for it comes to: refused by the overcommit rule, killed for it, or given the page of zeros. */
const MEMORY = `asked for at once
  ENOMEM
  exit 0
asked for without reserve
  killed by 9
asked for with all pages
  killed by 9
shared
  killed by 9
only read
  read alone: 0
  exit 0
by ten processes
  ten have ended
  exit 0
the bystander's work is right
nothing is left
`;

describe.skipIf(!hasCompiler)("beside a bystander", { timeout: 120_000 }, () => {
  it("who touches 2 GiB where there are 64 MiB is refused or killed, and nobody else is", () =>
    withFolder((folder) => {
      const program = join(folder, "memory");
      execFileSync("gcc", ["-O1", "-w", "-static", "-o", program, join(here, "programs", "memory.c")]);
      const { stdout, status } = runGuest({
        files: { "/bin/memory": readFileSync(program) },
        path: "/bin/memory",
        argv: ["memory", "2048"],
        ram: 64 << 20,
        maxSteps: 4_000_000_000,
      });
      expect({ stdout, status }).toEqual({ stdout: MEMORY, status: 0 });
    }));
});
