/**
 * The operands of an instruction whose form, prefixes and addressing mode are known: registers, immediates, distances.
 * Source: Intel SDM Vol. 2A §2.1, §2.2.1 (REX), §3.1.1.3.
 */
import { fail, kept, next, next16, next32, next64, nextSigned8 } from "./code-bytes.js";
import { readOffset } from "./decode-address.js";
import type { Insn } from "./insn.js";
import { Kind, type Operand, type OperandSpec, operand, operandList } from "./operand.js";
import { GS, HIGH_BYTE } from "./registers.js";

const CONTROL_REGISTERS: ReadonlySet<number> = new Set([0, 2, 3, 4, 8]);

/** Those of the instruction that is being decoded. */
const operands: Operand[] = [];

/** All operands, in the order of the form; immediates and distances are taken from the bytes. */
export function readOperands(insn: Insn, opcode: number, modrm: number, rex: number): readonly Operand[] {
  const specs = insn.form.operands;
  operands.length = 0;
  for (let n = 0; n < specs.length; n++) operands.push(readOperand(insn, specs[n]!, opcode, modrm, rex));
  return operandList(operands);
}

function readOperand(insn: Insn, spec: OperandSpec, opcode: number, modrm: number, rex: number): Operand {
  const size = sizeOf(insn, spec);
  switch (spec.place) {
    case "reg":
      return registerOperand(spec.kind, size, ((modrm >> 3) & 7) | ((rex & 4) << 1), rex);
    case "opcode":
      return registerOperand(spec.kind, size, (opcode & 7) | ((rex & 1) << 3), rex);
    case "rm":
      if (modrm < 0xc0) return operand(Kind.Memory, size, 0);
      return registerOperand(spec.kind, registerSize(spec, size), (modrm & 7) | ((rex & 1) << 3), rex);
    case "fixed":
      if (spec.kind !== Kind.Immediate) return operand(spec.kind, size, spec.fixed);
      insn.immediate = BigInt(spec.fixed);
      return operand(spec.kind, size, 0);
    case "offset":
      readOffset(insn);
      return operand(Kind.Memory, size, 0);
    case "relative":
      return readDistance(insn, size);
    default:
      return readImmediate(insn, spec);
  }
}

/** Bits of an operand. General registers of 64 bits exist in 64-bit mode alone: elsewhere they have what there is. */
function sizeOf({ codeSize, form, size }: Insn, { width, kind }: OperandSpec): number {
  if (typeof width !== "number") return size;
  if (width !== 64 || codeSize === 64 || kind !== Kind.General) return width;
  return form.isNear ? size : 32;
}

/** In 64-bit mode a near branch ignores prefix 66 (Intel; AMD does not). */
function readDistance(insn: Insn, width: number): Operand {
  const isWord = width !== 8 && insn.codeSize !== 64 && insn.size === 16;
  insn.immediateLength = isWord ? 2 : width >> 3;
  insn.relative = width === 8 ? nextSigned8() : isWord ? (next16() << 16) >> 16 : next32();
  return operand(Kind.Relative, width, 0);
}

/** Registers of vectors and x87 keep their full width whatever the memory alternative's width is. */
function registerSize(spec: OperandSpec, size: number): number {
  return spec.kind === Kind.Xmm
    ? 128
    : spec.kind === Kind.Mmx
      ? 64
      : spec.text.startsWith("r32/")
        ? 32
        : size;
}

function registerOperand(kind: Kind, size: number, register: number, rex: number): Operand {
  if (kind === Kind.General) {
    if (size === 8 && (rex & 0xf0) === 0 && register >= 4)
      return operand(kind, size, register - 4 + HIGH_BYTE);
    return operand(kind, size, register);
  }
  if (kind === Kind.Mmx || kind === Kind.X87) return operand(kind, size, register & 7);
  if (kind === Kind.Segment) {
    if ((register & 7) > GS) fail("invalid");
    return operand(kind, size, register & 7);
  }
  const exists =
    kind === Kind.Control ? CONTROL_REGISTERS.has(register) : kind !== Kind.Debug || register < 8;
  if (!exists) fail("invalid");
  return operand(kind, size, register);
}

function readImmediate(insn: Insn, spec: OperandSpec): Operand {
  const target = insn.size;
  const width =
    spec.width === "z" ? (target === 16 ? 16 : 32) : spec.width === "v" ? target : (spec.width as number);
  // ENTER alone has two immediates; the second is read by its definition from the bytes that follow the first.
  const already = insn.immediateLength;
  insn.immediateLength += width >> 3;
  let value: bigint;
  if (width === 8) value = kept(spec.signed ? nextSigned8() : next());
  else if (width === 16) value = kept(next16());
  else if (width === 32) value = kept(next32());
  else value = next64();
  const size = spec.width === "z" || spec.signed ? target : width;
  if (value < 0n) value = BigInt.asUintN(size, value);
  insn.immediate = already > 0 ? insn.immediate | (value << BigInt(already * 8)) : value;
  return operand(Kind.Immediate, size, already);
}
