/**
 * Which encoding an instruction of the source gets: all forms that its operands fit, and of those the shortest;
 * the order of definition decides between equals, as it does in GNU as.
 */

import { parseForm } from "../../machine/isa/form-grammar.js";
import type { Form } from "../../machine/isa/instruction.js";
import { INSTRUCTIONS } from "../../machine/isa/instruction-set.js";
import { Kind, type OperandSpec } from "../../machine/isa/operand.js";
import { type Constant, type Encoding, encode, type WrittenPrefixes } from "./encode.js";
import type { SourceOperand } from "./operand.js";
import { SourceError, suggestion } from "./problem.js";

/** Forms by every name that leads to them. */
const FORMS_BY_NAME = new Map<string, Form[]>();
for (const instruction of INSTRUCTIONS) {
  const forms = instruction.forms.map((text) => parseForm(instruction, text));
  for (const name of [instruction.mnemonic, ...(instruction.aliases ?? [])]) {
    FORMS_BY_NAME.set(name, [...(FORMS_BY_NAME.get(name) ?? []), ...forms]);
  }
}

/** Every mnemonic. */
export const MNEMONICS: ReadonlySet<string> = new Set(FORMS_BY_NAME.keys());

/** The result: bytes, or a branch whose length depends on its distance. */
export type Matched =
  | { kind: "encoding"; encoding: Encoding }
  | { kind: "branch"; short: Encoding; long: Encoding };

interface Candidate {
  form: Form;
  size: number;
}

const MOVABS = "movabs";

/** Encodes an instruction, or says why it cannot be. */
export function match(
  mnemonic: string,
  column: number,
  operands: readonly SourceOperand[],
  written: WrittenPrefixes,
  constant: Constant,
): Matched {
  const forms = FORMS_BY_NAME.get(mnemonic);
  if (!forms) throw unknownMnemonic(mnemonic, column);
  const usable = forms.filter(
    (form) =>
      form.operands.length === operands.length && allowsName(form, mnemonic) && allowsPrefixes(form, written),
  );
  const branches = operands.some((one) => one.kind === "memory" && one.bare) && forms.some(isRelative);
  const candidates = usable
    .filter((form) => !branches || isRelative(form))
    .flatMap((form) => sizesOf(form).map((size) => ({ form, size })))
    .filter(
      ({ form, size }) =>
        form.operands.every((spec, n) => fits(spec, form, size, operands[n]!, constant)) &&
        !isHiddenNop(form, size, operands),
    );
  if (candidates.length === 0) throw noFit(mnemonic, column, forms, operands, written);
  if (candidates.every(({ form }) => isRelative(form)))
    return branch(candidates, operands, written, constant);
  refuseAmbiguity(mnemonic, candidates, operands);
  let best: Encoding | undefined;
  for (const { form, size } of candidates) {
    const encoding = encode(form, size, operands, written, constant);
    if (!best || encoding.bytes.length < best.bytes.length) best = encoding;
  }
  return { kind: "encoding", encoding: best! };
}

const isRelative = (form: Form): boolean => form.operands.some((spec) => spec.place === "relative");

/** `movabs` is for 64-bit immediates and absolute addresses only; `mov` never takes the latter. */
function allowsName(form: Form, mnemonic: string): boolean {
  const absolute = form.operands.some((spec) => spec.place === "offset");
  if (mnemonic === MOVABS)
    return absolute || form.operands.some((spec) => spec.width === "v" && spec.place === "immediate");
  return !absolute;
}

function allowsPrefixes(form: Form, written: WrittenPrefixes): boolean {
  return !written.lock || form.lockable;
}

/** 90 is NOP, which leaves RAX as it is: XCHG EAX, EAX clears its upper half and needs two bytes. */
function isHiddenNop(form: Form, size: number, operands: readonly SourceOperand[]): boolean {
  if (form.opcode !== 0x90 || form.map !== 0 || !form.registerInOpcode || size !== 32) return false;
  return operands.every((one) => one.kind === "register" && one.register.number === 0);
}

function sizesOf(form: Form): number[] {
  const sizes =
    form.sizing === "v"
      ? [32, 64, 16]
      : form.sizing === "y"
        ? [32, 64]
        : form.sizing === "q"
          ? [64, 16]
          : [form.sizing];
  return form.rexW === undefined || typeof form.sizing === "number"
    ? sizes
    : sizes.filter((size) => (size === 64) === (form.rexW === 1));
}

function widthOf(spec: OperandSpec, size: number): number {
  return typeof spec.width === "number" ? spec.width : size;
}

function fits(
  spec: OperandSpec,
  form: Form,
  size: number,
  operand: SourceOperand,
  constant: Constant,
): boolean {
  const width = widthOf(spec, size);
  switch (spec.place) {
    case "fixed":
      if (spec.kind === Kind.Immediate)
        return operand.kind === "immediate" && constant(operand.value) === BigInt(spec.fixed);
      return (
        operand.kind === "register" &&
        operand.register.kind === spec.kind &&
        operand.register.number === spec.fixed &&
        (spec.kind !== Kind.General || operand.register.size === width)
      );
    case "reg":
    case "opcode":
      return isRegister(operand, spec.kind, width);
    case "rm":
      if (operand.kind === "memory") return spec.rm !== "register" && fitsMemory(operand.size, width, form);
      if (spec.rm === "memory" || spec.kind === Kind.Memory) return false;
      return isRegister(operand, spec.kind, spec.text.startsWith("r32/") ? 32 : width);
    case "offset":
      return (
        operand.kind === "memory" &&
        operand.base === -1 &&
        operand.index === -1 &&
        fitsMemory(operand.size, width, form)
      );
    case "relative":
      return operand.kind === "immediate" || (operand.kind === "memory" && operand.bare);
    default:
      return operand.kind === "immediate" && fitsImmediate(spec, size, constant(operand.value));
  }
}

function isRegister(operand: SourceOperand, kind: Kind, width: number): boolean {
  if (operand.kind !== "register" || operand.register.kind !== kind) return false;
  return kind !== Kind.General || operand.register.size === width;
}

/** Memory of unsaid size fits; where 64 and 16 bits are possible on the stack, it is 64. */
function fitsMemory(said: number, width: number, form: Form): boolean {
  if (said === 0) return !(form.sizing === "q" && width === 16);
  return width === 0 || said === width;
}

/** An immediate that is not known yet takes the full width. */
function fitsImmediate(spec: OperandSpec, size: number, value: bigint | undefined): boolean {
  if (value === undefined) return !spec.signed;
  const between = (low: bigint, high: bigint) => value >= low && value <= high;
  const whole = 1n << BigInt(size || 8);
  if (spec.signed) return between(-128n, 127n) || between(whole - 128n, whole - 1n);
  if (spec.width === "z" && size === 64)
    return between(-0x80000000n, 0x7fffffffn) || between(whole - 0x80000000n, whole - 1n);
  const width = BigInt(spec.width === "z" || spec.width === "v" ? size : (spec.width as number));
  return between(-(1n << (width - 1n)), (1n << width) - 1n);
}

/** Memory whose size nothing tells could be several things: the source must say which. */
function refuseAmbiguity(
  mnemonic: string,
  candidates: readonly Candidate[],
  operands: readonly SourceOperand[],
): void {
  const at = operands.findIndex((one) => one.kind === "memory" && one.size === 0);
  const operand = operands[at];
  if (!operand) return;
  const widths = new Set(candidates.map(({ form, size }) => widthOf(form.operands[at]!, size)));
  if (widths.size <= 1) return;
  throw new SourceError(
    operand.column,
    operand.length,
    `${mnemonic} could mean memory of ${[...widths].sort((a, b) => a - b).join(", ")} bits`,
    "write byte ptr, word ptr, dword ptr or qword ptr before it",
  );
}

function branch(
  candidates: readonly Candidate[],
  operands: readonly SourceOperand[],
  written: WrittenPrefixes,
  constant: Constant,
): Matched {
  const find = (width: number) =>
    candidates.find(({ form }) =>
      form.operands.some((spec) => spec.place === "relative" && spec.width === width),
    );
  const make = (candidate: Candidate) => encode(candidate.form, candidate.size, operands, written, constant);
  const [short, long] = [find(8), find(32)];
  if (short && long) return { kind: "branch", short: make(short), long: make(long) };
  return { kind: "encoding", encoding: make((short ?? long)!) };
}

function unknownMnemonic(mnemonic: string, column: number): SourceError {
  const shown = mnemonic.length > 40 ? `${mnemonic.slice(0, 40)}…` : mnemonic;
  return new SourceError(
    column,
    Math.min(mnemonic.length, 40),
    `there is no instruction "${shown}" in this machine`,
    suggestion(mnemonic, MNEMONICS, "see the reference of instructions"),
  );
}

function noFit(
  mnemonic: string,
  column: number,
  forms: readonly Form[],
  operands: readonly SourceOperand[],
  written: WrittenPrefixes,
): SourceError {
  if (written.lock && !forms.some((form) => form.lockable)) {
    return new SourceError(
      column,
      mnemonic.length,
      `lock cannot stand before ${mnemonic}`,
      "lock is for read-modify-write of memory",
    );
  }
  const shapes = [
    ...new Set(
      forms.map((form) =>
        form.operands.length === 0 ? "no operands" : form.operands.map((spec) => spec.text).join(", "),
      ),
    ),
  ];
  const given = operands.map(describe).join(", ") || "none";
  const shown = shapes.slice(0, 4).join("; ") + (shapes.length > 4 ? "; …" : "");
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
