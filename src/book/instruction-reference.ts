/**
 * The reference of all instructions, as entries and as HTML, made from the definitions alone: what an entry says is what
 * decoder, assembler and evaluator go by. Leaves out exceptions and runnable examples.
 */
import { decode } from "../machine/isa/decoder.js";
import { explain } from "../machine/isa/explain.js";
import type { Form, Instruction } from "../machine/isa/instruction.js";
import { FORMS, INSTRUCTIONS } from "../machine/isa/instruction-set.js";
import { disassembleOne } from "../toolchain/disassembler/disassemble.js";

export interface ReferenceEntry {
  readonly instruction: Instruction;
  /** One encoding as bytes in hexadecimal, as text, and step by step. */
  readonly example: { readonly bytes: string; readonly text: string; readonly steps: readonly string[] };
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

/** All instructions, in the order of their definitions. */
export function referenceEntries(): ReferenceEntry[] {
  return INSTRUCTIONS.map((instruction) => ({ instruction, example: exampleOf(instruction) }));
}

/** The first form that decodes as this instruction; that there is none would be a mistake of ours. */
function exampleOf(instruction: Instruction): ReferenceEntry["example"] {
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

/** One entry on one line, because an empty line would end the HTML within Markdown. */
export function entryHtml({ instruction, example }: ReferenceEntry): string {
  const { mnemonic, aliases = [], says, manual, flags, forms } = instruction;
  const names = [mnemonic, ...aliases].join(" ");
  const encodings = forms.map((form) => `<li>${code(form)}</li>`).join("");
  const steps = example.steps.map((step) => escaped(step)).join("&#10;");
  return [
    `<details class="instruction" data-words="${escaped(`${names} ${says}`.toLowerCase())}">`,
    `<summary>${code(names)} ${escaped(says)}</summary>`,
    `<p>Flags: ${escaped(flags === "" ? "none change" : flags)}. ${escaped(manual)}.</p>`,
    `<p>Encodings and operands</p><ul>${encodings}</ul>`,
    `<p>${code(example.bytes)} is ${code(example.text)}:</p><pre>${steps}</pre></details>`,
  ].join("");
}

const FILTER = `const box = document.querySelector("#instruction-filter");
const entries = [...document.querySelectorAll("details.instruction")];
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/);
  for (const one of entries) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  const left = entries.filter((one) => !one.hidden).length;
  document.querySelector("#instruction-count").textContent = left + " of " + entries.length;
});`;

/** The whole page in Markdown. */
export function referencePage(): string {
  const entries = referenceEntries();
  return `---
title: Instructions
---

# Instructions

All instructions of this machine, printed from the definitions by which it decodes and executes them. The steps are those of the first encoding, with zeros for immediates.

<p><label for="instruction-filter">Filter by name or meaning</label> <input id="instruction-filter" type="search" autocomplete="off"> <output id="instruction-count" for="instruction-filter">${entries.length} of ${entries.length}</output></p>
<style>.instruction { margin: 0.3rem 0; max-width: none; } .instruction code { overflow-wrap: anywhere; } .instruction pre { overflow-x: auto; }</style>

${entries.map(entryHtml).join("\n")}

\`\`\`js
${FILTER}
\`\`\`
`;
}
