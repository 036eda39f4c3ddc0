/** The C program that makes error trials of system calls, each in a child of its own: those that are written down, and those that any path and any descriptor bring. */
import { STRANGER } from "../../../src/book/system-call-errors/conditions.js";
import { trialInC, writtenTrialsOf } from "../../../src/book/system-call-errors/error-trials.js";
import { exampleOf } from "../../../src/book/system-call-examples.js";
import { type SystemCallEntry, systemCallEntries } from "../../../src/book/system-call-reference.js";
import { type ExampleCall, programOf } from "./example-source.js";
import { NOT_HERE } from "./examples.js";

/** A trial as the program prints it. */
export interface NamedTrial extends ExampleCall {
  /** What the reference says that it ends in; undefined when it says nothing. */
  readonly errno: string | undefined;
}

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

function derivedTrials({ call, number }: SystemCallEntry): NamedTrial[] {
  const example = exampleOf(call.name);
  if (number === undefined || !example || NOT_HERE.has(call.name)) return [];
  const other = (at: number, value: string, before: string): NamedTrial => {
    const values = replaced(example.arguments, at, value);
    const folder = value === "folder" && !example.before.some((line) => /\bfolder\b/.test(line));
    const lines = [...example.before, ...(folder ? ['int folder = open("letters", O_RDONLY);'] : []), before];
    return {
      ...{
        name: call.name,
        number,
        title: `${call.name}(${values.join(", ")})${before && ` after ${before}`}`,
      },
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

function writtenTrials({ call, number }: SystemCallEntry): NamedTrial[] {
  if (number === undefined) return [];
  return writtenTrialsOf(call.name).map((trial) => ({
    ...{ name: call.name, number, title: `${call.name}(${trial[1]}): ${trial[2]}` },
    ...{ errno: trial[0], code: trialInC(trial) },
  }));
}

/** Every trial, in the program's order. */
export const TRIALS: readonly NamedTrial[] = systemCallEntries().flatMap((entry) => [
  ...writtenTrials(entry),
  ...derivedTrials(entry),
]);

/** The program's source. */
export const errorProgram = (): string => programOf(TRIALS);
