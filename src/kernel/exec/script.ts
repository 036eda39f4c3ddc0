/**
 * Scripts: a file that begins with `#!` names the program that shall read it.
 *
 *     #! /usr/bin/env -S python3 -u ⏎        interpreter "/usr/bin/env", one argument "-S python3 -u"
 *
 * The kernel looks at the first 256 bytes only. Everything behind the interpreter's name is one argument, blanks at its
 * ends taken off. Models load_script (Linux 6.x, fs/binfmt_script.c). Leaves out: the rules of kernels before 5.1.
 */
import { E } from "../abi/errno.js";
import { Refusal } from "./refusal.js";

/** Bytes of a file that are looked at: BINPRM_BUF_SIZE. */
export const SCRIPT_HEAD = 256;

/** What a `#!` line says. */
export interface ScriptLine {
  /** A byte string. */
  readonly interpreter: string;
  readonly argument: string | undefined;
}

const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";

/** Reads the first bytes of a file; undefined when it is no script. Behind the end of a short file stand zeros. */
export function parseScriptLine(head: Uint8Array): ScriptLine | Refusal | undefined {
  const text = String.fromCharCode(...head.subarray(0, SCRIPT_HEAD)).padEnd(SCRIPT_HEAD, "\0");
  if (!text.startsWith("#!")) return undefined;
  const end = endOfLine(text);
  if (end === undefined) {
    return refuse(
      `the interpreter's name does not end within the first ${SCRIPT_HEAD} bytes`,
      "use a shorter path",
    );
  }
  let start = 2;
  while (start < end && isBlank(text[start])) start++;
  if (start >= end) return refuse("the #! line names no interpreter", "write one, such as #!/bin/sh");
  const [, interpreter = "", argument = ""] = /^([^ \t\0]*)[ \t]*([^\0]*)/.exec(text.slice(start, end)) ?? [];
  return { interpreter, argument: argument === "" ? undefined : argument };
}

/** Where the line ends, blanks at its end not counted; undefined when the interpreter's name may be cut off. */
function endOfLine(text: string): number | undefined {
  const zero = text.indexOf("\0");
  const newline = text.slice(0, zero < 0 ? SCRIPT_HEAD : zero).indexOf("\n");
  if (newline < 0 && !/^#![ \t]*[^ \t][^ \t\0]*[ \t\0]|^#![ \t]*\0/.test(text)) return undefined;
  let end = newline < 0 ? SCRIPT_HEAD - 1 : newline;
  while (end > 2 && isBlank(text[end - 1])) end--;
  return end;
}

function refuse(reason: string, nextStep: string): Refusal {
  return new Refusal(E.ENOEXEC, "the #! line", reason, nextStep);
}
