/** What user 0 may do with limits, which the machine that runs the tests need not allow its own user 0. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

function linesOf(body: string): string[] {
  return withFolder((folder) => {
    const source = `
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <sched.h>
      #include <signal.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/resource.h>
      #include <unistd.h>
      #define SHOW(call) do { errno = 0; long r = (call); printf("%ld %s\\n", r, r < 0 ? strerrorname_np(errno) : "fine"); } while (0)
      static int set(int what, rlim_t soft, rlim_t hard) { struct rlimit l = {soft, hard}; return setrlimit(what, &l); }
      int main(void) { ${body} return 0; }`;
    const program = readFileSync(compileIn(folder, source, ["-static"]));
    const { stdout } = runGuest({
      files: { "/bin/program": program },
      path: "/bin/program",
      argv: ["program"],
    });
    return stdout.trimEnd().split("\n");
  });
}

describe.skipIf(!hasCompiler)("user 0", { timeout: 60_000 }, () => {
  it("may raise a hard limit", () => {
    expect(linesOf("SHOW(set(RLIMIT_RSS, 1, 2)); SHOW(set(RLIMIT_RSS, 2, 3));")).toEqual([
      "0 fine",
      "0 fine",
    ]);
  });

  it("lets others lower their nice value as far as RLIMIT_NICE says", () => {
    const tries = "SHOW(setpriority(0, 0, 4)); SHOW(setpriority(0, 0, 5)); SHOW(setpriority(0, 0, 9));";
    expect(linesOf(`setpriority(0, 0, 10); set(RLIMIT_NICE, 15, 15); setuid(9); ${tries}`)).toEqual([
      "-1 EACCES",
      "0 fine",
      "0 fine",
    ]);
  });

  it("lets others be real-time up to the priority of RLIMIT_RTPRIO, and keep the class when it is taken away", () => {
    const program = `
      struct sched_param s = {6};
      set(RLIMIT_RTPRIO, 5, 5);
      setuid(9);
      SHOW(sched_setscheduler(0, SCHED_FIFO, &s));
      s.sched_priority = 5;
      SHOW(sched_setscheduler(0, SCHED_FIFO, &s));
      set(RLIMIT_RTPRIO, 0, 5);
      s.sched_priority = 4;
      SHOW(sched_setparam(0, &s));
      s.sched_priority = 5;
      SHOW(sched_setparam(0, &s));
      SHOW(sched_setscheduler(0, SCHED_RR, &s));`;
    expect(linesOf(program)).toEqual(["-1 EPERM", "0 fine", "0 fine", "-1 EPERM", "-1 EPERM"]);
  });

  it("stops real-time threads that do not sleep: SIGXCPU at the soft, SIGKILL at the hard limit of RLIMIT_RTTIME", () => {
    const program = `
      struct sched_param s = {1};
      signal(SIGXCPU, SIG_IGN);
      set(RLIMIT_RTTIME, 100000, 300000);
      int p[2];
      pipe(p);
      if (!fork()) { sched_setscheduler(0, SCHED_FIFO, &s); for (;;) ; }
      int status;
      wait(&status);
      printf("%d\\n", status);`;
    expect(linesOf(program)).toEqual(["9"]);
  });
});

describe.skipIf(!hasCompiler)("/proc/PID/limits", { timeout: 60_000 }, () => {
  it("has the form that the real kernel's has", () => {
    const show = `char b[4000]; int f = open("/proc/self/limits", O_RDONLY); write(1, b, read(f, b, 4000));`;
    const real = readFileSync("/proc/self/limits", "latin1").trimEnd().split("\n");
    const words = (line: string) => [line.slice(0, 25), line.slice(68)].join("");
    const ours = linesOf(show);
    expect(ours.map(words)).toEqual(real.map(words));
    expect(ours.find((line) => line.startsWith("Max stack"))).toBe(
      real.find((line) => line.startsWith("Max stack")),
    );
  });
});
