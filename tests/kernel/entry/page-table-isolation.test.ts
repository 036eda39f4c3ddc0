/** Two roots for each address space: programs notice nothing, and of the kernel their root has only the way in. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel } from "../../../src/kernel/kernel.js";
import { directMap, ENTRY_AREA, KERNEL_TEXT } from "../../../src/kernel/layout.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { Machine } from "../../../src/machine/machine.js";
import { type PagingMode, walk } from "../../../src/machine/memory/page-table.js";
import { PAGE_SIZE } from "../../../src/machine/memory/physical-memory.js";
import { READ } from "../../../src/machine/memory/tlb.js";
import { addStandard, runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";
import { compareProgram } from "../compare-program.js";

const KERNELS = join(import.meta.dirname, "..");
const PROGRAMS: readonly (readonly [folder: string, name: string])[] = [
  ...(["queued.c", "timers.c"] as const).map((name) => ["signals", name] as const),
  ...(["children.c", "threads.c", "futexes.c", "limits.c"] as const).map(
    (name) => ["process", name] as const,
  ),
  ...(["vmas.c", "faults.c", "stack.c", "thp.c", "files.c"] as const).map((name) => ["mm", name] as const),
];

const PROGRAM = `
  #include <signal.h>
  #include <stdio.h>
  #include <sys/syscall.h>
  #include <sys/wait.h>
  #include <unistd.h>
  static volatile int handled;
  static void handler(int number) { handled++; }
  int main(int argc, char **argv) {
    if (argc > 1) { puts("executed"); return 7; }
    signal(SIGALRM, handler);
    alarm(1);
    kill(getpid(), SIGALRM);
    for (int n = 0; n < 100; n++) {
      int status;
      if (!fork()) { if (n == 50) execl("/bin/program", "program", "again", NULL); _exit(n); }
      wait(&status);
    }
    int pid;
    __asm__ volatile("int $0x80" : "=a"(pid) : "a"(20));
    printf("%d %d\\n", handled, pid == getpid());
    for (volatile long n = 0; n < 3000000; n++);
    return 0;
  }`;

describe.skipIf(!hasCompiler)("with two roots", () => {
  const program = withFolder((folder) => {
    execFileSync("gcc", ["-O1", "-w", "-static", "-x", "c", "-o", join(folder, "program"), "-"], {
      input: PROGRAM,
    });
    return readFileSync(join(folder, "program"));
  });

  it.each([
    ["the evaluator", { engine: "evaluator", pcid: false }],
    ["the translator", { engine: "auto", pcid: false }],
    ["the evaluator and PCIDs", { engine: "evaluator", pcid: true }],
    ["the translator and PCIDs", { engine: "auto", pcid: true }],
  ] as const)("a program goes through all doors with %s", (_, { engine, pcid }) => {
    const result = runGuest({
      files: { "/bin/program": program },
      path: "/bin/program",
      argv: ["program"],
      engine,
      kernel: { pti: true, pcid },
    });
    expect(result).toMatchObject({ stdout: "executed\n1 1\n", status: 0 });
  });

  /** Runs the program in slices and looks at the machine after each. */
  function watch(pcid: boolean, look: (kernel: Kernel) => void): void {
    const files = new FileSystem();
    addStandard(files);
    files.putFile("/bin/program", program, 0o755);
    const machine = Machine.create({ ram: 64 << 20 });
    const observer = { called: () => look(kernel) };
    const kernel = Kernel.boot(machine, { files, pti: true, pcid, observer });
    const options = { path: "/bin/program", argv: ["program"], environment: [], cwd: "/" };
    expect(spawn(kernel, options).ok).toBe(true);
    for (let reason = "limit"; reason === "limit"; look(kernel))
      ({ reason } = kernel.run(machine.cpu.time + 997));
  }

  /** Whether ring 0 could read a byte under a root. */
  function isMapped(kernel: Kernel, root: number, address: bigint): boolean {
    const mode: PagingMode = {
      ...{ enabled: true, levels: 4, root: root * PAGE_SIZE, writeProtect: true },
      ...{ noExecute: true, smep: false, smap: false },
    };
    const [lo, hi] = [Number(address & 0xffffffffn) | 0, Number(address >> 32n) | 0];
    return walk(kernel.machine.memory, mode, lo, hi, READ, false, true, false).error < 0;
  }

  it.each([false, true])(
    "the program runs on its own root and the kernel on the other (PCIDs: %s)",
    (pcid) => {
      const seen = new Set<string>();
      watch(pcid, (kernel) => {
        const { cpl, cr3, general } = {
          ...kernel.machine.cpu.system,
          general: kernel.machine.cpu.state.general,
        };
        const isProgramRoot = (cr3 & 0x1000n) !== 0n;
        if (cpl === 3) expect(isProgramRoot).toBe(true);
        if (pcid && cr3 % 0x800n !== 0n) expect((cr3 & 0x800n) !== 0n).toBe(isProgramRoot);
        // In ring 0 on a stack of the direct map the kernel's own root is loaded already, or still.
        if (cpl === 0 && general[4]! >= directMap(0) && general[4]! < directMap(64 << 20))
          seen.add(`kernel ${isProgramRoot}`);
        seen.add(`ring ${cpl} ${isProgramRoot}`);
      });
      expect(seen).toContain("ring 3 true");
      expect(seen).toContain("kernel false");
    },
  );

  it("has of the kernel in the program's root the stubs and the tables of the processor, and nothing else", () => {
    let looked = 0;
    watch(false, (kernel) => {
      const space = kernel.current?.space;
      const root = space?.tables.programRoot;
      if (!space || space.users === 0 || root === undefined || looked++ > 300) return;
      const { memory } = kernel.machine;
      const entry = (frame: number, n: number) => memory.read64(frame * PAGE_SIZE + n * 8) & ~(1n << 63n);
      for (let n = 0; n < 256; n++)
        expect(entry(root, n) & ~0x20n).toBe(entry(space.tables.root, n) & ~0x20n);
      const above = Array.from({ length: 256 }, (_, n) => 256 + n).filter((n) => entry(root, n) !== 0n);
      expect(above).toEqual([508, 511]);
      for (const address of [KERNEL_TEXT, ...Object.values(ENTRY_AREA)])
        expect(isMapped(kernel, root, address)).toBe(true);
      for (const address of [
        directMap(0),
        directMap(space.tables.root * PAGE_SIZE),
        KERNEL_TEXT + 0x200000n,
      ]) {
        expect(isMapped(kernel, root, address)).toBe(false);
      }
      expect(isMapped(kernel, space.tables.root, directMap(0))).toBe(true);
    });
    expect(looked).toBeGreaterThan(100);
  });

  it("costs two writes of CR3 a crossing, which shows in instructions and in time", () => {
    const run = (pti: boolean) =>
      runGuest({
        files: { "/bin/program": program },
        path: "/bin/program",
        argv: ["program"],
        kernel: { pti },
      }).kernel.machine;
    const [without, isolated] = [run(false), run(true)];
    expect(isolated.cpu.time).toBeGreaterThan(without.cpu.time);
    expect(isolated.cpu.mmu.tlb.misses).toBeGreaterThan(without.cpu.mmu.tlb.misses);
    expect(isolated.clock.now - without.clock.now).toBeGreaterThan(isolated.cpu.time - without.cpu.time);
  });
});

describe.skipIf(!hasCompiler)(
  "with two roots the same comes as on a real kernel of",
  { timeout: 120_000 },
  () => {
    // Every other one with PCIDs.
    for (const [n, [folder, name]] of PROGRAMS.entries())
      compareProgram(join(KERNELS, folder), name, [], { kernel: { pti: true, pcid: n % 2 === 1 } });
  },
);
