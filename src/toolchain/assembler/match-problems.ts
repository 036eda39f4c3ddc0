/** Why no encoding fits an instruction, in words, and what would. */
import type { Form } from "../../machine/isa/instruction.js";
import { Kind } from "../../machine/isa/operand.js";
import type { Constant } from "./encode.js";
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

const MOST_SHAPES = 4;

function shapeProblem({ mnemonic, column, operands }: Written, forms: readonly Form[]): SourceError {
  const shapes = [
    ...new Set(
      forms.map((form) =>
        form.operands.length === 0 ? "no operands" : form.operands.map((spec) => spec.text).join(", "),
      ),
    ),
  ];
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
  if (operand.kind === "immediate") return "an immediate";
  return operand.register.kind === Kind.General
    ? `a register of ${operand.register.size} bits`
    : "a register";
}
