/**
 * String instructions written with operands: `movs dword ptr [rdi], dword ptr fs:[rsi]` is `fs movsd`. The operands
 * tell the size, the source's segment and whether addresses have 32 bits; where they lie is fixed.
 */
import { Kind } from "../../machine/isa/operand.js";
import { RAX, RBX, RDI, RDX, RSI } from "../../machine/isa/registers.js";
import { type MemoryOperand, NO_REGISTER, type SourceOperand } from "./operand.js";
import { SourceError } from "./problem.js";
import type { Written } from "./rewrites.js";

/** What operand `n` of an instruction is. */
type Part = "destination" | "source" | "accumulator" | "port" | "table";

const SHAPES: Readonly<Record<string, readonly (readonly Part[])[]>> = {
  movs: [["destination", "source"]],
  cmps: [["source", "destination"]],
  stos: [["destination", "accumulator"], ["destination"]],
  lods: [["accumulator", "source"], ["source"]],
  scas: [["accumulator", "destination"], ["destination"]],
  ins: [["destination", "port"]],
  outs: [["port", "source"]],
  xlat: [["table"]],
};

const NAME = /^(movs|cmps|stos|lods|scas|ins|outs)([bwdq]?)$|^(xlat)b?$/;
const LETTERS: Readonly<Record<number, string>> = { 8: "b", 16: "w", 32: "d", 64: "q" };
const DS = 3;
const ES = 0;

/** Whether a string instruction may be written under this name. */
export function isStringName(mnemonic: string): boolean {
  return NAME.test(mnemonic);
}

/** Replaces the operands of a string instruction by its name and prefixes. */
export function readStringOperands(written: Written): void {
  const found = NAME.exec(written.mnemonic);
  const stem = found?.[1] ?? found?.[3];
  if (stem === undefined || written.operands.length === 0) return;
  const shape = SHAPES[stem]!.find((parts) => fits(parts, written.operands));
  if (!shape) return;
  shape.forEach((part, n) => readPart(part, written.operands[n]!, written));
  if (stem === "xlat") written.mnemonic = "xlat";
  else written.mnemonic = stem + (found?.[2] || LETTERS[sizeOf(shape, written)] || "");
  written.operands = [];
}

function fits(parts: readonly Part[], operands: readonly SourceOperand[]): boolean {
  return (
    parts.length === operands.length &&
    parts.every((part, n) => {
      const operand = operands[n]!;
      if (part !== "accumulator" && part !== "port") return operand.kind === "memory" && !operand.bare;
      const register = operand.kind === "register" ? operand.register : undefined;
      return register?.kind === Kind.General && register.number === (part === "port" ? RDX : RAX);
    })
  );
}

function readPart(part: Part, operand: SourceOperand, { prefixes, mnemonic, codeSize }: Written): void {
  if (operand.kind !== "memory") return;
  const register = part === "destination" ? RDI : part === "source" ? RSI : RBX;
  const isPlain =
    operand.index === NO_REGISTER && operand.displacement === undefined && operand.base === register;
  if (!isPlain) {
    const name = part === "destination" ? "[rdi]" : part === "source" ? "[rsi]" : "[rbx]";
    throw new SourceError(
      operand.column,
      operand.length,
      `${mnemonic} takes its memory from registers only`,
      `write ${name} here`,
    );
  }
  if (part === "destination") refuseSegment(operand);
  else if (operand.segment >= 0 && operand.segment !== DS) prefixes.segment = operand.segment;
  if (operand.addressSize !== codeSize) prefixes.addressSize = true;
}

function refuseSegment(operand: MemoryOperand): void {
  if (operand.segment < 0 || operand.segment === ES) return;
  throw new SourceError(
    operand.column,
    operand.length,
    "the segment of [rdi] is always es",
    "leave the segment out",
  );
}

/** The size that the operands agree on; 0 when none tells. */
function sizeOf(shape: readonly Part[], { operands, mnemonic }: Written): number {
  const sizes = operands.map((operand, n) => {
    if (operand.kind === "register") return shape[n] === "port" ? 0 : operand.register.size;
    return operand.kind === "memory" ? operand.size : 0;
  });
  const said = new Set(sizes.filter((size) => size !== 0));
  if (said.size > 1)
    throw new SourceError(
      operands[0]!.column,
      operands[0]!.length,
      `the operands of ${mnemonic} differ in size`,
      "give both the same size",
    );
  return [...said][0] ?? 0;
}
