/** The C program that makes every call of the reference's examples, and with an argument each of them with bad pointers. */
import { exampleOf } from "../../../src/book/system-call-examples.js";
import { systemCallEntries } from "../../../src/book/system-call-reference.js";
import { programOf } from "./example-source.js";

/** Calls whose result another kernel need not share: numbers of processes, times, addresses. */
const VARYING =
  /^(getpid|fork|vfork|clone3?|wait4|waitid|waitpid|getppid|getpgrp|getpgid|getsid|setsid|gettid|set_tid_address|times|time|mmap2?|old_mmap|mremap|brk|readlink(at)?|getcwd|getdents64|syslog|sched_getaffinity)$/;
/** Ends a signal handler and nothing else; its example is one. */
const NOT_CALLED_ALONE = "rt_sigreturn";
/** Would change memory for everybody on the machine that runs the tests, or switch it off. */
export const NOT_HERE: ReadonlySet<string> = new Set(["swapon", "swapoff", "reboot"]);

/** The program's source. */
export function examplesProgram(): string {
  const entries = systemCallEntries().filter(
    ({ call }) => call.name !== NOT_CALLED_ALONE && !NOT_HERE.has(call.name),
  );
  return programOf(
    entries.map(({ call: { name, parameters }, number, numberI386 }) => ({
      ...{ title: name, name, number, numberI386, code: exampleOf(name)! },
      varies: VARYING.test(name),
      pointers: parameters.reduce((bits, { kind }, n) => bits | (kind.type.includes("*") ? 1 << n : 0), 0),
    })),
  );
}
