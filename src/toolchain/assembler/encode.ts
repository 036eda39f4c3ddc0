/**
 * One instruction into bytes: from a form of the instruction set and operands that fit it.
 * Source: Intel SDM Vol. 2A chapter 2; the order of prefixes is GNU as's.
 */
import type { CodeSize } from "../../machine/isa/insn.js";
import type { Form } from "../../machine/isa/instruction.js";
import { Kind, type OperandSpec } from "../../machine/isa/operand.js";
import { DS, HIGH_BYTE, RBP, RSP, SS } from "../../machine/isa/registers.js";
import { encodeMemory } from "./encode-memory.js";
import { type Constant, type Encoding, type Fixup, pushNumber } from "./encoding.js";
import type { Expression } from "./expression.js";
import { immediateBits, isSignExtended } from "./fitting.js";
import { type MemoryOperand, NO_REGISTER, type SourceOperand } from "./operand.js";
import { prefixBytes, type WrittenPrefixes } from "./prefix-words.js";
import { SourceError } from "./problem.js";

/** Encodes `operands`, which fit `form` at operand size `size`, in bits. */
export function encode(
  form: Form,
  size: number,
  operands: readonly SourceOperand[],
  written: WrittenPrefixes,
  constant: Constant,
  codeSize: CodeSize,
): Encoding {
  const memory = operands.find(
    (one): one is MemoryOperand => one.kind === "memory" && !(one.bare && hasRelative(form)),
  );
  const bytes = prefixBytes(written, {
    segment: memory ? segmentOf(memory) : -1,
    addressSize: memory !== undefined && memory.addressSize !== codeSize,
    dataSize: needsDataSize(form, size, codeSize),
    repeat: form.prefix === "F2" ? 0xf2 : form.prefix === "F3" ? 0xf3 : 0,
    rex: rexOf(form, size, operands, memory),
    codeSize,
  });
  if (form.map > 0) bytes.push(0x0f);
  if (form.map > 1) bytes.push(form.map === 2 ? 0x38 : 0x3a);
  bytes.push(form.opcode | (registerInOpcode(form, operands) & 7));
  const fixups: Fixup[] = [];
  if (form.hasModrm) encodeModrm(form, operands, memory, bytes, fixups, constant, codeSize);
  encodeTail(form, size, operands, bytes, fixups, constant, codeSize);
  return { bytes, fixups };
}

/** An override that names the segment that is used anyway is left out. */
function segmentOf({ segment, base, index, addressSize }: MemoryOperand): number {
  const isStack = base === RSP || base === RBP || (addressSize === 16 && index === RBP);
  return segment === (isStack ? SS : DS) ? NO_REGISTER : segment;
}

/** Prefix 66 belongs to the encoding, or it chooses the operand size that is not the code segment's own. */
function needsDataSize(form: Form, size: number, codeSize: CodeSize): boolean {
  if (codeSize === 64) return form.prefix === "66" || (isSized(form) && size === 16);
  if (form.prefixIsSize) return (form.prefix === "66") !== (codeSize === 16);
  if (form.prefix === "66") return true;
  return (isSized(form) || form.isNear) && (size === 16) !== (codeSize === 16);
}

function isSized({ sizing, sizeFree }: Form): boolean {
  return (sizing === "v" || sizing === "q") && !sizeFree;
}

function hasRelative(form: Form): boolean {
  return form.operands.some((spec) => spec.place === "relative");
}

/** Number of the register operand at a place of the form; 0 when there is none. */
function registerAt(form: Form, operands: readonly SourceOperand[], place: "reg" | "rm" | "opcode"): number {
  const at = form.operands.findIndex((spec) => spec.place === place);
  const operand = operands[at];
  if (operand?.kind !== "register") return 0;
  const { number, kind } = operand.register;
  return kind === Kind.General && number >= HIGH_BYTE ? number - HIGH_BYTE + 4 : number;
}

const registerInOpcode = (form: Form, operands: readonly SourceOperand[]): number =>
  registerAt(form, operands, "opcode");

function rexOf(
  form: Form,
  size: number,
  operands: readonly SourceOperand[],
  memory: MemoryOperand | undefined,
): number {
  const wide =
    form.rexW === 1 || (size === 64 && (form.sizing === "v" || form.sizing === "y") && !form.rexWFree);
  const reg = registerAt(form, operands, "reg");
  const low = form.registerInOpcode
    ? registerInOpcode(form, operands)
    : memory
      ? Math.max(0, memory.base)
      : registerAt(form, operands, "rm");
  const index = memory ? Math.max(0, memory.index) : 0;
  let bits = (wide ? 8 : 0) | (reg >= 8 ? 4 : 0) | (index >= 8 ? 2 : 0) | (low >= 8 ? 1 : 0);
  const bytes = operands.filter(
    (one) => one.kind === "register" && one.register.kind === Kind.General && one.register.size === 8,
  );
  const needsRex = bytes.some(
    (one) => one.kind === "register" && one.register.number >= 4 && one.register.number < 8,
  );
  const high = bytes.find((one) => one.kind === "register" && one.register.number >= HIGH_BYTE);
  if (needsRex || bits !== 0) bits |= 0x40;
  if (bits !== 0 && high) {
    throw new SourceError(
      high.column,
      high.length,
      "ah, bh, ch and dh cannot stand beside registers that need a REX prefix",
      "use al, bl, cl or dl",
    );
  }
  return bits;
}

function encodeModrm(
  form: Form,
  operands: readonly SourceOperand[],
  memory: MemoryOperand | undefined,
  bytes: number[],
  fixups: Fixup[],
  constant: Constant,
  codeSize: CodeSize,
): void {
  if (form.modrm !== undefined) {
    bytes.push(form.modrmPlusIndex ? form.modrm | (registerAt(form, operands, "rm") & 7) : form.modrm);
    return;
  }
  const reg = (form.digit ?? registerAt(form, operands, "reg")) & 7;
  if (memory) encodeMemory(memory, reg, bytes, fixups, constant, codeSize);
  else bytes.push(0xc0 | (reg << 3) | (registerAt(form, operands, "rm") & 7));
}

/** Immediates, absolute offsets and branch distances, in the order of the operands. */
function encodeTail(
  form: Form,
  size: number,
  operands: readonly SourceOperand[],
  bytes: number[],
  fixups: Fixup[],
  constant: Constant,
  codeSize: CodeSize,
): void {
  form.operands.forEach((spec, n) => {
    const operand = operands[n]!;
    const { column, length } = operand;
    const later = (bits: number, relative: boolean, signed: boolean, expression: Expression): void => {
      const fieldSize = (bits >> 3) as Fixup["size"];
      fixups.push({ offset: bytes.length, size: fieldSize, relative, signed, expression, column, length });
      pushNumber(bytes, 0n, fieldSize);
    };
    if (spec.place === "immediate" && operand.kind === "immediate") {
      const bits = immediateBits(spec, size);
      const value = constant(operand.value);
      if (value === undefined) later(bits, false, isSignExtended(spec, size), operand.value);
      else pushNumber(bytes, value, bits >> 3);
    } else if (spec.place === "offset" && operand.kind === "memory") {
      later(operand.addressSize, false, false, operand.displacement ?? { kind: "number", value: 0n });
    } else if (spec.place === "relative")
      later(distanceBits(spec, size, codeSize), true, true, targetOf(operand));
  });
}

/** Outside of 64-bit mode operands of 16 bits make a long distance one of 16 bits. */
function distanceBits({ width }: OperandSpec, size: number, codeSize: CodeSize): number {
  return width !== 8 && codeSize !== 64 && size === 16 ? 16 : (width as number);
}

/** Where a branch leads. */
function targetOf(operand: SourceOperand): Expression {
  if (operand.kind === "immediate") return operand.value;
  if (operand.kind === "memory" && operand.displacement) return operand.displacement;
  throw new SourceError(operand.column, operand.length, "a branch needs a target", "name a label");
}
