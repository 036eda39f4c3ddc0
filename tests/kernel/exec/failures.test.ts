/** Failures let in at each station while a program runs another: its errno, or death behind the point of no return. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { E, type Errno } from "../../../src/kernel/abi/errno.js";
import { EXEC_STAGES } from "../../../src/kernel/exec/stages.js";
import type { Task } from "../../../src/kernel/process/task.js";
import { type GuestResult, runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

/** Runs itself in a child, prints what came of it, and goes on. */
const SOURCE = `
  #include <stdio.h>
  #include <string.h>
  #include <errno.h>
  #include <unistd.h>
  #include <sys/wait.h>
  int main(int argc, char **argv) {
    if (argc > 1) return 7;
    char *args[] = {"again", "x", 0};
    for (int i = 0; i < 2; i++) {
      int status, pid = fork();
      if (pid < 0) { puts("no fork"); continue; }
      if (!pid) { execve("/bin/script", args, args + 2); _exit(errno); }
      waitpid(pid, &status, 0);
      if (WIFSIGNALED(status)) printf("signal %d\\n", WTERMSIG(status));
      else printf("exit %d\\n", WEXITSTATUS(status));
    }
  }`;

/** The program's output when `stage` fails from its second exec on. */
function runWith(program: Uint8Array, stage: string): GuestResult {
  const failExec: Partial<Record<string, Errno>> = {};
  let execs = 0;
  return runGuest({
    files: { "/bin/program": program, "/bin/script": Buffer.from("#!/bin/program\n") },
    path: "/bin/program",
    argv: ["program"],
    kernel: {
      failExec,
      observer: {
        executed: () => {
          if (execs++ === 0) failExec[stage] = E.ENOMEM;
        },
      },
    },
  });
}

const NAMES: readonly string[] = EXEC_STAGES.map(([name]) => name);
const RED_LINE = NAMES.indexOf("begin_new_exec");
/** A statically linked program has no interpreter of its own. */
const reached = NAMES.filter((name) => name !== "load_elf_interp");

describe.skipIf(!hasCompiler)("a failure let in at a station of execve", () => {
  const program = withFolder((folder) => {
    writeFileSync(join(folder, "program.c"), SOURCE);
    execFileSync("gcc", ["-O1", "-static", "-o", "program", "program.c"], { cwd: folder });
    return readFileSync(join(folder, "program"));
  });

  it.each(reached.filter((name) => NAMES.indexOf(name) <= RED_LINE))("returns its errno at %s", (stage) => {
    expect(runWith(program, stage)).toMatchObject({ status: 0, stdout: "exit 12\nexit 12\n" });
  });

  it.each(reached.filter((name) => NAMES.indexOf(name) > RED_LINE))("kills by SIGSEGV at %s", (stage) => {
    expect(runWith(program, stage)).toMatchObject({ status: 0, stdout: "signal 11\nsignal 11\n" });
  });

  it("is a clean end when any one frame cannot be had, and nothing is lost", { timeout: 60_000 }, () => {
    const results = Array.from({ length: 60 }, (_, n) => runWithoutFrame(program, 156 + n));
    for (const { stdout } of results)
      expect(stdout).toMatch(/^((exit (7|12)|signal (9|11)|no fork)\nexit 7\n)?$/);
    // Before the point of no return, and behind it.
    for (const ending of ["exit 12\nexit 7\n", "signal 11\nexit 7\n"])
      expect(results.map(({ stdout }) => stdout)).toContain(ending);
    const left = results
      .filter(({ status }) => status === 0)
      .map(({ kernel }) => kernel.frames.inUse - kernel.pageCache.count);
    expect(new Set(left).size).toBe(1);
  });
});

/** The program's run when the frame number `failing` that is asked for behind its first exec is not to be had. */
function runWithoutFrame(program: Uint8Array, failing: number): GuestResult {
  let execs = 0;
  let asked = 0;
  const executed = ({ space: { frames } }: Task): void => {
    if (execs++ > 0) return;
    const allocate = frames.allocate.bind(frames);
    frames.allocate = () => (++asked === failing ? undefined : allocate());
  };
  return runGuest({
    files: { "/bin/program": program, "/bin/script": Buffer.from("#!/bin/program\n") },
    path: "/bin/program",
    argv: ["program"],
    ram: 32 << 20,
    engine: "evaluator",
    kernel: { observer: { executed } },
  });
}
