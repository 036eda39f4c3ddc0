/**
 * The part of `npm run bench` about the kernel: what system calls, forks, switches and sleeping processes cost, and how long it
 * takes until Debian's programs have started. What is subtracted is the same program doing nothing; of several runs the shortest.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { FileSystem } from "../../src/kernel/fs/file-system.js";
import { Kernel } from "../../src/kernel/kernel.js";
import { spawn } from "../../src/kernel/spawn.js";
import { Machine } from "../../src/machine/machine.js";
import { runLine } from "../programs/debian/outcome.js";
import { DEBIAN_ROOT } from "../programs/debian/root.js";
import { addStandard, runGuest } from "../programs/run-guest.js";

const REPEAT = 3;
const STEPS = 20_000_000_000;
const MEBIBYTE = 1 << 20;
const PAGES_A_TABLE = 512;

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly asked: string;
}

const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-bench-"));

function compiled(name: string): Uint8Array {
  const file = join(folder, name);
  execFileSync("gcc", [
    "-O2",
    "-static",
    "-o",
    file,
    join(import.meta.dirname, "kernel-programs", `${name}.c`),
  ]);
  return readFileSync(file);
}

/** The shortest of several runs, in seconds. */
function shortest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < REPEAT; n++) {
    const start = performance.now();
    run();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** How often a second the program can do what its first argument counts. */
function rate(name: string, rounds: number, ...more: readonly (string | number)[]): number {
  const program = compiled(name);
  const seconds = (count: number) =>
    shortest(() => {
      const argv = [name, count, ...more].map(String);
      const request = { files: { "/bin/program": program }, path: "/bin/program", argv };
      const { status, stderr } = runGuest({ ...request, ram: 512 * MEBIBYTE, maxSteps: STEPS });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
    });
  return rounds / (seconds(rounds) - seconds(0));
}

function callRow(): Row {
  const perSecond = rate("getppid", 3_000_000);
  return {
    what: "getppid, calls a second",
    measured: `${(perSecond / 1e6).toFixed(2)} million`,
    asked: "1.5 million",
  };
}

/** The same number of pages in few page tables and in many; and more pages in few. */
function forkRows(): Row[] {
  const row = (pages: number, together: number, asked: string): Row => ({
    what: `fork, exit, wait of ${(pages * 4096) / MEBIBYTE} MiB in ${pages / together} page tables, a second`,
    measured: rate("forks", 3000, pages, together).toFixed(0),
    asked,
  });
  const pages = (64 * MEBIBYTE) / 4096;
  return [
    row(pages / 4, PAGES_A_TABLE, ""),
    row(pages, PAGES_A_TABLE, "1000"),
    row(pages * 2, PAGES_A_TABLE, "by tables, not by bytes"),
    row(pages / 4, PAGES_A_TABLE / 4, "as the second"),
  ];
}

function switchRow(): Row {
  const perSecond = rate("ping-pong", 100_000);
  return { what: "a byte there and back through pipes, a second", measured: perSecond.toFixed(0), asked: "" };
}

/** Bytes of the host that are in use, after what is not needed has gone. */
function hostBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function sleepersRow(count = 1000): Row {
  const files = new FileSystem();
  addStandard(files);
  files.putFile("/bin/program", compiled("sleepers"), 0o755);
  const kernel = Kernel.boot(Machine.create({ ram: 256 * MEBIBYTE }), { files });
  const before = hostBytes();
  const spawned = spawn(kernel, { path: "/bin/program", argv: ["sleepers", String(count)], environment: [] });
  if (!spawned.ok) throw new Error(spawned.failure.message);
  while (kernel.run(kernel.machine.time + 10_000_000).reason === "limit");
  if (kernel.tasks.size !== count + 1) throw new Error(`${kernel.tasks.size} processes sleep`);
  // Memory of the machine is the host's only where it was touched.
  const guest = kernel.frames.inUse * 4096;
  const host = hostBytes() - before;
  return {
    what: `${count} processes asleep: objects of the host, and frames of the machine`,
    measured: `${(host / MEBIBYTE).toFixed(1)} + ${(guest / MEBIBYTE).toFixed(1)} MiB`,
    asked: "64 MiB",
  };
}

function debianRows(): Row[] {
  const row = (what: string, line: string, asked: string, files?: Readonly<Record<string, string>>): Row => {
    const seconds = shortest(() => {
      const { ran } = runLine({ line, shell: "/bin/bash", ...(files && { files }) });
      if (ran.status !== 0) throw new Error(`${line} ended with ${ran.status}: ${ran.stderr}`);
    });
    return { what: `${what}, seconds`, measured: seconds.toFixed(2), asked };
  };
  const hello = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';
  return [
    row("bash -c : from a folder", ":", "0.5"),
    row("python3 -S -c 'print(1)'", "exec python3 -S -c 'print(1)'", "2"),
    row("tcc compiles hello", "exec tcc -o hello hello.c", "1", { "hello.c": hello }),
  ];
}

try {
  if (spawnSync("gcc", ["--version"]).status !== 0)
    console.log("The kernel is not measured: gcc is not here.");
  else {
    // First: what other runs leave behind would count.
    const rows = [sleepersRow(), callRow(), ...forkRows(), switchRow()];
    if (existsSync(join(DEBIAN_ROOT, ".complete"))) rows.push(...debianRows());
    else console.log(`Debian's programs are not measured: ${DEBIAN_ROOT} is missing (make-root.sh).`);
    console.table(rows);
  }
} finally {
  rmSync(folder, { recursive: true });
}
