/**
 * Errors of system calls, brought about on the real kernel and on ours: those that the reference tells of, and what any bad path
 * and any bad descriptor comes to. Bad pointers are in `examples.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemCallEntries } from "../../../src/book/system-call-reference.js";
import { canAskInMemory } from "../abi/native.js";
import { errorProgram, TRIALS } from "./error-program.js";
import { type Both, ComparedProgram } from "./run-both.js";

/** Whom nothing can go wrong for, by their manual pages; and who would go wrong for everybody on the machine that runs the tests. */
const NEVER_FAIL =
  /^(get(pid|ppid|pgrp|tid|uid|gid|euid|egid)|umask|sync|pause|sched_yield|exit(_group)?|set_tid_address|alarm|fork|vfork|setfs[ug]id|brk|rt_sigreturn|restart_syscall|swapon|swapoff|reboot|vhangup|personality|getcpu|time|munlockall)$/;

/** Numbers of the same name mean the same. */
const SAME: Readonly<Record<string, string>> = { EWOULDBLOCK: "EAGAIN", ENOTSUP: "EOPNOTSUPP" };

/** What stands behind the title. */
const outcome = (line: string | undefined) => line?.slice(line.lastIndexOf(": ") + 2);

describe.skipIf(!canAskInMemory)("an error of a system call", { timeout: 300_000 }, () => {
  let program: ComparedProgram;
  let both: Both;
  beforeAll(() => {
    program = new ComparedProgram(errorProgram());
    both = program.run("examples");
  }, 300_000);
  afterAll(() => program.remove());

  it("comes here as on a real kernel", () => {
    expect(both.real.length).toBe(TRIALS.length + 1);
    expect(both.ours).toEqual(both.real);
  });

  it("is the one that the reference tells of", () => {
    const written = TRIALS.flatMap(({ errno, title }, n) =>
      errno === undefined
        ? []
        : [{ told: `${title}: ${SAME[errno] ?? errno}`, real: `${title}: ${outcome(both.real[n])}` }],
    );
    expect(written.map(({ real }) => real)).toEqual(written.map(({ told }) => told));
  });

  it("is tried for every call that has a number on x86-64, takes no pointer, and may fail", () => {
    const failing = TRIALS.filter((_, n) => /^E[A-Z0-9]+$/.test(outcome(both.real[n]) ?? "")).map(
      ({ name }) => name,
    );
    const untried = systemCallEntries().filter(
      ({ call: { name, parameters }, number }) =>
        number !== undefined &&
        !failing.includes(name) &&
        !NEVER_FAIL.test(name) &&
        !parameters.some(({ kind }) => kind.type.includes("*")),
    );
    expect(untried.map(({ call }) => call.name)).toEqual([]);
  });
});
