/** Threads of the kernel's own: what they look like, how the CPU gets to them, and the work that they do. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startInit } from "../../../src/kernel/boot/init.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel } from "../../../src/kernel/kernel.js";
import { watermarksOf } from "../../../src/kernel/mm/reclaim/kswapd.js";
import type { ContextSwitch } from "../../../src/kernel/sched/events.js";
import { ENGINES, Machine } from "../../../src/machine/machine.js";
import { KernelWorld } from "../../../src/trace/worlds/kernel-world.js";
import { addStandard, runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";
import { EXIT, runScheduled, startScheduled } from "../sched/assembled.js";

const SOURCE = readFileSync(join(import.meta.dirname, "programs/kernel-threads.c"), "utf8");
const KTHREADD = "2";
/** A machine whose own kthreadd cannot be seen, as within a container, is compared with what was seen elsewhere. */
const SEEN = join(import.meta.dirname, "kthreadd.txt");
const showsThreads =
  existsSync(`/proc/${KTHREADD}/comm`) && readFileSync(`/proc/${KTHREADD}/comm`, "utf8") === "kthreadd\n";

describe.skipIf(!hasCompiler)("a thread of the kernel's", () => {
  it("looks to a program as on the real kernel, and hears no signal, not even SIGKILL", () =>
    withFolder((folder) => {
      const program = compileIn(folder, SOURCE, ["-static", "-w"]);
      const real = showsThreads
        ? spawnSync(program, [KTHREADD], { encoding: "latin1" }).stdout
        : readFileSync(SEEN, "latin1");
      const { stdout } = runGuest({
        files: { "/program": readFileSync(program) },
        path: "/program",
        argv: ["program", KTHREADD],
        kernel: { kernelThreads: true },
      });
      expect(stdout.split("\n")).toEqual(real.split("\n"));
    }));

  it("has the numbers behind process 1, and kthreadd for a parent", () => {
    const files = new FileSystem();
    addStandard(files);
    files.putFile(
      "/sbin/init",
      withFolder((folder) =>
        readFileSync(compileIn(folder, "int main(void) { for (;;) pause(); }", ["-static", "-w"])),
      ),
      0o755,
    );
    const kernel = Kernel.boot(Machine.create({ ram: 64 << 20 }), { files, kernelThreads: true });
    startInit(kernel);
    expect(kernel.run(kernel.machine.time + 100_000_000).reason).toBe("waiting");
    const rows = [...kernel.processes()].map(({ pid, name, group }) => [pid, name, group.parent?.pid]);
    expect(rows.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, "init", undefined],
      [2, "kthreadd", undefined],
      [3, "kworker/u2:0", 2],
      [4, "kswapd0", 2],
    ]);
  });
});

/** clone(flags), and then both call `sync` three times. */
const syncing = (flags: number): string => `
.globl _start
_start:
    mov edi, ${flags}
    lea rsi, [rip+stack_end]
    xor edx, edx
    xor r10d, r10d
    xor r8d, r8d
    mov eax, 56
    syscall
    mov ebx, 3
again:
    mov eax, 162
    syscall
    dec ebx
    jnz again
    xor edi, edi
    mov eax, 60
    syscall${EXIT}
.bss
    .skip 4096
stack_end:
`;

const A_PROCESS = 0x11;
const A_THREAD = 0x10f00;

describe("switching to a thread of the kernel's and back", () => {
  const switchesOf = (flags: number, pcid = false) => {
    const { events, status } = runScheduled(syncing(flags), { kernelThreads: true, pcid });
    expect(status).toBe(0);
    const names = new Map(
      events.flatMap((event) => (event.kind === "created" ? [[event.pid, event.name]] : [])),
    );
    const isOwn = (pid: number | undefined) => /^k/.test(names.get(pid ?? 0) ?? "");
    const switches = events.filter((event): event is ContextSwitch => event.kind === "switched");
    return { switches, isOwn };
  };

  it.each([false, true])("writes no CR3 and forgets no translation (PCID %s)", (pcid) => {
    const { switches, isOwn } = switchesOf(A_THREAD, pcid);
    const toThreads = switches.filter(({ to }) => isOwn(to));
    expect(toThreads.length).toBeGreaterThan(3);
    expect(toThreads.filter(({ cr3Written, flushes }) => cr3Written || flushes)).toEqual([]);
    const back = switches.filter(({ from, to }) => isOwn(from) && !isOwn(to));
    expect(back.length).toBeGreaterThan(3);
    // The very first switch leaves the tables of the start.
    expect(back.slice(1).filter(({ cr3Written, flushes }) => cr3Written || flushes)).toEqual([]);
  });

  it("writes CR3 on the way to a process other than the one before", () => {
    const { switches } = switchesOf(A_PROCESS);
    expect(switches.filter(({ cr3Written }) => cr3Written).length).toBeGreaterThan(1);
  });

  it("gives the same moments on each engine", () => {
    const ends = ENGINES.map((engine) => {
      const { kernel, events } = runScheduled(syncing(A_PROCESS), { kernelThreads: true, engine });
      return { t: kernel.machine.time, events };
    });
    for (const end of ends) expect(end).toEqual(ends[0]);
  });

  it("can be gone back to at any moment", () => {
    const { kernel } = startScheduled(syncing(A_PROCESS), { kernelThreads: true });
    const world = new KernelWorld(kernel);
    const ends: number[] = [];
    kernel.run(kernel.machine.time + 200);
    for (let tries = 0; tries < 4; tries++) {
      const moment = world.snapshot();
      kernel.run(kernel.machine.time + 1_000_000);
      ends.push(kernel.machine.time);
      world.restore(moment);
      kernel.run(kernel.machine.time + 40);
    }
    expect(new Set(ends).size).toBe(1);
  });
});

describe.skipIf(!hasCompiler)("what threads of the kernel's do", () => {
  const MAPPED = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static void dirty(const char *when) {
  char text[8192], *row;
  int f = open("/proc/meminfo", O_RDONLY);
  text[read(f, text, sizeof text - 1)] = 0;
  close(f);
  row = strstr(text, "Dirty:");
  printf("%s %.*s\\n", when, (int)strcspn(row, "\\n"), row);
}
int main(void) {
  int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
  ftruncate(fd, 3 * 4096);
  char *m = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  m[0] = m[4096] = 'x';
  dirty("before");
  sync();
  dirty("after");
  m[8192] = 'y';
  dirty("again");
  fsync(fd);
  dirty("fsync");
  return 0;
}`;

  it.each([false, true])("sync brings stored pages into their files (with threads: %s)", (kernelThreads) => {
    const program = withFolder((folder) => readFileSync(compileIn(folder, MAPPED, ["-static", "-w"])));
    const { stdout } = runGuest({
      ...{ files: { "/program": program }, path: "/program", argv: ["program"] },
      kernel: { kernelThreads },
    });
    expect(stdout.replace(/ +/g, " ")).toBe(
      "before Dirty: 8 kB\nafter Dirty: 0 kB\nagain Dirty: 4 kB\nfsync Dirty: 0 kB\n",
    );
  });

  const HUNGRY = `
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void) {
  enum { SIZE = 12 << 20 };
  char *m = malloc(SIZE);
  for (int round = 0; round < 2; round++)
    for (long i = 0; i < SIZE; i += 4096) { m[i]++; if (i % (64 << 12) == 0) usleep(1000); }
  long wrong = 0;
  for (long i = 0; i < SIZE; i += 4096) wrong += m[i] != 2;
  printf("%ld wrong\\n", wrong);
  return 0;
}`;

  it("kswapd makes frames free while a program still finds some, so that it need not wait", () => {
    const program = withFolder((folder) => readFileSync(compileIn(folder, HUNGRY, ["-static", "-w"])));
    const run = (kernelThreads: boolean) => {
      const { kernel, stdout } = runGuest({
        ...{ files: { "/program": program }, path: "/program", argv: ["program"], ram: 10 << 20 },
        kernel: { kernelThreads, swap: 64 << 20 },
      });
      expect(stdout).toBe("0 wrong\n");
      return kernel.reclaim.events;
    };
    const without = run(false);
    const { allocstall, pageoutrun, pgstealKswapd, pgsteal } = run(true);
    expect(without.pageoutrun).toBe(0);
    expect(without.allocstall).toBeGreaterThan(0);
    expect(pageoutrun).toBeGreaterThan(0);
    expect(pgstealKswapd).toBe(pgsteal);
    expect(allocstall).toBe(0);
  });

  it("kswapd's watermarks are a quarter of the root's lowest apart, in large memory a thousandth of it", () => {
    expect(watermarksOf(16_384)).toEqual({ min: 256, low: 320, high: 384 });
    expect(watermarksOf(1 << 20)).toEqual({ min: 2048, low: 2048 + 1048, high: 2048 + 2 * 1048 });
  });
});
