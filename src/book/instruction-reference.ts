/**
 * The reference of all instructions, as entries and as HTML, made from the definitions alone: what an entry says is what
 * decoder, assembler and evaluator go by, and what it shows of the example and of exceptions was found by running it.
 */

import { EXCEPTION_NAMES } from "../machine/cpu/guest-fault.js";
import { decode } from "../machine/isa/decoder.js";
import { explain } from "../machine/isa/explain.js";
import type { Form, Instruction } from "../machine/isa/instruction.js";
import { FAMILIES, FORMS, INSTRUCTIONS, LEGACY_INSTRUCTIONS } from "../machine/isa/instruction-set.js";
import { FLAG } from "../machine/isa/registers.js";
import type { RegisterChange } from "../machine/time/places.js";
import { disassembleOne } from "../toolchain/disassembler/disassemble.js";

import { type Effect, exceptionsOf, InstructionBench, type PossibleException } from "./instruction-bench.js";
import { exampleOf } from "./instruction-examples.js";

export interface ReferenceEntry {
  readonly instruction: Instruction;
  /** One encoding as bytes in hexadecimal, as text, and step by step. */
  readonly encoding: { readonly bytes: string; readonly text: string; readonly steps: readonly string[] };
  /** A program, and what the instruction changes in it. */
  readonly source: string;
  readonly effect: Effect;
  readonly exceptions: readonly PossibleException[];
}

const ADDRESS = 0x401000n;
/** Room for whatever displacement and immediate a form has; they are all zero. */
const REST = 12;
/** ModRM's r/m: [rbx] for memory, rbx for a register. */
const RBX = 3;

const MAPS: readonly (readonly number[])[] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];

/** Bytes that decode as `form`, followed by zeros. */
export function bytesOf(form: Form): Uint8Array {
  const mandatory = form.prefix === "" || form.prefix === "NP" ? [] : [Number.parseInt(form.prefix, 16)];
  const rex = form.rexW === 1 ? [0x48] : [];
  const mode = form.rm === "memory" ? 0 : 3;
  const modrm = form.modrm ?? (mode << 6) | ((form.digit ?? 0) << 3) | RBX;
  const bytes = [...mandatory, ...rex, ...MAPS[form.map]!, form.opcode];
  if (form.hasModrm || form.modrm !== undefined) bytes.push(modrm);
  return Uint8Array.from([...bytes, ...new Array<number>(REST).fill(0)]);
}

/** One instruction as it is, and as it runs. */
export function referenceEntry(instruction: Instruction): ReferenceEntry {
  const { source } = exampleOf(instruction);
  const effect = new InstructionBench(instruction).effect();
  return {
    instruction,
    encoding: encodingOf(instruction),
    source,
    effect,
    exceptions: exceptionsOf(instruction),
  };
}

/** The first form that decodes as this instruction; that there is none would be a mistake of ours. */
function encodingOf(instruction: Instruction): ReferenceEntry["encoding"] {
  for (const form of FORMS) {
    if (form.instruction !== instruction) continue;
    const bytes = bytesOf(form);
    const insn = decode(bytes, 0);
    if (typeof insn === "string" || insn.form.instruction !== instruction) continue;
    const own = bytes.subarray(0, insn.length);
    const hex = [...own].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return { bytes: hex, text: disassembleOne(own, 0, ADDRESS).text, steps: explain(insn, ADDRESS) };
  }
  throw new Error(`no form of ${instruction.mnemonic} decodes as itself`);
}

const escaped = (text: string): string => text.replace(/[&<>"$]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const code = (text: string): string => `<code>${escaped(text)}</code>`;
/** An empty line would end the HTML within Markdown. */
const preformatted = (text: string): string => `<pre>${escaped(text).replaceAll("\n", "&#10;")}</pre>`;

/** What a change says, in one line; undefined for what every instruction does. */
function changeText({ name, old, now }: RegisterChange, next: bigint): string | undefined {
  if (name === "rip") return now === next ? undefined : `rip ${hex(now)}`;
  if (name === "rflags") return flagText(Number(old), Number(now));
  return `${name} ${hex(old)} → ${hex(now)}`;
}

const hex = (value: unknown): string =>
  typeof value === "bigint" || typeof value === "number" ? `0x${value.toString(16)}` : String(value);

function flagText(old: number, now: number): string {
  const changed = Object.entries(FLAG).filter(([, mask]) => ((old ^ now) & mask) !== 0);
  return changed
    .map(([name, mask]) => `${name} ${(old & mask) !== 0 ? 1 : 0} → ${(now & mask) !== 0 ? 1 : 0}`)
    .join(", ");
}

/** The lines that tell what the instruction of the example did. */
export function effectLines({ effect, instruction }: ReferenceEntry): string[] {
  const { registers, memory, vector } = effect;
  const bench = new InstructionBench(instruction);
  const next = bench.machine.cpu.rip + BigInt(bench.insn.length);
  const changes = registers.flatMap((change) => changeText(change, next) ?? []);
  const bytes = (all: Uint8Array) => [...all].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const writes = memory.map(
    ({ linear, physical, old, now }) => `[${hex(linear ?? physical)}] ${bytes(old)} → ${bytes(now)}`,
  );
  if (vector !== undefined) return [`${exceptionName(vector)} is delivered`];
  return changes.length + writes.length === 0
    ? ["nothing that a program could see"]
    : [...changes, ...writes];
}

const exceptionName = (vector: number): string => EXCEPTION_NAMES[vector]?.[0] ?? `vector ${hex(vector)}`;

function exceptionsHtml(exceptions: readonly PossibleException[]): string {
  if (exceptions.length === 0) return "<p>Exceptions: none was brought about.</p>";
  const items = exceptions.map(
    ({ vector, causes }) => `<li>${code(exceptionName(vector))} ${escaped(causes.join("; "))}</li>`,
  );
  return `<p>Exceptions</p><ul>${items.join("")}</ul>`;
}

const anchorOf = ({ mnemonic }: Instruction, number: number): string =>
  number === 0 ? `i-${mnemonic}` : `i-${mnemonic}-${number + 1}`;

/** One entry on one line, because an empty line would end the HTML within Markdown. */
function entryHtml(entry: ReferenceEntry, anchor: string): string {
  const { instruction, encoding, source, exceptions } = entry;
  const { mnemonic, aliases = [], says, manual, flags, forms } = instruction;
  const names = [mnemonic, ...aliases].join(" ");
  return [
    `<details class="instruction" id="${anchor}" data-words="${escaped(`${names} ${says}`.toLowerCase())}">`,
    `<summary>${code(names)} ${escaped(says)}</summary>`,
    `<p>Flags: ${escaped(flags === "" ? "none change" : flags)}. ${escaped(manual)}.</p>`,
    `<p>Encodings and operands</p><ul>${forms.map((form) => `<li>${code(form)}</li>`).join("")}</ul>`,
    `<p>${code(encoding.bytes)} is ${code(encoding.text)}:</p>${preformatted(encoding.steps.join("\n"))}`,
    `<p>Example <button type="button" class="try">Try it</button></p>${preformatted(source)}`,
    `<p>What it changes</p>${preformatted(effectLines(entry).join("\n"))}`,
    `${exceptionsHtml(exceptions)}</details>`,
  ].join("");
}

function legacyHtml({ mnemonic, says, manual, forms }: Instruction): string {
  const encodings = forms.map((form) => `<li>${code(form)}</li>`).join("");
  return `<details class="instruction" data-words="${escaped(`${mnemonic} ${says}`.toLowerCase())}"><summary>${code(mnemonic)} ${escaped(says)}</summary><p>${escaped(manual)}.</p><ul>${encodings}</ul></details>`;
}

const FILTER = `const box = document.querySelector("#instruction-filter");
const entries = [...document.querySelectorAll("details.instruction")];
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/);
  for (const one of entries) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  for (const part of document.querySelectorAll("section.family")) part.hidden = !part.querySelector("details:not([hidden])");
  const left = entries.filter((one) => !one.hidden).length;
  document.querySelector("#instruction-count").textContent = left + " of " + entries.length;
});
for (const button of document.querySelectorAll("button.try"))
  button.addEventListener("click", () => {
    const source = button.parentElement.nextElementSibling.textContent;
    document.querySelector("live-cell").open(source);
  });
const target = document.getElementById(location.hash.slice(1));
if (target) {
  target.open = true;
  target.scrollIntoView();
}`;

const STYLE = `.instruction { margin: 0.3rem 0; max-width: none; }
.instruction code { overflow-wrap: anywhere; }
.instruction pre { overflow-x: auto; }
.family-list { columns: 16rem; }`.replaceAll("\n", " ");

const slug = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function familiesHtml(): string {
  const seen = new Map<string, number>();
  return FAMILIES.map(({ title, instructions }) => {
    const entries = instructions.map((instruction) => {
      const number = seen.get(instruction.mnemonic) ?? 0;
      seen.set(instruction.mnemonic, number + 1);
      return entryHtml(referenceEntry(instruction), anchorOf(instruction, number));
    });
    return `<section class="family" id="${slug(title)}"><h2>${escaped(title)}</h2>\n${entries.join("\n")}\n</section>`;
  }).join("\n\n");
}

/** The whole page in Markdown. */
export function referencePage(): string {
  const count = INSTRUCTIONS.length + LEGACY_INSTRUCTIONS.length;
  const list = FAMILIES.map(({ title }) => `<li><a href="#${slug(title)}">${escaped(title)}</a></li>`).join(
    "",
  );
  return `---
title: Instructions
toc: false
---

# Instructions

All instructions of this machine, printed from the definitions by which it decodes and executes them. Each has a small program: what the instruction changes in it, and which exceptions could be brought about, is what the machine did when this page was made. “Try it” puts the program into this cell:

\`\`\`asm live name=reference.try
    mov eax, 5
    mov ebx, 7
    add eax, ebx
\`\`\`

<ul class="family-list">${list}<li><a href="#other-modes">In other modes alone</a></li></ul>

<p><label for="instruction-filter">Filter by name or meaning</label> <input id="instruction-filter" type="search" autocomplete="off"> <output id="instruction-count" for="instruction-filter">${count} of ${count}</output></p>
<style>${STYLE}</style>

${familiesHtml()}

<section class="family" id="other-modes"><h2>In other modes alone</h2>
<p>16- and 32-bit code has these, too; in 64-bit mode their opcodes mean something else, or nothing.</p>
${LEGACY_INSTRUCTIONS.map(legacyHtml).join("\n")}
</section>

\`\`\`js
${FILTER}
\`\`\`
`;
}
