/** Why no encoding fits an instruction, in words, and what would. */
import type { Form } from "../../machine/isa/instruction.js";
import { Kind, type OperandSpec } from "../../machine/isa/operand.js";
import type { Constant } from "./encoding.js";
import { fits, immediateBits } from "./fitting.js";
import type { SourceOperand } from "./operand.js";
import { SourceError, suggestion } from "./problem.js";
import type { Written } from "./rewrites.js";

/** The mnemonic is none. */
export function unknownMnemonic(mnemonic: string, column: number, known: Iterable<string>): SourceError {
  const shown = mnemonic.length > 40 ? `${mnemonic.slice(0, 40)}…` : mnemonic;
  return new SourceError(
    column,
    Math.min(mnemonic.length, 40),
    `there is no instruction "${shown}" in this machine`,
    suggestion(mnemonic, known, "see the reference of instructions"),
  );
}

/** The mnemonic exists, but not with these operands or prefixes. */
export function noFit(written: Written, forms: readonly Form[], constant: Constant): SourceError {
  return (
    prefixProblem(written, forms) ??
    immediateProblem(written, forms, constant) ??
    sizeProblem(written, forms) ??
    shapeProblem(written, forms)
  );
}

function prefixProblem(
  { mnemonic, column, prefixes, operands }: Written,
  forms: readonly Form[],
): SourceError | undefined {
  const { lock, repeat, repeatWord } = prefixes;
  const lockable = forms.some((form) => form.lockable);
  if (lock && (!lockable || operands[0]?.kind !== "memory")) {
    const nextStep = lockable
      ? "give it memory as its destination"
      : "lock is for read-modify-write of memory";
    return new SourceError(column, mnemonic.length, `lock cannot stand before ${mnemonic} here`, nextStep);
  }
  if (repeat === 0 || forms.some((form) => form.repeatable)) return undefined;
  const nextStep = repeatWord.startsWith("rep") ? "rep is for string instructions" : "leave the prefix out";
  return new SourceError(column, mnemonic.length, `${repeatWord} cannot stand before ${mnemonic}`, nextStep);
}

const ANY: Constant = () => undefined;

/** All would be well but for an immediate that is too large. */
function immediateProblem(
  { operands }: Written,
  forms: readonly Form[],
  constant: Constant,
): SourceError | undefined {
  let widest = 0;
  for (const form of forms) {
    if (form.operands.length !== operands.length) continue;
    for (const size of [8, 16, 32, 64, 0]) {
      if (typeof form.sizing === "number" ? size !== form.sizing : size === 8 || size === 0) continue;
      if (!form.operands.every((spec, n) => spec.signed || fits(spec, form, size, operands[n]!, ANY)))
        continue;
      for (const spec of form.operands) {
        if (spec.place === "immediate") widest = Math.max(widest, immediateBits(spec, size));
      }
    }
  }
  const operand = operands.find((one) => one.kind === "immediate");
  const value = operand?.kind === "immediate" ? constant(operand.value) : undefined;
  if (widest === 0 || !operand || value === undefined) return undefined;
  return new SourceError(
    operand.column,
    operand.length,
    `${value} does not fit in ${widest} bits`,
    widest === 32
      ? "move it into a register first: movabs takes 64 bits"
      : "use a smaller number, or a wider operand",
  );
}

/** Operands of different sizes where a form wants them alike. */
function sizeProblem({ mnemonic, operands }: Written, forms: readonly Form[]): SourceError | undefined {
  const sizes = operands.map(sizeOf);
  const [first, second] = [...new Set(sizes.filter((size) => size !== 0))];
  const wantsAlike = forms.some(
    (form) => form.operands.length === operands.length && form.operands.every((spec) => spec.width === "v"),
  );
  if (first === undefined || second === undefined || !wantsAlike) return undefined;
  const at = operands[sizes.indexOf(second)]!;
  const nextStep =
    mnemonic === "mov" ? "use the same size, or movzx or movsx to widen" : "give both the same size";
  return new SourceError(at.column, at.length, `operands of ${first} and of ${second} bits`, nextStep);
}

function sizeOf(operand: SourceOperand): number {
  if (operand.kind === "memory") return operand.size;
  return operand.kind === "register" && operand.register.kind === Kind.General ? operand.register.size : 0;
}

const MOST_SHAPES = 4;

function shapeProblem({ mnemonic, column, operands }: Written, forms: readonly Form[]): SourceError {
  const shapes = [...new Set(forms.map((form) => form.operands.map(wanted).join(", ") || "no operands"))];
  const given = operands.map(describe).join(", ") || "none";
  const shown = shapes.slice(0, MOST_SHAPES).join("; ") + (shapes.length > MOST_SHAPES ? "; …" : "");
  return new SourceError(
    operands[0]?.column ?? column,
    operands[0]?.length ?? mnemonic.length,
    `${mnemonic} does not take these operands: ${given}`,
    `it takes: ${shown}`,
  );
}

function describe(operand: SourceOperand): string {
  if (operand.kind === "memory") return operand.size === 0 ? "memory" : `memory of ${operand.size} bits`;
  if (operand.kind === "immediate") return "a number";
  const { kind, size } = operand.register;
  return kind === Kind.General ? `a register of ${size} bits` : `${REGISTER_WORDS[kind] ?? "a"} register`;
}

const REGISTER_WORDS: Readonly<Partial<Record<Kind, string>>> = {
  [Kind.Xmm]: "an xmm",
  [Kind.Mmx]: "an mm",
  [Kind.Segment]: "a segment",
  [Kind.Control]: "a control",
  [Kind.Debug]: "a debug",
  [Kind.X87]: "an st(i)",
};

/** What an operand of a form wants to be. */
function wanted(spec: OperandSpec): string {
  const bits = typeof spec.width === "number" && spec.width > 0 ? ` of ${spec.width} bits` : "";
  if (spec.place === "fixed") return spec.kind === Kind.X87 ? "st" : spec.text;
  if (spec.kind === Kind.Immediate) return "a number";
  if (spec.kind === Kind.Relative) return "a label";
  if (spec.kind === Kind.Memory) return `memory${bits}`;
  const register = `${REGISTER_WORDS[spec.kind] ?? "a"} register`;
  if (spec.place === "rm" && spec.rm === "both") return `${register} or memory${bits}`;
  return spec.kind === Kind.General ? register + bits : register;
}
