import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";
import { randomScript } from "./random-script.js";
import { replay } from "./replay.js";

const here = import.meta.dirname;

/** Lines "operation => result", the results as Linux 6.18 gave them on tmpfs. */
function recorded(name: string): { script: string; results: string[] } {
  const lines = readFileSync(join(here, "recorded", name), "latin1")
    .trim()
    .split("\n");
  const pairs = lines.map((line) => line.split(" => "));
  return {
    script: pairs.map(([operation]) => operation).join("\n"),
    results: pairs.map(([, result]) => result ?? ""),
  };
}

function sideBySide(script: string, results: readonly string[]): string[] {
  return script.split("\n").map((operation, i) => `${operation} => ${results[i]}`);
}

describe("file operations give what a real kernel gave", () => {
  it.each(["paths.txt", "permissions-and-pipes.txt", "random.txt"])("in the recorded script %s", (name) => {
    const { script, results } = recorded(name);
    expect(sideBySide(script, replay(script))).toEqual(sideBySide(script, results));
  });
});

function setting(name: string): string {
  const file = `/proc/sys/fs/${name}`;
  return existsSync(file) ? readFileSync(file, "latin1").trim() : "";
}

/** A real tmpfs and user 0 are needed (the program makes its folder the root directory), and the settings that we model. */
const canReplay =
  hasCompiler &&
  process.getuid?.() === 0 &&
  existsSync("/dev/shm") &&
  setting("protected_hardlinks") === "1" &&
  setting("protected_fifos") === "0" &&
  setting("protected_regular") === "0";

describe.skipIf(!canReplay)("file operations give what this machine's kernel gives", () => {
  it.each([1, 2, 3])("in the random script of seed %i", (seed) => {
    const script = randomScript(seed, 2500);
    const results = withFolder((folder) => {
      const program = compileIn(folder, readFileSync(join(here, "replay.c"), "latin1"));
      const root = mkdtempSync("/dev/shm/youcpu-");
      try {
        execFileSync("chmod", ["755", root]);
        return execFileSync(program, { cwd: root, input: `${script}\n`, encoding: "latin1" })
          .trimEnd()
          .split("\n");
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
    expect(sideBySide(script, replay(script))).toEqual(sideBySide(script, results));
  });
});
