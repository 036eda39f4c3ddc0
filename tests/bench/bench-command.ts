/**
 * `npm run bench [-- --only NAME --quick --repeat N]`: how fast the machine is, beside the processor under us and, where
 * it is installed, qemu-x86_64. Numbers are medians of interleaved runs; the columns to compare are ratios: machines are
 * noisy. What an empty program takes natively and under qemu is taken off there.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { runGuest } from "../programs/run-guest.js";
import { type BenchProgram, buildProgram, EMPTY, PROGRAMS, roundsOf } from "./programs.js";

const { values: wish } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean" }, repeat: { type: "string" } },
});
const REPEAT = Number(wish.repeat ?? 3);
const QUICK = wish.quick ?? false;
const PARTS = [
  ...["start-command.ts", "time-command.ts", "browser-command.ts", "session-command.ts"],
  ...["book-command.ts", "reading-command.ts", "kernel-command.ts"],
];
const STEPS = 20_000_000_000;

/** Where a program runs. With `--quick` the evaluator does, too: with all rounds it would take minutes. */
const hasQemu = spawnSync("qemu-x86_64", ["--version"]).status === 0;
const GROUNDS = ["native", "qemu", "translator", "evaluator"] as const;
type Ground = (typeof GROUNDS)[number];
const grounds = GROUNDS.filter((one) => (one !== "qemu" || hasQemu) && (one !== "evaluator" || QUICK));

type Times = Readonly<Record<Ground, number>>;
interface Measured {
  readonly instructions: number;
  /** Median seconds; NaN where it does not run. */
  readonly seconds: Times;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Runs `file` once on `ground`; a wrong result throws. Returns the instructions that our machine counted, else 0. */
function runOnce(file: string, name: string, ground: Ground): number {
  if (ground === "native" || ground === "qemu") {
    const { status } = ground === "qemu" ? spawnSync("qemu-x86_64", [file]) : spawnSync(file);
    if (status !== 0) throw new Error(`${name} ended with ${status} on ${ground}`);
    return 0;
  }
  const path = `/tmp/${name}`;
  const files = { [path]: readFileSync(file) };
  const request = { files, path, argv: [name], ram: 64 << 20, engine: ground, maxSteps: STEPS };
  const { kernel, status, stderr } = runGuest(request);
  if (status !== 0) throw new Error(`${name} ended with ${status} on the ${ground}: ${stderr}`);
  return kernel.machine.cpu.time - kernel.machine.cpu.deliveries;
}

function measure(program: BenchProgram, folder: string): Measured | string {
  const built = buildProgram(program, roundsOf(program, QUICK), folder);
  if ("problem" in built) return built.problem;
  const taken: Record<Ground, number[]> = { native: [], qemu: [], translator: [], evaluator: [] };
  let instructions = 0;
  for (let round = 0; round < REPEAT; round++)
    for (const ground of grounds) {
      const start = performance.now();
      instructions = runOnce(built.file, program.name, ground) || instructions;
      taken[ground].push((performance.now() - start) / 1000);
    }
  const seconds = Object.fromEntries(GROUNDS.map((one) => [one, median(taken[one])])) as Record<
    Ground,
    number
  >;
  return { instructions, seconds };
}

/**
 * `measured` less the start of a process natively and under qemu; our own time keeps all of it. What is no longer than the
 * start itself is lost in noise: NaN, so that it is neither printed nor part of the mean.
 */
function withoutStart({ instructions, seconds }: Measured, start: Measured): Measured {
  const net = (ground: Ground) =>
    seconds[ground] > 2 * start.seconds[ground] ? seconds[ground] - start.seconds[ground] : Number.NaN;
  return { instructions, seconds: { ...seconds, native: net("native"), qemu: net("qemu") } };
}

const number = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : "–";

function row(name: string, { instructions, seconds }: Measured): Record<string, string> {
  const mips = (ground: Ground) => number(instructions / seconds[ground] / 1e6, 1);
  return {
    program: name,
    "million instructions": number(instructions / 1e6, 2),
    "MIPS translator": mips("translator"),
    "MIPS evaluator": mips("evaluator"),
    "qemu / here": number(seconds.qemu / seconds.translator, 4),
    "native / here": number(seconds.native / seconds.translator, 4),
  };
}

function geometricMean(all: readonly number[]): number {
  const values = all.filter(Number.isFinite);
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function measureAll(programs: readonly BenchProgram[], folder: string): void {
  const start = measure(EMPTY, folder);
  if (typeof start === "string") return console.log(`Programs are not measured: ${start}.`);
  const results: Measured[] = [];
  const rows: Record<string, string>[] = [];
  for (const program of programs) {
    const result = measure(program, folder);
    if (typeof result === "string") throw new Error(result);
    results.push(withoutStart(result, start));
    rows.push(row(program.name, results.at(-1)!));
  }
  const mean = (ground: "qemu" | "native") =>
    number(geometricMean(results.map(({ seconds }) => seconds[ground] / seconds.translator)), 4);
  rows.push({ program: "geometric mean", "qemu / here": mean("qemu"), "native / here": mean("native") });
  console.table(rows);
  const taken = grounds.map((one) => `${one} ${number(start.seconds[one] * 1000, 1)} ms`).join(", ");
  console.log(`An empty static program (taken off natively and under qemu): ${taken}.`);
  if (!hasQemu) console.log("qemu-x86_64 is not installed: its column is empty.");
  if (QUICK)
    console.log("--quick: too few rounds for ratios to mean much; – is lost in the start of a process.");
  else console.log("The evaluator is measured with --quick.");
}

const chosen = PROGRAMS.filter(({ name }) => wish.only === undefined || name === wish.only);
if (chosen.length === 0) {
  console.error(`--only ${wish.only}: the programs are ${PROGRAMS.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), "you-in-cpu-bench-"));
  try {
    measureAll(chosen, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
/** Each of the other parts in a process of its own, so that none finds what another left warm or in memory. */
if (wish.only === undefined && !QUICK)
  for (const part of PARTS)
    spawnSync(process.execPath, ["--expose-gc", "--import", "tsx", join(import.meta.dirname, part)], {
      stdio: "inherit",
    });
