/**
 * The examples of the reference of system calls, made on the real kernel and on ours: each does what it is for, and with bad pointers
 * in place of its good ones it fails here as it fails there.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEM_CALLS } from "../../../src/kernel/syscalls/table.js";
import { strideOf } from "../../sampling.js";
import { canAskInMemory, realTakesInt80 } from "../abi/native.js";
import { examplesProgram, NOT_HERE } from "./examples.js";
import { ComparedProgram } from "./run-both.js";

/** These end in EINTR: that is what they are for; or ask for keys that our processor does not have. */
const FAILING = /^(pause|rt_sigsuspend|pkey_alloc|pkey_free)\b/;

/** Not to be compared where the real kernel was built without this door. */
const BY_INT80 = / by int 0x80/;

/** May differ: the real processor may have protection keys. */
const DIFFERENT = /^(pkey_alloc|pkey_free)\b/;

describe.skipIf(!canAskInMemory)("the examples of the reference of system calls", () => {
  let program: ComparedProgram;
  beforeAll(() => {
    program = new ComparedProgram(examplesProgram());
  });
  afterAll(() => program.remove());

  /** What the program prints on both kernels. */
  function run(...words: readonly string[]) {
    const { real, ours, kernel } = program.run(...words);
    const isShut = !realTakesInt80();
    const alike = (lines: readonly string[]) =>
      lines.filter((line) => !DIFFERENT.test(line) && !(isShut && BY_INT80.test(line)));
    if (isShut)
      for (const line of real.filter((one) => BY_INT80.test(one))) expect(line).toMatch(/: signal 11$/);
    return { real: alike(real), ours: alike(ours), ran: real, kernel };
  }

  it("do what they are for, here as on a real kernel", () => {
    const { real, ours, ran, kernel } = run("examples");
    expect(ours).toEqual(real);
    const bySyscall = ran.filter((line) => !BY_INT80.test(line));
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
