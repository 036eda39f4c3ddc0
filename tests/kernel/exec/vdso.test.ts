/** The vDSO's image as binutils reads it, its data, and machines that are booted without. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vdsoImage } from "../../../src/kernel/exec/vdso-image.js";
import { VDSO_FUNCTIONS } from "../../../src/kernel/exec/vdso-source.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

const hasReadelf = spawnSync("readelf", ["--version"]).status === 0;

/** What readelf prints of the image. */
function readelf(...options: readonly string[]): string {
  return withFolder((folder) => {
    const file = join(folder, "vdso.so");
    writeFileSync(file, vdsoImage());
    const run = spawnSync("readelf", [...options, file], { encoding: "latin1" });
    expect(run.stderr).toBe("");
    return run.stdout;
  });
}

describe.skipIf(!hasReadelf)("the vDSO's image", () => {
  it("is a shared library with a name and no fault that readelf sees", () => {
    expect(readelf("-hW")).toMatch(/Type: +DYN/);
    expect(readelf("-dW")).toMatch(/SONAME.*\[linux-vdso\.so\.1\]/);
    expect(readelf("-lW")).toMatch(/LOAD +0x000000 0x0+ 0x0+ 0x\w+ 0x\w+ R E/);
  });

  it("has each function under its two names", () => {
    const symbols = readelf("-D", "-s", "-W");
    for (const name of VDSO_FUNCTIONS) {
      expect(symbols).toMatch(new RegExp(`FUNC +GLOBAL +DEFAULT +\\d+ ${name}\\b`));
      expect(symbols).toMatch(new RegExp(`FUNC +WEAK +DEFAULT +\\d+ ${name.replace("__vdso_", "")}\\b`));
    }
  });

  it("has hash tables that hold all symbols", () => {
    const histogram = readelf("-D", "-I", "-W");
    expect(histogram).toContain("100.0%");
    expect(histogram).toMatch(/`\.gnu\.hash'/);
  });
});

describe.skipIf(!hasCompiler)("a machine booted without a vDSO", () => {
  it("tells the time by system calls", () => {
    const source = `
      #include <stdio.h>
      #include <time.h>
      #include <sys/auxv.h>
      int main(void) {
        struct timespec t;
        for (int i = 0; i < 50; i++) clock_gettime(CLOCK_MONOTONIC, &t);
        printf("%d %ld\\n", getauxval(AT_SYSINFO_EHDR) != 0, (long)t.tv_sec);
      }`;
    const program = withFolder((folder) => readFileSync(compileIn(folder, source, ["-static"])));
    const run = (vdso: boolean) =>
      runGuest({
        files: { "/bin/program": program },
        path: "/bin/program",
        argv: ["program"],
        kernel: { vdso },
      });
    const [without, withIt] = [run(false), run(true)];
    expect(without.stdout).toBe("0 0\n");
    expect(withIt.stdout).toBe("1 0\n");
    expect(without.kernel.statistics.systemCalls.get("clock_gettime")).toBe(50);
    expect(withIt.kernel.statistics.systemCalls.get("clock_gettime")).toBeUndefined();
  });
});

describe.skipIf(!hasCompiler)("time from the vDSO", () => {
  it("is the same on every engine, to the nanosecond, and goes on with the system call's", () => {
    const source = `
      #include <stdio.h>
      #include <time.h>
      #include <sys/time.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int main(void) {
        struct timespec t, u;
        struct timeval v;
        for (int i = 0; i < 2000; i++) {
          clock_gettime(i & 1, &t);
          if (i % 100 == 0) printf("%d %ld.%09ld\\n", i & 1, (long)t.tv_sec, t.tv_nsec);
        }
        clock_gettime(CLOCK_MONOTONIC, &t);
        syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &u);
        gettimeofday(&v, 0);
        long between = (u.tv_sec - t.tv_sec) * 1000000000L + u.tv_nsec - t.tv_nsec;
        printf("%d %ld.%06ld %ld\\n", between > 0 && between < 100000, (long)v.tv_sec, (long)v.tv_usec, (long)time(0));
      }`;
    const program = withFolder((folder) => readFileSync(compileIn(folder, source, ["-static"])));
    const outputs = ENGINES.map((engine) => {
      const files = { "/bin/program": program };
      return runGuest({ files, path: "/bin/program", argv: ["program"], engine }).stdout;
    });
    expect(outputs[0]).toMatch(/\n1 1767225600\.\d{6} 1767225600\n$/);
    expect(new Set(outputs).size).toBe(1);
  });
});
