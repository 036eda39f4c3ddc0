/** The recorder of whole programs, built when it is needed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuid } from "../../src/machine/cpu/cpuid.js";

export interface Tracer {
  /** A program from C source. */
  compile(name: string, source: string, ...options: string[]): string;
  /** The path of the trace of `words[0]`, `most` instructions of it at most. */
  trace(most: number, ...words: string[]): string;
}

/** The tracer, or why there is none. */
export function findTracer(): Tracer | string {
  if (process.arch !== "x64") return `the host is ${process.arch}, not x64`;
  const folder = mkdtempSync(join(tmpdir(), "traces-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "tracer");
  const source = fileURLToPath(new URL("recorder/tracer.c", import.meta.url));
  const problem = run("gcc", "-O2", "-o", program, source);
  if (problem !== undefined) return `gcc does not work here: ${problem}`;
  const trace = (most: number, ...words: string[]): string => {
    const file = join(folder, `${words.length}-${Math.max(most, 0)}-${words[0]!.replaceAll("/", "_")}.trace`);
    const failed = run(program, String(most), file, answers(), ...words);
    if (failed !== undefined) throw new Error(`tracing ${words.join(" ")}: ${failed}`);
    return file;
  };
  try {
    trace(10, "/bin/true");
  } catch (caught) {
    return `ptrace does not work here: ${String(caught)}`;
  }
  return {
    trace,
    compile(name, text, ...options) {
      const path = join(folder, name);
      writeFileSync(`${path}.c`, text);
      const failed = run("gcc", ...options, "-o", path, `${path}.c`, "-lm");
      if (failed !== undefined) throw new Error(`gcc ${name}: ${failed}`);
      return path;
    },
  };
}

/** Runs to the end; what went wrong, if anything did. */
function run(command: string, ...words: string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, words, { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? undefined : (error?.message ?? `exit status ${status} ${stderr}`);
}

/** Our CPUID's answers as the tracer takes them. */
function answers(): string {
  const leaves = [0, 0x80000000].flatMap((first) => Array.from({ length: 9 }, (_, n) => first + n));
  return leaves
    .map((leaf) => [leaf, ...cpuid(leaf, 0)].map((value) => value.toString(16)).join(","))
    .join(";");
}
