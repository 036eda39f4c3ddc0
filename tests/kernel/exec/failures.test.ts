/** Failures let in at each station while a program runs another: its errno, or death behind the point of no return. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { E, type Errno } from "../../../src/kernel/abi/errno.js";
import { EXEC_STAGES } from "../../../src/kernel/exec/stages.js";
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

  it("takes no frame for good", () => {
    const { kernel } = runWith(program, "elf_load");
    const whole = runWith(program, "load_elf_interp").kernel;
    expect(kernel.frames.available).toBeGreaterThanOrEqual(whole.frames.available);
  });
});
