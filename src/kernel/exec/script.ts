/**
 * Scripts: a file that begins with `#!` names the program that shall read it.
 *
 *     #! /usr/bin/env -S python3 -u ⏎        interpreter "/usr/bin/env", one argument "-S python3 -u"
 *
 * Everything behind the interpreter's name is one argument, blanks at its ends taken off. What happens to a line that is
 * longer than what the kernel looks at depends on the kernel:
 *
 *     2.6     looks at 128 bytes; the rest is lost without a word, be it of the argument or of the path
 *     5.0     looks at 128 bytes; a line without an end there is refused (as tried while 5.0 was made, and taken back)
 *     5.1     looks at 256 bytes; a path that may be cut off is refused, an argument is cut
 *
 * Models load_script (Linux fs/binfmt_script.c, 2.6, 5.0-rc and 6.18).
 */
import { E } from "../abi/errno.js";
import { BINPRM_BUF_SIZE } from "./binprm.js";
import { Refusal } from "./refusal.js";

/** Which kernel's rule holds for long lines. */
export type ScriptRule = "2.6" | "5.0" | "5.1";

/** What a `#!` line says. */
export interface ScriptLine {
  /** A byte string. */
  readonly interpreter: string;
  readonly argument: string | undefined;
}

const OLD_BUFFER = 128;
const NUL = "\0";
const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";
const ends = (char: string | undefined): boolean => isBlank(char) || char === NUL;

/** Reads the first bytes of a file; undefined when it is no script. Behind the end of a short file stand zeros. */
export function parseScriptLine(
  head: Uint8Array,
  rule: ScriptRule = "5.1",
): ScriptLine | Refusal | undefined {
  const size = rule === "5.1" ? BINPRM_BUF_SIZE : OLD_BUFFER;
  const text = String.fromCharCode(...head.subarray(0, size)).padEnd(size, NUL);
  if (!text.startsWith("#!")) return undefined;
  return rule === "5.1" ? parseCarefully(text) : parseAsOnce(text, rule === "5.0");
}

/** The rule since 5.1. The last byte of the buffer ends the line even when it is none of its ends. */
function parseCarefully(text: string): ScriptLine | Refusal {
  const last = text.length - 1;
  let end = newline(text);
  if (end === undefined) {
    const name = skip(text, 2, last, isBlank);
    if (name === undefined) return nameless();
    if (skip(text, name, last, (char) => !ends(char)) === undefined) return cutOff(text.length);
    end = last;
  }
  while (isBlank(text[end - 1])) end--;
  const start = skip(text, 2, end, isBlank);
  if (start === undefined || start === end) return nameless();
  const separator = skip(text, start, end, (char) => !ends(char));
  // The line's end is no separator: the kernel puts a NUL there before it reads the name.
  const hasMore = separator !== undefined && separator < end && text[separator] !== NUL;
  const argument = hasMore ? skip(text, separator, end, isBlank) : undefined;
  return {
    interpreter: upToNul(text.slice(start, Math.min(separator ?? end, end))),
    argument: argument === undefined ? undefined : upToNul(text.slice(argument, end)),
  };
}

/** The rule of older kernels: the last byte looked at is overwritten with the line's end. */
function parseAsOnce(text: string, refusesLongLines: boolean): ScriptLine | Refusal {
  const last = text.length - 1;
  const found = newline(text);
  if (refusesLongLines && found === undefined && !text.slice(2).includes(NUL)) return cutOff(text.length);
  const line = text.slice(2, Math.min(found ?? last, last));
  // 2.6 looks for blanks before the line's end only, and a NUL does not count as one.
  const trimmed =
    line.includes(NUL) && !refusesLongLines ? upToNul(line) : upToNul(line).replace(/[ \t]+$/, "");
  const [, interpreter = "", argument = ""] = /^[ \t]*([^ \t]*)[ \t]*(.*)$/s.exec(trimmed) ?? [];
  if (interpreter === "") return nameless();
  return { interpreter, argument: argument === "" ? undefined : argument };
}

/** Where the first newline is, if no NUL comes before it. */
function newline(text: string): number | undefined {
  const at = text.indexOf("\n");
  const zero = text.indexOf(NUL);
  return at < 0 || (zero >= 0 && zero < at) ? undefined : at;
}

/** The first place from `from` to `last`, both included, whose character is not to be skipped. */
function skip(
  text: string,
  from: number,
  last: number,
  skipped: (char: string | undefined) => boolean,
): number | undefined {
  for (let at = from; at <= last; at++) if (!skipped(text[at])) return at;
  return undefined;
}

function upToNul(text: string): string {
  const end = text.indexOf(NUL);
  return end < 0 ? text : text.slice(0, end);
}

function nameless(): Refusal {
  return refuse("the #! line names no interpreter", "write one, such as #!/bin/sh");
}

function cutOff(size: number): Refusal {
  return refuse(`the #! line does not end within the first ${size} bytes`, "use a shorter path");
}

function refuse(reason: string, nextStep: string): Refusal {
  return new Refusal(E.ENOEXEC, "the #! line", reason, nextStep);
}
