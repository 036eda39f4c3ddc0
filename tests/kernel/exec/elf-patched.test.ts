import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import { runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";
import {
  dependsOnMemory,
  headerCases,
  INTERPRETED,
  INTERPRETER,
  MOVABLE,
  MOVABLE_INTERPRETED,
  PLAIN,
  patched,
  randomCases,
  WITH_ZEROS,
} from "./elf-cases.js";

/** What became of each case, here and on the real kernel, told by the same program. */
function disagreements(base: Uint8Array, cases: readonly string[], program?: Uint8Array): string[] {
  return withFolder((folder) => {
    const source = readFileSync(join(import.meta.dirname, "run-patched.c"), "latin1");
    const runner = compileIn(folder, source, ["-D_GNU_SOURCE", "-static"]);
    const input = `${cases.join("\n")}\n`;
    writeFileSync(join(folder, "base"), base);
    writeFileSync(join(folder, "interp"), INTERPRETER);
    chmodSync(join(folder, "interp"), 0o755);
    const options = { cwd: folder, input, encoding: "latin1", timeout: 100_000 } as const;
    // A program that stays as it is: its interpreter is what is damaged.
    if (program) writeFileSync(join(folder, "main"), program);
    if (program) chmodSync(join(folder, "main"), 0o755);
    const words = program ? ["base", "interp", "./main"] : ["base"];
    const real = execFileSync(runner, words, options).split("\n");
    const ours = runGuest({
      files: {
        "/bin/runner": readFileSync(runner),
        "/tmp/base": base,
        "/tmp/interp": INTERPRETER,
        ...(program && { "/tmp/main": program }),
      },
      path: "/bin/runner",
      argv: ["runner", ...words],
      input: Buffer.from(input),
      maxSteps: 2_000_000_000,
    }).stdout.split("\n");
    return cases.flatMap((line, n) =>
      ours[n] === real[n] ? [] : [`${line}: ours ${ours[n]}, Linux ${real[n]}`],
    );
  });
}

describe.skipIf(!hasCompiler)("a damaged ELF file ends here as it does on this machine's kernel", () => {
  it.each([
    ["without an interpreter", PLAIN, 2, 1],
    ["with an interpreter", INTERPRETED, 2, 2],
    ["with zeros behind its data", WITH_ZEROS, 3, 3],
    ["for any address", MOVABLE, 3, 4],
    ["for any address, with an interpreter", MOVABLE_INTERPRETED, 2, 5],
  ] as const)(
    "%s",
    (_, base, headers, seed) => {
      const pool = new RandomPool(seed);
      const damaged = 64 + headers * 56;
      const cases = ["0=7f", ...randomCases(pool, 300, damaged), ...headerCases(pool, 200, headers)];
      const comparable = cases.filter((line) => !dependsOnMemory(patched(base, line)));
      expect(disagreements(base, comparable)).toEqual([]);
    },
    120_000,
  );

  it.each([
    ["at a fixed address", INTERPRETER, 1, INTERPRETED, 6],
    ["for any address", MOVABLE, 3, INTERPRETED, 7],
    ["for any address, of a program for any address", MOVABLE, 3, MOVABLE_INTERPRETED, 8],
  ] as const)(
    "as a damaged interpreter %s",
    (_, base, headers, program, seed) => {
      const pool = new RandomPool(seed);
      const damaged = 64 + headers * 56;
      const cases = ["0=7f", ...randomCases(pool, 200, damaged), ...headerCases(pool, 150, headers)];
      const comparable = cases.filter((line) => !dependsOnMemory(patched(base, line)));
      expect(disagreements(base, comparable, program)).toEqual([]);
    },
    120_000,
  );
});
