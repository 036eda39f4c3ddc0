/**
 * `npm run bench`: how fast the machine is, beside the processor under us and, where it is installed, qemu-x86_64. Numbers are
 * medians of interleaved runs, and the columns to compare are ratios: machines are noisy.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../src/toolchain/elf-writer.js";
import { runGuest } from "../programs/run-guest.js";
import { PROGRAMS } from "./programs.js";

const ROUNDS = Number(process.argv[2] ?? 3);

interface Row {
  program: string;
  "million instructions": string;
  MIPS: string;
  "seconds here": string;
  "qemu / here": string;
  "native / here": string;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function timeCommand(command: string, args: readonly string[]): number {
  let failed = false;
  const time = seconds(() => {
    failed = spawnSync(command, args).status !== 0;
  });
  return failed ? Number.NaN : time;
}

const hasQemu = spawnSync("qemu-x86_64", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-bench-"));
const rows: Row[] = [];

for (const { name, source } of PROGRAMS) {
  const assembly = assemble(source);
  if (!assembly.ok)
    throw new Error(`${name}: line ${assembly.errors[0]?.line}: ${assembly.errors[0]?.reason}`);
  const bytes = writeElfExecutable(assembly);
  const file = join(folder, name);
  writeFileSync(file, bytes);
  chmodSync(file, 0o755);
  const times = { here: [] as number[], qemu: [] as number[], native: [] as number[] };
  let instructions = 0;
  for (let round = 0; round < ROUNDS; round++) {
    times.native.push(timeCommand(file, []));
    if (hasQemu) times.qemu.push(timeCommand("qemu-x86_64", [file]));
    times.here.push(
      seconds(() => {
        const { kernel, status } = runGuest({
          files: { [`/tmp/${name}`]: bytes },
          path: `/tmp/${name}`,
          argv: [name],
          ram: 32 << 20,
        });
        if (status !== 0) throw new Error(`${name} ended with ${status}`);
        instructions = kernel.machine.cpu.time - kernel.machine.cpu.deliveries;
      }),
    );
  }
  const [here, qemu, native] = [median(times.here), median(times.qemu), median(times.native)];
  const ratio = (other: number) => (Number.isNaN(other) ? "–" : (other / here).toFixed(4));
  rows.push({
    program: name,
    "million instructions": (instructions / 1e6).toFixed(2),
    MIPS: (instructions / here / 1e6).toFixed(1),
    "seconds here": here.toFixed(2),
    "qemu / here": ratio(qemu),
    "native / here": ratio(native),
  });
}
rmSync(folder, { recursive: true });
console.table(rows);
if (!hasQemu) console.log("qemu-x86_64 is not installed: its column is empty");
