import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { E, type Result } from "../../../src/kernel/abi/errno.js";
import { examineElf, type ProgramFile } from "../../../src/kernel/exec/elf-examination.js";
import { planLoad } from "../../../src/kernel/exec/elf-load-plan.js";
import { refused } from "../../../src/kernel/exec/refusal.js";
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";
import { BytesFile, tailOffset, tinyElf } from "./tiny-elf.js";

const here = import.meta.dirname;

/** A program alone, and one that names an interpreter: another tiny program at another address. */
const PLAIN = tinyElf([{ p_type: 0x6474e551, p_flags: 6 }]);
const INTERPRETED = tinyElf(
  [{ p_type: 3, p_flags: 4, p_offset: tailOffset(1), p_filesz: 9n, p_memsz: 9n }],
  "./interp\0",
);
const INTERPRETER = tinyElf([], "", 0x500000);

/** Fields whose bytes are changed most: they decide something. */
const DECISIVE = [
  0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 24, 25, 26, 31, 32, 33, 39, 40, 52, 54, 55, 56, 57, 58, 60,
];

/** Cases for `run-patched.c`: a few bytes changed, or the file cut off. */
function randomCases(seed: number, count: number, size: number): string[] {
  const pool = new RandomPool(seed);
  const below = (n: number): number => pool.next() % n;
  const byte = (): number =>
    [0, 1, 2, 3, 4, 7, 0x38, 0x3e, 0x40, 0x7f, 0x80, 0xff, below(256)][below(13)] ?? 0;
  const patch = (): string => {
    const at = below(3) === 0 ? (DECISIVE[below(DECISIVE.length)] ?? 0) : below(size);
    return `${at.toString(16)}=${byte().toString(16)}`;
  };
  return Array.from({ length: count }, () => {
    if (below(12) === 0) return `cut=${below(size)}`;
    return Array.from({ length: 1 + below(3) }, patch).join(" ");
  });
}

function patched(base: Uint8Array, line: string): Uint8Array {
  let file = base.slice();
  for (const word of line.split(" ")) {
    const [place = "", value = ""] = word.split("=");
    if (place === "cut") file = file.slice(0, Number(value));
    else file[Number.parseInt(place, 16)] = Number.parseInt(value, 16);
  }
  return file;
}

/** "errno N" where execve fails, "killed" where the plan is fatal, "begins" otherwise. */
function ours(base: Uint8Array, line: string): string {
  const open = (path: string): Result<ProgramFile> => {
    const name = path.replace(/^(\.?\/)+/, "");
    if (name === "" || name === ".") return E.EACCES;
    return name === "interp" ? new BytesFile(INTERPRETER) : E.ENOENT;
  };
  const program = examineElf(new BytesFile(patched(base, line)), open);
  if (refused(program)) return `errno ${-program.errno}`;
  const { interpreter } = program;
  const plan = planLoad(program, 0x555555554000, interpreter === undefined);
  const interpreterPlan = interpreter && planLoad(interpreter.program, 0x7ffff7fc0000);
  return refused(plan) || refused(interpreterPlan) ? "killed" : "begins";
}

/** What the real kernel did, as far as it can be compared: a program that begins may do anything. */
function agrees(mine: string, real: string): boolean {
  if (mine.startsWith("errno")) return mine === real;
  return mine === "killed" ? real === "signal 11" : !real.startsWith("errno");
}

function disagreements(base: Uint8Array, cases: readonly string[], real: readonly string[]): string[] {
  return cases.flatMap((line, i) => {
    const mine = ours(base, line);
    return agrees(mine, real[i] ?? "") ? [] : [`${line}: ours ${mine}, Linux ${real[i]}`];
  });
}

function askKernel(base: Uint8Array, cases: readonly string[]): string[] {
  return withFolder((folder) => {
    const runner = compileIn(folder, readFileSync(join(here, "run-patched.c"), "latin1"), ["-D_GNU_SOURCE"]);
    writeFileSync(join(folder, "base"), base);
    writeFileSync(join(folder, "interp"), INTERPRETER);
    chmodSync(join(folder, "interp"), 0o755);
    const output = execFileSync(runner, ["base"], {
      cwd: folder,
      input: `${cases.join("\n")}\n`,
      encoding: "latin1",
    });
    return output.trim().split("\n");
  });
}

describe.skipIf(!hasCompiler)("a damaged ELF file gets from us what this machine's kernel gives", () => {
  it.each([
    ["without an interpreter", PLAIN, 1],
    ["with an interpreter", INTERPRETED, 2],
  ] as const)(
    "%s",
    (_, base, seed) => {
      const cases = ["0=7f", ...randomCases(seed, 500, base.length)];
      expect(disagreements(base, cases, askKernel(base, cases))).toEqual([]);
    },
    60_000,
  );
});
