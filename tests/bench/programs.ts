/**
 * The programs for measuring: whole Linux programs in C (tests/bench/programs), built by the gcc that is here, so that the
 * same instructions run here, natively and under qemu. Each checks its own result and ends with 0 only when it is right.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface BenchProgram {
  /** The name of its source, without ".c". */
  readonly name: string;
  /** What it exercises. */
  readonly says: string;
  /** How often it does its work: about a second on a translator; `--quick` does a part, for the evaluator. */
  readonly rounds: number;
}

export const PROGRAMS: readonly BenchProgram[] = [
  { name: "sieve", says: "integers and memory", rounds: 400 },
  { name: "fib", says: "calls and the stack", rounds: 400 },
  { name: "sha256", says: "shifts and rotates", rounds: 6 },
  { name: "n-body", says: "SSE2 doubles", rounds: 150 },
  { name: "interpreter", says: "unpredictable indirect jumps", rounds: 400 },
  { name: "pointer-chase", says: "loads that wait for loads", rounds: 80 },
  { name: "x87", says: "80-bit arithmetic", rounds: 60_000 },
  { name: "strings", says: "string instructions", rounds: 400 },
  { name: "system-calls", says: "system calls and a pipe", rounds: 40_000 },
  { name: "faults", says: "page faults and fork", rounds: 200 },
];

/** Ends at once: what it takes is the start of a process. */
export const EMPTY: BenchProgram = { name: "empty", says: "the start of a process", rounds: 1 };

/** By how much `--quick` divides the rounds. */
const QUICK = 20;

export const roundsOf = (program: BenchProgram, quick: boolean): number =>
  quick ? Math.ceil(program.rounds / QUICK) : program.rounds;

/** Builds `program` into `folder` and returns the file's path, or why that could not be done. */
export function buildProgram(
  program: BenchProgram,
  rounds: number,
  folder: string,
): { readonly file: string } | { readonly problem: string } {
  const source = join(import.meta.dirname, "programs", `${program.name}.c`);
  const file = join(folder, program.name);
  const options = ["-O2", "-march=x86-64", "-static", `-DROUNDS=${rounds}`];
  const gcc = spawnSync("gcc", [...options, source, "-o", file, "-lm"], { encoding: "utf8" });
  if (gcc.error) return { problem: "gcc is not installed, and the programs are in C" };
  return gcc.status === 0 ? { file } : { problem: `gcc refused ${program.name}.c: ${gcc.stderr}` };
}
