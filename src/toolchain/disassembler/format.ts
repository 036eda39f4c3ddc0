/**
 * A decoded instruction as text in Intel syntax, as GNU as reads it back and objdump -M intel prints it, but for
 * these: string instructions have no operands (`rep movsb`), a negative displacement from RIP has a sign, and a blank
 * follows every comma. Leaves out: REX bits without effect.
 */
import type { Insn } from "../../machine/isa/insn.js";
import { formatOperand, type SymbolNames } from "./format-operand.js";
import { prefixWords, tellsSize } from "./prefix-text.js";

export interface FormatOptions {
  /** A name for an address, such as a label: shown instead of the number where a branch leads. */
  readonly symbol?: SymbolNames;
  /** The instruction's bytes: with them prefixes are shown that have no effect. */
  readonly bytes?: Uint8Array;
}

/** `mov rax, QWORD PTR [rbp-0x8]` for an instruction at `address`. */
export function formatInstruction(insn: Insn, address: bigint, options: FormatOptions = {}): string {
  if (isPadding(insn, options.bytes)) {
    const register = insn.codeSize === 16 ? "eax" : "ax";
    return `${prefixWords(insn, options.bytes)}xchg ${register}, ${register}`;
  }
  const compared = comparison(insn);
  const operands = insn.operands
    .slice(0, compared === undefined ? undefined : 2)
    .map((operand, n) => formatOperand(insn, operand, insn.form.operands[n]!, address, options.symbol));
  const name = prefixWords(insn, options.bytes) + (compared ?? mnemonicOf(insn));
  if (isFarPointer(insn)) return `${name} ${operands[1]}:${operands[0]}`;
  return operands.length === 0 ? name : `${name} ${operands.join(", ")}`;
}

/** `66 90`, with which code is padded. */
function isPadding(insn: Insn, bytes: Uint8Array | undefined): boolean {
  if (insn.mnemonic !== "nop" || insn.form.opcode !== 0x90 || insn.form.map !== 0) return false;
  return bytes?.subarray(0, insn.prefixes).includes(0x66) ?? false;
}

/** Nothing but the name can tell the operand size. */
function isStackSized({ form, codeSize }: Insn): boolean {
  return form.sizing === "q" || (codeSize !== 64 && /^(push|pop)a$/.test(form.instruction.mnemonic));
}

/** 64-bit immediates and absolute addresses have a name of their own, and so has RCX's lower half. */
function mnemonicOf(insn: Insn): string {
  const { mnemonic, form } = insn;
  if (mnemonic === "jrcxz") return { 64: mnemonic, 32: "jecxz", 16: "jcxz" }[insn.addressSize];
  // PUSH, POP and their kin of 16 bits, where no operand says so.
  if (isStackSized(insn) && insn.size !== insn.codeSize && !tellsSize(insn))
    return mnemonic + (insn.size === 16 ? "w" : "d");
  if (insn.codeSize === 16 && insn.size === 32 && /^(iret|retf)$/.test(mnemonic)) return `${mnemonic}d`;
  if (mnemonic !== "mov") return mnemonic;
  const absolute = form.operands.some((spec) => spec.place === "offset");
  const wide =
    insn.size === 64 && form.operands.some((spec) => spec.place === "immediate" && spec.width === "v");
  return (absolute && insn.codeSize === 64) || wide ? "movabs" : mnemonic;
}

/** `jmp 0x8:0x7c00`: the encoding has the offset first. */
function isFarPointer({ mnemonic, operands }: Insn): boolean {
  return operands.length === 2 && (mnemonic === "jmp" || mnemonic === "call");
}

const COMPARISONS = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"];

/** `cmpltps` for CMPPS with an immediate of 1. */
function comparison(insn: Insn): string | undefined {
  const found = /^cmp([ps][sd])$/.exec(insn.mnemonic);
  const name = found && insn.operands.length === 3 ? COMPARISONS[Number(insn.immediate)] : undefined;
  return name === undefined ? undefined : `cmp${name}${found![1]}`;
}
