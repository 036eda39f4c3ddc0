import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../../../src/kernel/abi/memory-flags.js";
import { examineElf } from "../../../src/kernel/exec/elf-examination.js";
import { isPositionIndependent, type LoadPlan, planLoad } from "../../../src/kernel/exec/elf-load-plan.js";
import { refused } from "../../../src/kernel/exec/refusal.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";
import { BytesFile } from "./tiny-elf.js";

/** Prints its own /proc/self/maps before anything else could have changed them. */
const SOURCE = `
  #include <sys/syscall.h>
  static long call(long n, long a, long b, long c) {
    long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory"); return r; }
  int data[3000] = {1}; int zeros[70000]; const int constants[2000] = {2};
  void begin(void) {
    static char maps[1 << 16];
    long fd = call(SYS_open, (long)"/proc/self/maps", 0, 0), n;
    while ((n = call(SYS_read, fd, (long)maps, sizeof maps)) > 0) call(SYS_write, 1, (long)maps, n);
    call(SYS_exit, data[0] + zeros[5] + constants[9] - 1, 0, 0);
  }
  __asm__(".globl _start\\n_start: and $-16, %rsp\\n call begin");`;

/** Address ranges with their rights, neighbours of equal rights joined. */
type Ranges = readonly string[];

function realRanges(program: string): Ranges {
  const lines = execFileSync(program, { encoding: "latin1" }).trim().split("\n");
  const parsed = lines.map((line) => /^(\w+)-(\w+) (...)\S* \S+ \S+ \S+\s*(.*)$/.exec(line)?.slice(1) ?? []);
  const own = parsed.filter(([, , , name = ""]) => name === program || name === "");
  return join(own.map(([start = "", end = "", rights = ""]) => [parse(start), parse(end), rights]));
}

function parse(hex: string): number {
  return Number.parseInt(hex, 16);
}

function planned(plan: LoadPlan): Ranges {
  const rights = (protection: number): string =>
    `${protection & PROT_READ ? "r" : "-"}${protection & PROT_WRITE ? "w" : "-"}${protection & PROT_EXEC ? "x" : "-"}`;
  const pieces = plan.segments.flatMap(({ mapping, anonymous }) => [mapping ?? [], anonymous ?? []].flat());
  return join(
    pieces.map(({ address, length, protection }) => [address, address + length, rights(protection)]),
  );
}

function join(ranges: readonly (readonly [start: number, end: number, rights: string])[]): Ranges {
  const joined: [number, number, string][] = [];
  for (const [start, end, rights] of ranges) {
    const last = joined.at(-1);
    if (last && last[1] === start && last[2] === rights) last[1] = end;
    else joined.push([start, end, rights]);
  }
  return joined.map(([start, end, rights]) => `${start.toString(16)}-${end.toString(16)} ${rights}`);
}

describe.skipIf(!hasCompiler)("the plan of a program that gcc made", () => {
  it.each([
    ["for a fixed address", ["-static", "-no-pie"]],
    [
      "for a fixed address, with code and data in the same pages",
      ["-static", "-no-pie", "-Wl,-z,noseparate-code"],
    ],
    [
      "for a fixed address, with one writable segment",
      ["-static", "-no-pie", "-Wl,-N", "-Wl,--no-warn-rwx-segments"],
    ],
    ["for any address", ["-static-pie", "-fPIE"]],
  ])("is what Linux maps: %s", (_, options) => {
    withFolder((folder) => {
      const program = compileIn(folder, SOURCE, [
        "-nostartfiles",
        "-nostdlib",
        "-fno-stack-protector",
        ...options,
      ]);
      const ranges = realRanges(program);
      const elf = examineElf(new BytesFile(readFileSync(program)), () => E.ENOENT);
      if (refused(elf)) throw new Error(elf.message);
      const first = parse(ranges[0]?.split("-")[0] ?? "0");
      const plan = planLoad(elf, isPositionIndependent(elf) ? first : 0);
      if (refused(plan)) throw new Error(plan.message);
      expect(planned(plan)).toEqual(ranges);
    });
  });
});
