/** The C program that makes error trials of system calls, each in a child of its own: those that are written down, and those that any path and any descriptor bring. */
import { trialInC, writtenTrialsOf } from "../../../src/book/system-call-errors/error-trials.js";
import { exampleOf, type SystemCallExample } from "../../../src/book/system-call-examples.js";
import { type SystemCallEntry, systemCallEntries } from "../../../src/book/system-call-reference.js";
import { NOT_HERE } from "./examples.js";

/** A trial as the program prints it. */
export interface NamedTrial {
  readonly title: string;
  /** What the reference says that it ends in; undefined when it says nothing. */
  readonly errno: string | undefined;
}

interface Case extends NamedTrial {
  readonly number: number;
  readonly code: SystemCallExample;
}

const STRANGER = "setresgid(1000, 1000, 1000); setresuid(1000, 1000, 1000);";

/** What may be wrong with a path, and what must be there for it. */
const BAD_PATHS: readonly (readonly [value: string, before: string])[] = [
  ['""', ""],
  ['"missing/x"', ""],
  ['"notes.txt/x"', ""],
  ['"link"', 'symlink("link", "link");'],
  ["longName", "char longName[257]; memset(longName, 'a', 256); longName[256] = 0;"],
  ["longPath", "char longPath[5000]; memset(longPath, '/', 4999); longPath[4999] = 0;"],
  ['"letters/x"', `chmod("letters", 0700); ${STRANGER}`],
];

/** Not open; never open; a folder. */
const BAD_DESCRIPTORS = ["-1", "999", "folder"];

/** What parameters are called that take a descriptor. Their type does not tell: -1 for a process means everybody. */
const DESCRIPTOR = /fd$|^fd_|^where$/;

const replaced = (values: readonly string[], at: number, by: string) =>
  values.map((value, n) => (n === at ? by : value));

function derivedTrials({ call, number }: SystemCallEntry): Case[] {
  const example = exampleOf(call.name);
  if (number === undefined || !example || NOT_HERE.has(call.name)) return [];
  const other = (at: number, value: string, before: string): Case => {
    const values = replaced(example.arguments, at, value);
    const folder = value === "folder" && !example.before.some((line) => /\bfolder\b/.test(line));
    const lines = [...example.before, ...(folder ? ['int folder = open("letters", O_RDONLY);'] : []), before];
    return {
      ...{ number, title: `${call.name}(${values.join(", ")})${before && ` after ${before}`}` },
      ...{ errno: undefined, code: { before: lines, arguments: values } },
    };
  };
  return call.parameters.flatMap(({ name, kind }, at) => {
    if (kind.type === "const char *") return BAD_PATHS.map(([value, before]) => other(at, value, before));
    if (kind.type === "int" && DESCRIPTOR.test(name))
      return BAD_DESCRIPTORS.map((value) => other(at, value, ""));
    return [];
  });
}

function writtenTrials({ call, number }: SystemCallEntry): Case[] {
  if (number === undefined) return [];
  return writtenTrialsOf(call.name).map((trial) => ({
    ...{ number, title: `${call.name}(${trial[1]}): ${trial[2]}` },
    ...{ errno: trial[0], code: trialInC(trial) },
  }));
}

const cases = systemCallEntries().flatMap((entry) => [...writtenTrials(entry), ...derivedTrials(entry)]);

/** Every trial, in the program's order. */
export const TRIALS: readonly NamedTrial[] = cases;

/** The program's source. */
export function errorProgram(): string {
  const runners = cases.map(({ code, number, title }, n) => {
    const forks = /^(fork|vfork|clone3?)\(/.test(title) ? 1 : 0;
    return [
      `static long run_${n}(int which, int kind, int door) {`,
      ...code.before.map((line) => `  ${line}`),
      `  long a[6] = {${code.arguments.map((value) => `(long)(${value})`).join(", ") || 0}};`,
      `  return enter(${number}, a, BY_SYSCALL, ${forks});`,
      "}",
    ].join("\n");
  });
  const rows = cases.map(
    ({ title, number }, n) => `  {${JSON.stringify(title)}, ${number}, -1, 0, 0, run_${n}},`,
  );
  return [
    '#include "example-world.h"',
    ...runners,
    "static const struct example all[] = {",
    ...rows,
    "};",
    "int main(int argc, char **argv) { return run_all(all, sizeof all / sizeof *all, argc, argv); }",
    "",
  ].join("\n");
}
