/** One operand of a decoded instruction as text. Source of the conventions: GNU binutils, objdump -M intel. */
import { type Insn, NONE, nearSize, RIP } from "../../machine/isa/insn.js";
import { Kind, type Operand, type OperandSpec } from "../../machine/isa/operand.js";
import { FS, GENERAL_NAMES, SEGMENT_NAMES, type Size } from "../../machine/isa/registers.js";

const POINTER_WORDS: Readonly<Record<number, string>> = {
  ...{ 8: "BYTE", 16: "WORD", 32: "DWORD", 48: "FWORD", 64: "QWORD", 80: "TBYTE", 128: "XMMWORD" },
};

/** Names an address, such as a label; undefined when it has no name. */
export type SymbolNames = (address: bigint) => string | undefined;

/** The text of an operand, which `spec` describes in the form, of an instruction at `address`. */
export function formatOperand(
  insn: Insn,
  operand: Operand,
  spec: OperandSpec,
  address: bigint,
  symbol: SymbolNames | undefined,
): string {
  switch (operand.kind) {
    case Kind.General:
      return GENERAL_NAMES[operand.size as Size][operand.register]!;
    case Kind.Memory:
      return formatMemory(insn, operand, spec);
    case Kind.Immediate:
      return spec.place === "fixed" ? String(spec.fixed) : formatImmediate(insn, operand);
    case Kind.Relative: {
      const target = branchTarget(insn, address);
      return symbol?.(target) ?? hex(target);
    }
    case Kind.X87:
      return spec.place === "fixed" ? "st" : `st(${operand.register})`;
    case Kind.Segment:
      return SEGMENT_NAMES[operand.register] ?? "?";
    default:
      return `${REGISTER_PREFIXES[operand.kind]}${operand.register}`;
  }
}

const REGISTER_PREFIXES: Readonly<Partial<Record<Kind, string>>> = {
  [Kind.Xmm]: "xmm",
  [Kind.Mmx]: "mm",
  [Kind.Control]: "cr",
  [Kind.Debug]: "dr",
};

/** ENTER has two immediates in one field: `register` of the operand is the offset of its byte. */
function formatImmediate(insn: Insn, operand: Operand): string {
  return hex(BigInt.asUintN(operand.size || 64, insn.immediate >> BigInt(operand.register * 8)));
}

function formatMemory(insn: Insn, operand: Operand, spec: OperandSpec): string {
  const segment = hasOverride(insn) ? `${SEGMENT_NAMES[insn.segment]}:` : "";
  if (spec.place === "offset") return `${segment || "ds:"}${hex(absolute(insn))}`;
  const isPair = operand.size === 128 && spec.kind === Kind.Memory && insn.form.lockable;
  // A far pointer is as wide as the register that takes its offset, and the selector behind that.
  const isFar = /^l[sfgde]s$/.test(insn.mnemonic);
  const words = isPair ? "OWORD" : POINTER_WORDS[isFar ? insn.size + 16 : operand.size];
  const size = words === undefined ? "" : `${words} PTR `;
  if (insn.base === NONE && insn.index === NONE) return `${size}${segment || "ds:"}${hex(absolute(insn))}`;
  return `${size}${segment}[${addressText(insn)}]`;
}

/** In 64-bit mode the others than FS and GS have no effect. */
function hasOverride({ segmentOverride, codeSize }: Insn): boolean {
  return segmentOverride >= (codeSize === 64 ? FS : 0);
}

function absolute(insn: Insn): bigint {
  return BigInt.asUintN(insn.addressSize, insn.displacement);
}

function addressText(insn: Insn): string {
  const names = GENERAL_NAMES[insn.addressSize];
  const parts: string[] = [];
  if (insn.base === RIP) parts.push(insn.addressSize === 64 ? "rip" : "eip");
  else if (insn.base !== NONE) parts.push(names[insn.base]!);
  const scale = insn.addressSize === 16 ? "" : `*${1 << insn.scale}`;
  if (insn.index !== NONE) parts.push(`${names[insn.index]}${scale}`);
  const text = parts.join("+");
  if (insn.displacementLength === 0) return text;
  return insn.displacement < 0n ? `${text}-${hex(-insn.displacement)}` : `${text}+${hex(insn.displacement)}`;
}

/** Where a branch leads: an address of its near size. */
export function branchTarget(insn: Insn, address: bigint): bigint {
  return BigInt.asUintN(nearSize(insn), address + BigInt(insn.length + insn.relative));
}

/** The address of memory that no register moves; undefined when there is none. */
export function memoryTarget(insn: Insn, address: bigint): bigint | undefined {
  if (insn.base === RIP)
    return BigInt.asUintN(insn.addressSize, address + BigInt(insn.length) + insn.displacement);
  const hasMemory = insn.operands.some((operand) => operand.kind === Kind.Memory);
  const isFixed = hasMemory && insn.base === NONE && insn.index === NONE && !hasOverride(insn);
  return isFixed ? absolute(insn) : undefined;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
