/** The C program that makes every call of the reference's examples, and with an argument each of them with bad pointers. */
import { exampleOf } from "../../../src/book/system-call-examples.js";
import { type SystemCallEntry, systemCallEntries } from "../../../src/book/system-call-reference.js";

/** Calls whose result another kernel need not share: numbers of processes, times, addresses. */
const VARYING =
  /^(getpid|fork|vfork|clone3?|wait4|waitid|waitpid|getppid|getpgrp|getpgid|getsid|setsid|gettid|set_tid_address|times|time|mmap2?|old_mmap|mremap|brk|readlink(at)?|getcwd|getdents64|syslog|sched_getaffinity)$/;
const FORKS = /^(fork|vfork|clone3?)$/;
/** Ends a signal handler and nothing else; its example is one. */
const NOT_CALLED_ALONE = "rt_sigreturn";
/** Would change memory for everybody on the machine that runs the tests, or switch it off. */
export const NOT_HERE: ReadonlySet<string> = new Set(["swapon", "swapoff", "reboot"]);

const runner = (name: string): string => `run_${name}`;

function runnerSource({ call, number, numberI386 }: SystemCallEntry): string {
  const { before, arguments: values } = exampleOf(call.name)!;
  const list = values.map((value) => `(long)(${value})`).join(", ");
  const byDoor = `door == BY_SYSCALL ? ${number ?? -1} : ${numberI386 ?? -1}`;
  return [
    `static long ${runner(call.name)}(int which, int kind, int door) {`,
    ...before.map((line) => `  ${line}`),
    `  long a[6] = {${list || 0}};`,
    "  if (which >= 0) a[which] = bent(kind, a[which]);",
    `  return enter(${byDoor}, a, door, ${FORKS.test(call.name) ? 1 : 0});`,
    "}",
  ].join("\n");
}

function rowSource({ call, number, numberI386 }: SystemCallEntry): string {
  const pointers = call.parameters.reduce(
    (bits, { kind }, n) => bits | (kind.type.includes("*") ? 1 << n : 0),
    0,
  );
  const varies = VARYING.test(call.name) ? 1 : 0;
  const numbers = `${number ?? -1}, ${numberI386 ?? -1}`;
  return `  {"${call.name}", ${numbers}, ${varies}, ${pointers}, ${runner(call.name)}},`;
}

/** The program's source. */
export function examplesProgram(): string {
  const entries = systemCallEntries().filter(
    ({ call }) => call.name !== NOT_CALLED_ALONE && !NOT_HERE.has(call.name),
  );
  return [
    '#include "example-world.h"',
    ...entries.map(runnerSource),
    "static const struct example all[] = {",
    ...entries.map(rowSource),
    "};",
    "int main(int argc, char **argv) { return run_all(all, sizeof all / sizeof *all, argc, argv); }",
    "",
  ].join("\n");
}
