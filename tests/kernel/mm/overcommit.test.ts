/**
 * Promises of memory under the strict rule. On a real machine this would concern everybody; so the program reckons with the formula of
 * Linux (__vm_enough_memory, Documentation/mm/overcommit-accounting.rst) where the limit must be, and tries it to the page.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

const AT_THE_LIMIT = ["one more than there is room for: 1", "as much: 1"];

describe.skipIf(!hasCompiler)("with overcommit_memory 1 and 2", () => {
  it("anything is promised, or nothing beyond the limit", { timeout: 60_000 }, () => {
    const { stdout, status } = withFolder((folder) => {
      const path = join(folder, "program");
      const source = join(import.meta.dirname, "programs", "strict.c");
      execFileSync("gcc", ["-O1", "-w", "-static", "-o", path, source]);
      return runGuest({
        ...{ files: { "/bin/program": readFileSync(path) }, path: "/bin/program", argv: ["program"] },
        ...{ ram: 64 << 20, maxSteps: 100_000_000, kernel: { swap: 32 << 20 } },
      });
    });
    expect(stdout.split("\n")).toEqual([
      ...["overcommit_memory = 3: EINVAL", "overcommit_memory = -1: EINVAL", "overcommit_memory = 1: ok"],
      "4 TiB: 1",
      "overcommit_memory = 2: ok",
      ...["half of memory, and all of swap: 1", ...AT_THE_LIMIT],
      ...["overcommit_ratio = 80: ok", "four fifths: 1", ...AT_THE_LIMIT],
      ...["overcommit_kbytes = 20000: ok", "kbytes: 20000, ratio 0", ...AT_THE_LIMIT],
      ...["overcommit_ratio = 50: ok", "kbytes 0"],
      "mmap(0, 2 * bytes, 3, ANON | MAP_NORESERVE, -1, 0) = -1 ENOMEM",
      "mmap(0, 2 * bytes, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) = -1 ENOMEM",
      "mmap(0, 2 * bytes, 1, ANON, -1, 0) = ok ",
      "brk((char *)sbrk(0) + 2 * bytes) = -1 ENOMEM",
      "five eighths: 1",
      "fork with as much again: 1 ENOMEM",
      "mremap(most, bytes / 8 * 5, bytes / 8 * 9, MREMAP_MAYMOVE) = -1 ENOMEM",
      "munmap(most, bytes / 8 * 5) = ok ",
      ...AT_THE_LIMIT,
      "",
    ]);
    expect(status).toBe(0);
  });
});
