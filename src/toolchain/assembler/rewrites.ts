/**
 * What GNU as reads into an instruction before it looks for an encoding: operands that may be left out, names that
 * stand for another instruction. Source: GNU as manual, "i386-Mnemonics"; binutils opcodes/i386-opc.tbl.
 */
import { Kind } from "../../machine/isa/operand.js";
import { RAX } from "../../machine/isa/registers.js";
import type { Expression } from "./expression.js";
import { NO_REGISTER, type SourceOperand } from "./operand.js";
import type { WrittenPrefixes } from "./prefix-words.js";
import { REGISTERS } from "./register-names.js";
import { isStringName, readStringOperands } from "./string-operands.js";

/** An instruction as the source has it. */
export interface Written {
  /** In lower case. */
  mnemonic: string;
  readonly column: number;
  operands: readonly SourceOperand[];
  readonly prefixes: WrittenPrefixes;
}

/** Rewrites `written` in place. `valueOf` tells an immediate's value if it is known. */
export function rewrite(written: Written, valueOf: (value: Expression) => bigint | undefined): void {
  readNarrowAddress(written);
  readComparisonName(written);
  readWaitingName(written);
  readStringOperands(written);
  readX87Operands(written);
  readNames(written, valueOf);
}

/** `addr32` decides for memory without registers, which tell the address size otherwise. */
function readNarrowAddress(written: Written): void {
  if (!written.prefixes.addressSize) return;
  written.operands = written.operands.map((operand) => {
    const isAbsolute =
      operand.kind === "memory" && operand.base === NO_REGISTER && operand.index === NO_REGISTER;
    return isAbsolute ? { ...operand, addressSize: 32 } : operand;
  });
}

/** Whether the name stands for another instruction. */
export function isRewritten(mnemonic: string): boolean {
  return COMPARISON.test(mnemonic) || WAITING.has(mnemonic) || isStringName(mnemonic);
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
      prefixes.addressSize = true;
      break;
    case "int":
      if (first?.kind !== "immediate" || valueOf(first.value) !== 3n) break;
      written.mnemonic = "int3";
      written.operands = [];
      break;
    case "xchg":
      if (!isAccumulator(first) || !isAccumulator(second)) break;
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

/** RAX: exchanging it with itself changes nothing, unlike EAX, whose upper half would be cleared. */
function isAccumulator(operand: SourceOperand | undefined): boolean {
  return generalSize(operand) === 64 && operand?.kind === "register" && operand.register.number === RAX;
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
