/**
 * Prefixes as words in front of a mnemonic: those that matter and no operand shows, and those without effect, which
 * compilers use as padding. Source: binutils opcodes/i386-dis.c.
 */
import { type Insn, NONE } from "../../machine/isa/insn.js";
import { Kind } from "../../machine/isa/operand.js";
import { FS, SEGMENT_NAMES } from "../../machine/isa/registers.js";

const SEGMENT_PREFIXES: readonly number[] = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const DS_PREFIX = 0x3e;
const COMPARES = /^(cmps|scas)/;
const BRANCHES = /^(j|call|ret|loop)/;

/** The words, each with a blank behind it. Without `bytes`, prefixes that change nothing are left out. */
export function prefixWords(insn: Insn, bytes?: Uint8Array): string {
  const prefixes = bytes ? [...bytes.subarray(0, insn.prefixes)] : meaningful(insn);
  const words = prefixes.map((byte, n) =>
    isShownElsewhere(insn, byte, prefixes, n) ? "" : wordOf(insn, byte),
  );
  return words.filter((word) => word !== "").join(" ") + (words.some((word) => word !== "") ? " " : "");
}

function meaningful(insn: Insn): number[] {
  const isImplicit = hasImplicitMemory(insn);
  const isOther = insn.addressSize !== insn.codeSize;
  const prefixes: number[] = [];
  if (insn.segmentOverride >= (insn.codeSize === 64 ? FS : 0) && isImplicit)
    prefixes.push(SEGMENT_PREFIXES[insn.segmentOverride]!);
  if (isOther && (isImplicit || isAbsolute(insn) || /^loop/.test(insn.mnemonic))) prefixes.push(0x67);
  if (isUnusual(insn) && insn.form.sizing === "v" && !tellsSize(insn)) prefixes.push(0x66);
  if (insn.form.repeatable && insn.repeat !== 0) prefixes.push(0xf0 + insn.repeat);
  if (insn.lock) prefixes.push(0xf0);
  return prefixes;
}

/** The operand size is not the code's own. */
function isUnusual({ size, codeSize }: Insn): boolean {
  return codeSize === 16 ? size === 32 : size === 16;
}

/** Memory without registers, whose names would tell the address size. */
function isAbsolute(insn: Insn): boolean {
  return (
    insn.base === NONE && insn.index === NONE && insn.operands.some((operand) => operand.kind === Kind.Memory)
  );
}

/** String instructions and a few others have memory that is no operand. */
function hasImplicitMemory(insn: Insn): boolean {
  return insn.form.repeatable || /^(xlat|maskmov\w+)$/.test(insn.mnemonic);
}

/** The operands, or the choice of the instruction itself, tell the prefix; of several alike the last one counts. */
function isShownElsewhere(insn: Insn, byte: number, all: readonly number[], at: number): boolean {
  const { form } = insn;
  const later = all.slice(at + 1);
  const hasMemory = insn.operands.some((operand) => operand.kind === Kind.Memory);
  if (SEGMENT_PREFIXES.includes(byte))
    return (
      hasMemory &&
      SEGMENT_PREFIXES[insn.segmentOverride] === byte &&
      insn.segmentOverride >= (insn.codeSize === 64 ? FS : 0) &&
      !later.includes(byte)
    );
  if (later.includes(byte)) return false;
  if (byte === 0x66) return form.prefix === "66" || isSizeShown(insn) || isExchange(insn);
  if (byte === 0x67) return (hasMemory && !isAbsolute(insn)) || insn.mnemonic === "jrcxz";
  const repeats = later.some((other) => other === 0xf2 || other === 0xf3);
  return !repeats && ((byte === 0xf2 && form.prefix === "F2") || (byte === 0xf3 && form.prefix === "F3"));
}

function isSizeShown(insn: Insn): boolean {
  const { form } = insn;
  return isUnusual(insn) && (form.sizing === "q" || form.prefixIsSize || tellsSize(insn));
}

/** An operand, or for a few an attribute of the form, has the operand size. */
export function tellsSize({ form }: Insn): boolean {
  return form.operands.some(
    (spec) => typeof spec.width !== "number" && (spec.kind === Kind.General || spec.kind === Kind.Memory),
  );
}

/** `66 90` is XCHG AX, AX. */
function isExchange(insn: Insn): boolean {
  return insn.mnemonic === "nop" && insn.form.opcode === 0x90;
}

function wordOf(insn: Insn, byte: number): string {
  const segment = SEGMENT_PREFIXES.indexOf(byte);
  const isBranch = BRANCHES.test(insn.mnemonic);
  if (byte === DS_PREFIX && isBranch && insn.form.hasModrm) return "notrack";
  if (segment >= 0) return SEGMENT_NAMES[segment]!;
  if (byte === 0x66) return insn.codeSize === 16 ? "data32" : "data16";
  if (byte === 0x67) return insn.codeSize === 32 ? "addr16" : "addr32";
  if (byte === 0xf0) return "lock";
  if (byte === 0xf2) return insn.lock ? "xacquire" : isBranch ? "bnd" : "repnz";
  if (insn.lock) return "xrelease";
  return insn.form.repeatable && !COMPARES.test(insn.mnemonic) ? "rep" : "repz";
}
