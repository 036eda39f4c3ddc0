/**
 * A small program for each instruction, written by its definition: values for the operands of one encoding, then the
 * instruction. Where that would not do, the definition has an `example` of its own.
 */

import type { Form, Instruction } from "../machine/isa/instruction.js";
import { FORMS } from "../machine/isa/instruction-set.js";
import { Kind, type OperandSpec } from "../machine/isa/operand.js";
import { GENERAL_NAMES, type Size } from "../machine/isa/registers.js";

/** The program as the page shows it and a cell runs it. The instruction itself is the last one that is named like it. */
export interface InstructionExample {
  readonly source: string;
}

const NUMBERS = { general: "0x1122334455667788", other: "7" } as const;
const POINTER_WORDS: Readonly<Record<number, string>> = {
  ...{
    8: "byte ptr ",
    16: "word ptr ",
    32: "dword ptr ",
    48: "fword ptr ",
    64: "qword ptr ",
    80: "tbyte ptr ",
  },
  128: "xmmword ptr ",
};

/** What lies in memory, by what the instruction makes of it. */
const CONTENTS: readonly (readonly [name: RegExp, first: string, second: string])[] = [
  [/^min.*[ps]s$/, ".float 1.5, -2.25, 100, 0.5", ".float 0.5, -9, 0.25, 3"],
  [/^min.*[ps]d$/, ".double 1.5, -2.25", ".double 0.5, -9"],
  [/^cvt(t)?(ps|ss)2|^(?!cvt).*(ps|ss)$/, ".float 1.5, -2.25, 100, 0.5", ".float 4, 9, 0.25, 3"],
  [
    /^cvt(t)?(pd|sd)2|^(?!cvt|movs|cmps).*(pd|sd)$|^(cmpsd|movsd|movddup)$/,
    ".double 1.5, -2.25",
    ".double 9, 0.25",
  ],
  [/^f(b|i)/, ".quad 1234, 0", ".quad 77, 0"],
  [/^f(ld|st|add|sub|mul|div|com)/, ".double 1.5, 0", ".double 2.5, 0"],
  [/./, ".quad 0x0102030405060708, 0x7fff8000ffff0001", ".quad 0x1112131415161718, 0x00ff00ff80017ffe"],
];

/** The example of an instruction; our own mistakes throw. */
export function exampleOf(instruction: Instruction): InstructionExample {
  const { example } = instruction;
  return { source: withData(instruction, example ?? written(instruction, firstForm(instruction))) };
}

/**
 * Programs for all kinds of operands that the instruction takes: in registers and, where there is a choice, in memory, with
 * a base that means the stack segment, too. Of an instruction that has an example of its own, these may not do.
 */
export function examplesOfAllKinds(instruction: Instruction): readonly string[] {
  const forms = FORMS.filter((one) => one.instruction === instruction);
  const kinds = new Map(forms.map((form) => [kindOf(form), form]));
  const sources = [...kinds.values()].flatMap((form) => {
    const operands = form.operands.map((spec) =>
      isEither(spec) ? { ...spec, rm: "memory" as const } : spec,
    );
    return [form, { ...form, operands }].map((one) => withData(instruction, written(instruction, one)));
  });
  return [...new Set([...sources, ...sources.map(throughStackSegment)])];
}

/** The same, unless the instruction has its registers without naming them. */
function throughStackSegment(source: string): string {
  if (!source.includes("[rsi]")) return source;
  return source.replaceAll("[rsi]", "[rbp]").replaceAll("lea rsi,", "lea rbp,");
}

/** Forms that differ in this may differ in what they raise. */
function kindOf({ operands }: Form): string {
  return operands
    .map(({ kind, place, rm, width }) => [kind, place, rm, width === 8 ? 8 : 0].join())
    .join(" ");
}

const isEither = ({ place, rm }: OperandSpec): boolean => place === "rm" && rm === "both";

function firstForm(instruction: Instruction): Form {
  const form = FORMS.find((one) => one.instruction === instruction);
  if (!form) throw new Error(`${instruction.mnemonic} has no form`);
  return form;
}

function written(instruction: Instruction, form: Form): string {
  const operands = form.operands.map((spec, n) => operandText(form, spec, n));
  const line = `${instruction.mnemonic} ${operands.join(", ")}`.trim();
  const target = form.isNear && form.operands.length > 0 && !isReturn(form) ? "\n    nop\nthere:" : "";
  return [...preparations(form), line].map((one) => `    ${one}`).join("\n") + target;
}

/** The operand size that the example takes: 32 bits where there is a choice. */
function sizeOf(form: Form, { width }: OperandSpec): number {
  if (typeof width === "number") return width;
  return width === "q" || form.rexW === 1 ? 64 : 32;
}

function operandText(form: Form, spec: OperandSpec, n: number): string {
  const size = sizeOf(form, spec);
  switch (spec.place) {
    case "fixed":
      if (spec.kind === Kind.X87) return "st";
      return spec.text === "rAX" ? GENERAL_NAMES[size as Size][0]! : spec.text;
    case "immediate":
      return String(n + 1);
    case "relative":
      return "there";
    case "offset":
      return "[first]";
    default:
      return registerOrMemory(spec, size, n);
  }
}

function registerOrMemory(spec: OperandSpec, size: number, n: number): string {
  if (spec.rm === "memory" || spec.kind === Kind.Memory) return `${POINTER_WORDS[size] ?? ""}[rsi]`;
  switch (spec.kind) {
    case Kind.General:
      return GENERAL_NAMES[(spec.text.startsWith("r32/") ? 32 : size) as Size][n === 0 ? 0 : 3]!;
    case Kind.Xmm:
      return `xmm${n}`;
    case Kind.Mmx:
      return `mm${n}`;
    case Kind.X87:
      return "st(1)";
    case Kind.Segment:
      return "ds";
    default:
      return spec.kind === Kind.Control ? "cr2" : "dr0";
  }
}

const isReturn = ({ operands }: Form): boolean => operands[0]?.kind === Kind.Immediate;

/** Lines that give the operands values. */
function preparations(form: Form): string[] {
  const lines: string[] = [];
  const { mnemonic } = form.instruction;
  if (/^f/.test(mnemonic)) lines.push("fldpi", "fld1");
  if (form.repeatable) lines.push("lea rsi, [rip + first]", "lea rdi, [rip + second]");
  if (/^(ins|outs)[bwd]/.test(mnemonic)) lines.push("mov edx, 0x3f8");
  if (/^maskmov/.test(mnemonic)) lines.push("lea rdi, [rip + second]");
  if (form.isNear && form.operands[0]?.place === "rm") {
    const inMemory = form.operands[0].rm === "memory";
    return [inMemory ? "lea rsi, [rip + target]" : "lea rax, [rip + there]"];
  }
  form.operands.forEach((spec, n) => {
    const isMemory = spec.rm === "memory" || spec.kind === Kind.Memory;
    if (spec.place === "fixed" && spec.text === "cl") lines.push("mov cl, 3");
    else if (isMemory && spec.place === "rm") lines.push(`lea rsi, [rip + ${n === 0 ? "first" : "second"}]`);
    else if (spec.kind === Kind.General && spec.place !== "fixed")
      lines.push(n === 0 ? `mov rax, ${NUMBERS.general}` : `mov rbx, ${NUMBERS.other}`);
    else if (spec.kind === Kind.Xmm) lines.push(`movups xmm${n}, [rip + ${n === 0 ? "first" : "second"}]`);
    else if (spec.kind === Kind.Mmx) lines.push(`movq mm${n}, [rip + ${n === 0 ? "first" : "second"}]`);
  });
  return lines;
}

/** The data that the lines name, below them. */
function withData({ mnemonic }: Instruction, lines: string): string {
  const [, first, second] = CONTENTS.find(([name]) => name.test(mnemonic))!;
  const named = (name: string) => new RegExp(`\\b${name}\\b`).test(lines) && !lines.includes(`${name}:`);
  const data = [
    ...(named("first") ? [`first:  ${first}`] : []),
    ...(named("target") ? ["target: .quad there"] : []),
    ...(named("second") ? [".align 16", `second: ${second}`] : []),
  ];
  return data.length === 0 ? lines : `${lines}\n\n.data\n${data.join("\n")}`;
}
