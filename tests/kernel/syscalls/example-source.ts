/** The C around calls that `example-world.h` makes: a function for each, and a table of them. */
import type { SystemCallExample } from "../../../src/book/system-call-examples.js";

export interface ExampleCall {
  /** What the program prints before the result. */
  readonly title: string;
  /** Which call it is. */
  readonly name: string;
  readonly number: number | undefined;
  readonly numberI386?: number | undefined;
  readonly code: SystemCallExample;
  /** Another kernel need not share its result. */
  readonly varies?: boolean;
  /** Bits of the arguments that may be bent, as pointers. */
  readonly pointers?: number;
}

const FORKS = /^(fork|vfork|clone3?)$/;

function runnerSource({ name, number, numberI386, code }: ExampleCall, n: number): string {
  const list = code.arguments.map((value) => `(long)(${value})`).join(", ");
  const byDoor = `door == BY_SYSCALL ? ${number ?? -1} : ${numberI386 ?? -1}`;
  return [
    `static long run_${n}(int which, int kind, int door) {`,
    ...code.before.map((line) => `  ${line}`),
    `  long a[6] = {${list || 0}};`,
    "  if (which >= 0) a[which] = bent(kind, a[which]);",
    `  return enter(${byDoor}, a, door, ${FORKS.test(name) ? 1 : 0});`,
    "}",
  ].join("\n");
}

function rowSource({ title, number, numberI386, varies, pointers }: ExampleCall, n: number): string {
  const numbers = `${number ?? -1}, ${numberI386 ?? -1}`;
  return `  {${JSON.stringify(title)}, ${numbers}, ${varies ? 1 : 0}, ${pointers ?? 0}, run_${n}},`;
}

/** The source of the program that makes these calls. */
export function programOf(calls: readonly ExampleCall[]): string {
  return [
    '#include "example-world.h"',
    ...calls.map(runnerSource),
    "static const struct example all[] = {",
    ...calls.map(rowSource),
    "};",
    "int main(int argc, char **argv) { return run_all(all, sizeof all / sizeof *all, argc, argv); }",
    "",
  ].join("\n");
}
