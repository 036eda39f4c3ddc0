/**
 * What GNU as reads into an instruction before it looks for an encoding: operands that may be left out, names that
 * stand for another instruction. Source: GNU as manual, "i386-Mnemonics"; binutils opcodes/i386-opc.tbl.
 */
import type { CodeSize } from "../../machine/isa/insn.js";
import { Kind } from "../../machine/isa/operand.js";
import { RAX } from "../../machine/isa/registers.js";
import type { Expression } from "./expression.js";
import { NO_REGISTER, type SourceOperand } from "./operand.js";
import type { WrittenPrefixes } from "./prefix-words.js";
import { SourceError } from "./problem.js";
import { REGISTERS } from "./register-names.js";
import { isStringName, readStringOperands } from "./string-operands.js";

/** An instruction as the source has it. */
export interface Written {
  /** In lower case. */
  mnemonic: string;
  readonly column: number;
  operands: readonly SourceOperand[];
  readonly prefixes: WrittenPrefixes;
  /** For which kind of code segment. */
  readonly codeSize: CodeSize;
}

/** Rewrites `written` in place. `valueOf` tells an immediate's value if it is known. */
export function rewrite(written: Written, valueOf: (value: Expression) => bigint | undefined): void {
  if (written.codeSize !== 64 && LONG_NAME.test(written.mnemonic)) throw onlyLong(written);
  readNarrowAddress(written);
  readComparisonName(written);
  readWaitingName(written);
  readStringOperands(written);
  readX87Operands(written);
  readNames(written, valueOf);
  readFarPointer(written);
  if (written.codeSize !== 64) readLegacyNames(written);
}

/** `addr32` decides for memory without registers, which tell the address size otherwise. */
function readNarrowAddress(written: Written): void {
  if (!written.prefixes.addressSize) return;
  const addressSize = written.codeSize === 32 ? 16 : 32;
  written.operands = written.operands.map((operand) => {
    const isAbsolute =
      operand.kind === "memory" && operand.base === NO_REGISTER && operand.index === NO_REGISTER;
    return isAbsolute ? { ...operand, addressSize } : operand;
  });
}

/** Whether the name stands for another instruction. */
export function isRewritten(mnemonic: string): boolean {
  return (
    COMPARISON.test(mnemonic) || WAITING.has(mnemonic) || isStringName(mnemonic) || LEGACY_NAME.test(mnemonic)
  );
}

const COMPARISON = /^cmp(eq|lt|le|unord|neq|nlt|nle|ord)([ps][sd])$/;
const COMPARISONS = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"];

/** `cmpltps a, b` is `cmpps a, b, 1`. */
function readComparisonName(written: Written): void {
  const found = COMPARISON.exec(written.mnemonic);
  if (!found || written.operands.length !== 2) return;
  written.mnemonic = `cmp${found[2]}`;
  written.operands = [...written.operands, immediate(BigInt(COMPARISONS.indexOf(found[1]!)), written.column)];
}

const WAITING = new Set(["finit", "fclex", "fsave", "fstenv", "fstcw", "fstsw", "feni", "fdisi"]);

/** `finit` is FWAIT and `fninit`. */
function readWaitingName(written: Written): void {
  if (!WAITING.has(written.mnemonic)) return;
  written.mnemonic = `fn${written.mnemonic.slice(1)}`;
  written.prefixes.wait = true;
}

const WITH_TOP_FIRST = /^(f(add|mul|subr?|divr?)|fu?comip?)$/;
const WITH_TOP_LAST = /^f(add|mul|subr?|divr?)p$/;
const WITH_SECOND = /^(fxch|fu?comp?|fu?comip?|f(add|mul|subr?|divr?)p)$/;

/** ST(0) beside another register of the stack may be left out, and so may ST(1). */
function readX87Operands(written: Written): void {
  const { mnemonic, column } = written;
  if (written.operands.length === 0 && WITH_SECOND.test(mnemonic)) written.operands = [stack(1, column)];
  const [only, ...more] = written.operands;
  if (only?.kind !== "register" || only.register.kind !== Kind.X87 || more.length > 0) return;
  if (WITH_TOP_FIRST.test(mnemonic)) written.operands = [stack(0, column), only];
  else if (WITH_TOP_LAST.test(mnemonic)) written.operands = [only, stack(0, column)];
}

function readNames(written: Written, valueOf: (value: Expression) => bigint | undefined): void {
  const { mnemonic, operands, prefixes } = written;
  const [first, second] = operands;
  switch (mnemonic) {
    case "jecxz":
      prefixes.addressSize = written.codeSize !== 32;
      break;
    case "int":
      if (first?.kind !== "immediate" || valueOf(first.value) !== 3n) break;
      written.mnemonic = "int3";
      written.operands = [];
      break;
    case "xchg":
      if (!isAccumulator(first, written.codeSize) || !isAccumulator(second, written.codeSize)) break;
      written.mnemonic = "nop";
      written.operands = [];
      break;
    case "imul":
      if (operands.length === 2 && second?.kind === "immediate") written.operands = [first!, first!, second];
      break;
    case "movsx":
      if (second?.kind === "register" ? second.register.size === 32 : sizeOf(second) === 32)
        written.mnemonic = "movsxd";
      break;
    case "movd":
      if (operands.some((one) => generalSize(one) === 64 || sizeOf(one) === 64)) written.mnemonic = "movq";
      break;
    default:
  }
}

const LONG_NAME = /^(pushfq|popfq|jrcxz|movabs)$/;

/** The name is of 64-bit code, and stands elsewhere. */
export function onlyLong({ mnemonic, column }: Pick<Written, "mnemonic" | "column">): SourceError {
  return new SourceError(
    column,
    mnemonic.length,
    `${mnemonic} exists in 64-bit code alone`,
    "write .code64 above it",
  );
}

const FAR_NAMES: Readonly<Record<string, string>> = { ljmp: "jmp", lcall: "call" };
const LEGACY_NAME = /^(ljmp|lcall|jcxz|(push|pop)[af][dw]|(iret|l?ret)[dw]|lret)$/;

/** `jmp 0x8:start` and `ljmp 0x8, start`: the encoding has the offset first. */
function readFarPointer(written: Written): void {
  const near = FAR_NAMES[written.mnemonic];
  const isFar = near !== undefined || written.mnemonic === "jmp" || written.mnemonic === "call";
  const [selector, offset] = written.operands;
  if (!isFar || !selector || !offset || written.operands.length !== 2) return;
  written.mnemonic = near ?? written.mnemonic;
  written.operands = [asNumber(offset), asNumber(selector)];
}

/** An address as a number, as branches mean it. */
function asNumber(operand: SourceOperand): SourceOperand {
  if (operand.kind !== "memory" || !operand.bare || !operand.displacement) return operand;
  const { displacement: value, column, length } = operand;
  return { kind: "immediate", value, size: 0, column, length };
}

/** Names that mean the code segment's own operand size, or say another: `iret`, `iretd`, `pushaw`. */
function readLegacyNames(written: Written): void {
  const { codeSize, prefixes } = written;
  const name = written.mnemonic.replace(/^lret/, "retf");
  if (/^(iret|retf)q$/.test(name)) throw onlyLong(written);
  const [, stem, letter] = /^(iret|retf|pusha|popa|pushf|popf)([dwq]?)$/.exec(name) ?? [];
  if (name === "jcxz") {
    written.mnemonic = "jrcxz";
    prefixes.addressSize = codeSize !== 16;
  } else if (stem === "iret" || stem === "retf") {
    const isNarrow = letter === "w" || (letter === "" && codeSize === 16);
    written.mnemonic = isNarrow ? `${stem}w` : stem;
  } else if (stem !== undefined && letter !== undefined) written.mnemonic = stem + letter;
  else if (name === "aam" || name === "aad") {
    if (written.operands.length === 0) written.operands = [immediate(10n, written.column)];
  }
}

/** RAX: exchanging it with itself changes nothing, unlike EAX, whose upper half would be cleared. */
function isAccumulator(operand: SourceOperand | undefined, codeSize: CodeSize): boolean {
  return generalSize(operand) === codeSize && operand?.kind === "register" && operand.register.number === RAX;
}

function generalSize(operand: SourceOperand | undefined): number {
  return operand?.kind === "register" && operand.register.kind === Kind.General ? operand.register.size : 0;
}

function sizeOf(operand: SourceOperand | undefined): number {
  return operand?.kind === "memory" ? operand.size : 0;
}

function immediate(value: bigint, column: number): SourceOperand {
  return { kind: "immediate", value: { kind: "number", value }, size: 0, column, length: 1 };
}

function stack(number: number, column: number): SourceOperand {
  return { kind: "register", register: { ...REGISTERS.get("st")!, number }, column, length: 1 };
}
