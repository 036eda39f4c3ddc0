/**
 * A decoded instruction as text in Intel syntax, as GNU as reads it back.
 * Source of the conventions: GNU binutils, objdump -M intel. Leaves out: objdump's columns.
 */
import { type Insn, NONE, RIP } from "../../machine/isa/insn.js";
import { Kind, type Operand } from "../../machine/isa/operand.js";
import { DS, FS, GENERAL_NAMES, SEGMENT_NAMES, type Size, SS } from "../../machine/isa/registers.js";

export interface FormatOptions {
  /** A name for an address, such as a label: shown instead of the number where a branch leads. */
  readonly symbol?: (address: bigint) => string | undefined;
}

const POINTER_WORDS: Readonly<Record<number, string>> = {
  ...{ 8: "BYTE", 16: "WORD", 32: "DWORD", 48: "FWORD", 64: "QWORD", 80: "TBYTE", 128: "XMMWORD" },
};

/** `mov rax, QWORD PTR [rbp-8]` for an instruction at `address`. */
export function formatInstruction(insn: Insn, address: bigint, options: FormatOptions = {}): string {
  const operands = insn.operands.map((operand) => formatOperand(insn, operand, address, options));
  const name = prefixWords(insn) + mnemonicOf(insn);
  return operands.length === 0 ? name : `${name} ${operands.join(", ")}`;
}

/** 64-bit immediates and absolute addresses have a name of their own. */
function mnemonicOf(insn: Insn): string {
  const absolute = insn.form.operands.some((spec) => spec.place === "offset");
  const wide =
    insn.form.operands.some((spec) => spec.place === "immediate" && spec.width === "v") && insn.size === 64;
  return insn.mnemonic === "mov" && (absolute || wide) ? "movabs" : insn.mnemonic;
}

const COMPARES = /^(cmps|scas)/;

function prefixWords(insn: Insn): string {
  let words = insn.lock ? "lock " : "";
  if (insn.form.repeatable && insn.repeat !== 0) {
    words += insn.repeat === 2 ? "repnz " : COMPARES.test(insn.mnemonic) ? "repz " : "rep ";
  }
  return words;
}

function formatOperand(insn: Insn, operand: Operand, address: bigint, options: FormatOptions): string {
  switch (operand.kind) {
    case Kind.General:
      return GENERAL_NAMES[operand.size as Size][operand.register]!;
    case Kind.Memory:
      return formatMemory(insn, operand);
    case Kind.Immediate:
      return formatImmediate(insn, operand);
    case Kind.Relative: {
      const target = BigInt.asUintN(64, address + BigInt(insn.length + insn.relative));
      return options.symbol?.(target) ?? hex(target);
    }
    case Kind.Xmm:
      return `xmm${operand.register}`;
    case Kind.Mmx:
      return `mm${operand.register}`;
    case Kind.Segment:
      return SEGMENT_NAMES[operand.register] ?? "?";
    case Kind.Control:
      return `cr${operand.register}`;
    case Kind.Debug:
      return `dr${operand.register}`;
    default:
      return operand.register === 0 && insn.form.operands.some((spec) => spec.place === "fixed")
        ? "st"
        : `st(${operand.register})`;
  }
}

/** ENTER has two immediates in one field: `register` of the operand is the offset of its byte. */
function formatImmediate(insn: Insn, operand: Operand): string {
  return hex(BigInt.asUintN(operand.size || 64, insn.immediate >> BigInt(operand.register * 8)));
}

function formatMemory(insn: Insn, operand: Operand): string {
  const words = POINTER_WORDS[operand.size];
  const size = words === undefined ? "" : `${words} PTR `;
  const shown =
    insn.segment >= FS || (insn.segmentOverride >= 0 && insn.segment !== DS && insn.segment !== SS);
  const segment = shown ? `${SEGMENT_NAMES[insn.segment]}:` : "";
  if (insn.base === NONE && insn.index === NONE) return `${size}${segment || "ds:"}${hex(absolute(insn))}`;
  return `${size}${segment}[${addressText(insn)}]`;
}

function absolute(insn: Insn): bigint {
  return BigInt.asUintN(insn.addressSize, insn.displacement);
}

function addressText(insn: Insn): string {
  const names = GENERAL_NAMES[insn.addressSize];
  const parts: string[] = [];
  if (insn.base === RIP) parts.push(insn.addressSize === 64 ? "rip" : "eip");
  else if (insn.base !== NONE) parts.push(names[insn.base]!);
  if (insn.index !== NONE) parts.push(`${names[insn.index]}*${1 << insn.scale}`);
  const text = parts.join("+");
  if (insn.displacement === 0n && insn.base !== RIP) return text;
  return insn.displacement < 0n ? `${text}-${hex(-insn.displacement)}` : `${text}+${hex(insn.displacement)}`;
}

/** The address that a RIP-relative operand means; undefined when there is none. */
export function ripTarget(insn: Insn, address: bigint): bigint | undefined {
  if (insn.base !== RIP) return undefined;
  return BigInt.asUintN(64, address + BigInt(insn.length) + insn.displacement);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
