/**
 * The examples of the reference of system calls, made on the real kernel and on ours: each does what it is for, and with bad pointers
 * in place of its good ones it fails here as it fails there.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEM_CALLS } from "../../../src/kernel/syscalls/table.js";
import { runGuest } from "../../programs/run-guest.js";
import { strideOf } from "../../sampling.js";
import { hasCompiler, realTakesInt80 } from "../abi/native.js";
import { examplesProgram, NOT_HERE } from "./examples.js";

const canCompare = hasCompiler && existsSync("/dev/shm") && process.getuid?.() === 0;

/** glibc registers a structure for rseq at its start unless told not to, and then an example of it could not. */
const ENVIRONMENT = { GLIBC_TUNABLES: "glibc.pthread.rseq=0" };

/** These end in EINTR: that is what they are for; or ask for keys that our processor does not have. */
const FAILING = /^(pause|rt_sigsuspend|pkey_alloc|pkey_free)\b/;

/** Not to be compared where the real kernel was built without this door. */
const BY_INT80 = / by int 0x80/;

/** May differ: the real processor may have protection keys. */
const DIFFERENT = /^(pkey_alloc|pkey_free)\b/;

describe.skipIf(!canCompare)("the examples of the reference of system calls", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync("/dev/shm/youcpu-");
    const source = join(folder, "examples.c");
    writeFileSync(source, examplesProgram());
    execFileSync("gcc", [
      ...["-O1", "-w", "-static", "-no-pie", "-I", import.meta.dirname],
      ...["-o", join(folder, "program"), source],
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the program prints on both kernels; in folders of the same name, since the length of a path can be seen. */
  function run(...words: readonly string[]) {
    const bytes = readFileSync(join(folder, "program"));
    const place = join(folder, "place");
    execFileSync("mkdir", ["-p", place]);
    const real = spawnSync(
      "unshare",
      ["--mount", "--propagation", "private", join(folder, "program"), ...words],
      { cwd: place, encoding: "latin1", env: ENVIRONMENT, maxBuffer: 1 << 26 },
    );
    const ours = runGuest({
      files: { "/bin/program": bytes, "/bin/true": bytes, [`${place}/there`]: new Uint8Array() },
      path: "/bin/program",
      argv: ["program", ...words],
      cwd: place,
      environment: Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
      maxSteps: 4_000_000_000,
    });
    const isShut = !realTakesInt80();
    const alike = (text: string) =>
      text.split("\n").filter((line) => !DIFFERENT.test(line) && !(isShut && BY_INT80.test(line)));
    if (isShut)
      for (const line of real.stdout.split("\n").filter((one) => BY_INT80.test(one)))
        expect(line).toMatch(/: signal 11$/);
    return { real: alike(real.stdout), ours: alike(ours.stdout), ran: real.stdout, kernel: ours.kernel };
  }

  it("do what they are for, here as on a real kernel", () => {
    const { real, ours, ran, kernel } = run("examples");
    expect(ours).toEqual(real);
    const bySyscall = ran.split("\n").filter((line) => !BY_INT80.test(line));
    expect(bySyscall.filter((line) => /: [E(]/.test(line) && !FAILING.test(line))).toEqual([]);
    const made = [...kernel.statistics.systemCalls.keys()];
    expect(
      SYSTEM_CALLS.map(({ name }) => name).filter((name) => !made.includes(name) && !NOT_HERE.has(name)),
    ).toEqual([]);
  });

  it("fail alike when a pointer is null, the kernel's, in a hole, or just before one", () => {
    const { stride, seed } = strideOf(12);
    const { real, ours } = run("storm", String(stride), String(seed % stride));
    expect(real.length).toBeGreaterThan((realTakesInt80() ? 9000 : 5000) / stride);
    expect(ours).toEqual(real);
  }, 600_000);
});
