/**
 * The reference of all system calls, as entries and as HTML, made from the definitions that the kernel answers by. Its example is the
 * one in `system-call-examples.ts`, which runs. Leaves out the errors of each call.
 */
import type { CallTable } from "../kernel/abi/call-table.js";
import { SYSTEM_CALLS_I386 } from "../kernel/abi/system-calls-i386.js";
import { SYSTEM_CALLS_X86_64 } from "../kernel/abi/system-calls-x86-64.js";
import type { Abi, SystemCall } from "../kernel/syscalls/definition.js";
import { handlerOf, SYSTEM_CALLS } from "../kernel/syscalls/table.js";
import { writtenTrialsOf } from "./system-call-errors/error-trials.js";
import { exampleOf } from "./system-call-examples.js";

export interface SystemCallEntry {
  readonly call: SystemCall;
  /** Its number for programs of 64 bits, when they can make it. */
  readonly number: number | undefined;
  /** Its number for programs of 32 bits. */
  readonly numberI386: number | undefined;
  /** As a header of C would declare it. */
  readonly declaration: string;
  /** Lines of C, the call in the last one. */
  readonly example: readonly string[];
}

const join = (type: string, name: string): string => (type.endsWith("*") ? type + name : `${type} ${name}`);

/** The first number that `call` answers. A number may bear another name than the call that answers it. */
function numberOf(abi: Abi, table: CallTable, call: SystemCall): number | undefined {
  return table.entries().find(([number]) => handlerOf(abi, number) === call)?.[0];
}

function entryOf(call: SystemCall): SystemCallEntry {
  const parameters = call.parameters.map(({ name, kind }) => join(kind.type, name));
  const example = exampleOf(call.name);
  if (!example) throw new Error(`the system call ${call.name} has no example in system-call-examples.ts`);
  return {
    call,
    number: numberOf("x86-64", SYSTEM_CALLS_X86_64, call),
    numberI386: numberOf("i386", SYSTEM_CALLS_I386, call),
    declaration: `long ${call.name}(${parameters.join(", ") || "void"});`,
    example: [...example.before, `${call.name}(${example.arguments.join(", ")});`],
  };
}

/** Every call that the kernel answers: by number, those of 32-bit programs alone last. */
export function systemCallEntries(): SystemCallEntry[] {
  const key = ({ number, numberI386 }: SystemCallEntry) => number ?? 10_000 + (numberI386 ?? 0);
  return SYSTEM_CALLS.map(entryOf).sort((a, b) => key(a) - key(b));
}

/** Names of x86-64 that Linux knows and this kernel does not answer. */
export function missingCalls(): string[] {
  return SYSTEM_CALLS_X86_64.entries()
    .filter(([number]) => handlerOf("x86-64", number) === undefined)
    .map(([, name]) => name);
}

const escaped = (text: string): string => text.replace(/[&<>"$]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** One entry on one line, because an empty line would end the HTML within Markdown. */
export function systemCallHtml({ call, number, numberI386, declaration, example }: SystemCallEntry): string {
  const numbers = [
    number === undefined ? "" : `number ${number} (${code("rax")}) for <code>syscall</code>`,
    numberI386 === undefined ? "" : `number ${numberI386} (${code("eax")}) for <code>int 0x80</code>`,
  ].filter(Boolean);
  return [
    `<details class="system-call" data-words="${escaped(`${number ?? ""} ${call.name} ${call.says}`.toLowerCase())}">`,
    `<summary>${number === undefined ? "" : `${number} `}${code(call.name)} ${escaped(call.says)}</summary>`,
    `<pre>${escaped(declaration)}</pre>`,
    `<p>${numbers.join("; ")}.</p>`,
    `<p>Left out: ${escaped(call.omits || "nothing known")}.</p>`,
    `<p>For example:</p><pre>${example.map(escaped).join("&#10;")}</pre>${errorsHtml(call.name)}</details>`,
  ].join("");
}

/** What the call may end in, but for bad pointers, descriptors and paths, of which the page speaks once. */
function errorsHtml(name: string): string {
  const trials = writtenTrialsOf(name);
  if (trials.length === 0) return "";
  const rows = trials.map(([errno, values, when, before]) => {
    const call = before ? `${before} ${name}(${values})` : `${name}(${values})`;
    return `<dt>${code(errno)}</dt><dd>${escaped(when)}: ${code(call)}</dd>`;
  });
  return `<p>Errors, each tried on Linux and here:</p><dl class="errors">${rows.join("")}</dl>`;
}

const FILTER = `const box = document.querySelector("#system-call-filter");
const entries = [...document.querySelectorAll("details.system-call")];
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/);
  for (const one of entries) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  const left = entries.filter((one) => !one.hidden).length;
  document.querySelector("#system-call-count").textContent = left + " of " + entries.length;
});`;

/** The whole page in Markdown. */
export function systemCallPage(): string {
  const entries = systemCallEntries();
  const missing = missingCalls();
  return `---
title: System calls
---

# System calls

All system calls that this kernel answers, printed from the definitions by which it reads their arguments. A program puts the number into <code>rax</code> and the arguments into <code>rdi</code>, <code>rsi</code>, <code>rdx</code>, <code>r10</code>, <code>r8</code> and <code>r9</code>. A result from −4095 to −1 is the negated number of an error.

What can go wrong with any call is not repeated at each. A pointer to where the program has nothing, or may not write, gives EFAULT, unless something else is noticed first. A descriptor that is not open gives EBADF. A path gives ENOENT when something on it is missing, ENOTDIR when something on its way is no folder, EACCES when a folder on its way may not be searched, ELOOP after 40 links, and ENAMETOOLONG when a name has more than 255 bytes or the path more than 4095.

<p><label for="system-call-filter">Filter by number, name or meaning</label> <input id="system-call-filter" type="search" autocomplete="off"> <output id="system-call-count" for="system-call-filter">${entries.length} of ${entries.length}</output></p>
<style>.system-call { margin: 0.3rem 0; max-width: none; } .system-call code { overflow-wrap: anywhere; } .system-call pre { overflow-x: auto; } .errors { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 0.8rem; max-width: none; } .errors dd { margin: 0; } .errors code { white-space: normal; } @media (max-width: 640px) { .errors { grid-template-columns: minmax(0, 1fr); gap: 0; } .errors dd { margin: 0 0 0.5rem; } }</style>

${entries.map(systemCallHtml).join("\n")}

## What is answered with ENOSYS

These ${missing.length} calls exist in Linux and not here. A program that makes one gets the error ENOSYS, and the kernel reports the call by its name.

<p>${missing.map(code).join(" ")}</p>

\`\`\`js
${FILTER}
\`\`\`
`;
}
