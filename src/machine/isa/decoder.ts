/**
 * From bytes to one instruction. Driven by the forms of all definitions.
 * Source: Intel SDM Vol. 2A chapter 2 (format, ModRM, SIB, REX) and appendix A (opcode maps).
 * Leaves out: VEX, EVEX (they decode as invalid).
 */
import { ahead, begin, type DecodeFailure, fail, failed, MAX_LENGTH, next, place } from "./code-bytes.js";
import { readAddress, segmentOf } from "./decode-address.js";
import { readOperands } from "./decode-operands.js";
import { type CodeSize, Insn } from "./insn.js";
import type { Form } from "./instruction.js";
import { FORMS, LEGACY_FORMS } from "./instruction-set.js";
import { Kind } from "./operand.js";
import { CS, DS, ES, FS, GS } from "./registers.js";

export { type DecodeFailure, MAX_LENGTH };

/** Forms by map and opcode; in 64-bit mode other ones than elsewhere. */
const LISTS: readonly (readonly Form[])[] = buildLists(FORMS);
let legacyLists: readonly (readonly Form[])[] | undefined;

/**
 * Decodes the instruction whose first byte is `bytes[offset]`, reading nothing at or after `limit`. The result depends on
 * the bytes and on `codeSize` alone, so that it may be cached by physical address.
 * @param codeSize 64 in 64-bit mode; elsewhere the code segment's default for operands and addresses
 */
export function decode(
  bytes: Uint8Array,
  offset: number,
  limit = bytes.length,
  codeSize: CodeSize = 64,
): Insn | DecodeFailure {
  begin(bytes, offset, limit);
  const decoded = decodeFromHere(codeSize);
  const failure = failed();
  if (failure === undefined) return decoded as Insn;
  return failure === "truncated" && limit >= offset + MAX_LENGTH ? "too-long" : failure;
}

function listsOf(codeSize: CodeSize): readonly (readonly Form[])[] {
  if (codeSize === 64) return LISTS;
  legacyLists ??= buildLists(LEGACY_FORMS);
  return legacyLists;
}

/** Index of the forms of (map, opcode). */
function slot(map: number, opcode: number): number {
  return (map << 8) | opcode;
}

function buildLists(forms: readonly Form[]): Form[][] {
  const lists: Form[][] = Array.from({ length: 1024 }, () => []);
  for (const form of forms) {
    for (let r = 0; r < (form.registerInOpcode ? 8 : 1); r++)
      lists[slot(form.map, form.opcode + r)]!.push(form);
  }
  // A form with a mandatory prefix is more specific than one that takes any, a fixed ModRM more than a digit, a
  // digit more than a whole opcode, and NOP more than XCHG.
  const rank = (form: Form) =>
    (form.prefix === "F2" || form.prefix === "F3"
      ? 0
      : form.prefix === "66"
        ? 8
        : form.prefix === "NP"
          ? 16
          : 24) +
    (form.modrm === undefined ? 4 : 0) +
    (form.digit === undefined ? 2 : 0) +
    (form.rexB0 ? 0 : 1);
  for (const list of lists) list.sort((a, b) => rank(a) - rank(b));
  return lists;
}

function decodeFromHere(codeSize: CodeSize): Insn | undefined {
  const start = place();
  const hasRexes = codeSize === 64;
  let operandSize66 = false;
  let address67 = false;
  let lock = false;
  let repeat: 0 | 2 | 3 = 0;
  let segmentOverride = -1;
  let byte = next();
  prefixes: for (; failed() === undefined; byte = next()) {
    switch (byte) {
      case 0x66:
        operandSize66 = true;
        break;
      case 0x67:
        address67 = true;
        break;
      case 0xf0:
        lock = true;
        break;
      case 0xf2:
        repeat = 2;
        break;
      case 0xf3:
        repeat = 3;
        break;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
        // Ignored in 64-bit mode, so that an FS or GS before it stays.
        if (segmentOverride < FS || !hasRexes) segmentOverride = ES + ((byte >> 3) & 3);
        break;
      case 0x64:
      case 0x65:
        segmentOverride = byte === 0x64 ? FS : GS;
        break;
      default:
        if ((byte & 0xf0) !== 0x40 || !hasRexes) break prefixes;
        // A REX that another prefix follows has no effect.
        if (!isPrefix(ahead())) break prefixes;
    }
  }
  const prefixCount = place() - start - 1;
  let rex = 0;
  const hasRex = hasRexes && (byte & 0xf0) === 0x40;
  if (hasRex) {
    rex = byte;
    byte = next();
  }
  const opcodeStart = place() - 1;
  let map = 0;
  if (byte === 0x0f) {
    byte = next();
    map = 1;
    if (byte === 0x38 || byte === 0x3a) {
      map = byte === 0x38 ? 2 : 3;
      byte = next();
    }
  }
  const opcodeLength = place() - opcodeStart;
  if (failed() !== undefined) return undefined;

  const list = listsOf(codeSize)[slot(map, byte)]!;
  if (list.length === 0) {
    fail("invalid");
    return undefined;
  }
  let modrm = -1;
  if (list[0]!.hasModrm) {
    modrm = next();
    if (failed() !== undefined) return undefined;
    // Moves to and from control and debug registers always mean a register in ModRM.rm (SDM Vol. 2B, MOV).
    if (map === 1 && (byte & 0xfc) === 0x20) modrm |= 0xc0;
  }
  const narrow = operandSize66 !== (codeSize === 16);
  const form = choose(list, modrm, rex, operandSize66, narrow, repeat);
  if (form === undefined) {
    fail("invalid");
    return undefined;
  }

  const insn = new Insn(form, form.instruction.semantics);
  insn.setFacts(prefixCount, opcodeLength, repeat, lock, segmentOverride, codeSize);
  insn.setBytes(rex, modrm);
  insn.addressSize = codeSize === 64 ? (address67 ? 32 : 64) : address67 === (codeSize === 16) ? 32 : 16;
  insn.size = sizeOf(form, rex, narrow, codeSize);
  if (modrm >= 0 && modrm < 0xc0) readAddress(insn, modrm, rex);
  else insn.segment = segmentOf(insn, DS);
  insn.operands = readOperands(insn, byte, modrm, rex);
  insn.length = place() - start;
  // Code segments are loaded by far branches alone.
  const first = insn.operands[0];
  if (first?.kind === Kind.Segment && first.register === CS && form.operands[0]?.place === "reg")
    fail("invalid");
  if (lock && !lockAllowed(insn)) fail("lock");
  return insn;
}

function isPrefix(byte: number): boolean {
  return (
    (byte & 0xf0) === 0x40 ||
    (byte >= 0x64 && byte <= 0x67) ||
    (byte & 0xe7) === 0x26 ||
    (byte >= 0xf0 && byte <= 0xf3 && byte !== 0xf1)
  );
}

function choose(
  list: readonly Form[],
  modrm: number,
  rex: number,
  has66: boolean,
  narrow: boolean,
  repeat: number,
): Form | undefined {
  for (const form of list) {
    switch (form.prefix) {
      case "F2":
        if (repeat !== 2) continue;
        break;
      case "F3":
        if (repeat !== 3) continue;
        break;
      case "66":
        // Where 66 is only a size, REP and its kin do not hide it, and 16-bit code turns it round.
        if (form.prefixIsSize ? !narrow || (repeat !== 0 && form.map !== 0) : !has66 || repeat !== 0)
          continue;
        break;
      case "NP":
        if ((form.prefixIsSize ? narrow : has66) || repeat !== 0) continue;
        break;
      default:
    }
    if (form.rexW !== undefined && form.rexW !== ((rex >> 3) & 1)) continue;
    if (form.rexB0 && (rex & 1) !== 0) continue;
    if (form.hasModrm) {
      if (form.digit !== undefined && form.digit !== ((modrm >> 3) & 7)) continue;
      if (form.modrm !== undefined && form.modrm !== (form.modrmPlusIndex ? modrm & 0xf8 : modrm)) continue;
      if (form.rm === "memory" && modrm >= 0xc0) continue;
      if (form.rm === "register" && modrm < 0xc0) continue;
    }
    return form;
  }
  return undefined;
}

/** The operand size in bits; `narrow`: prefix 66 and the code segment make it 16. */
function sizeOf(form: Form, rex: number, narrow: boolean, codeSize: CodeSize): number {
  const wide = (rex & 8) !== 0;
  if (form.isNear && codeSize !== 64) return narrow ? 16 : 32;
  switch (form.sizing) {
    case "v":
      return wide ? 64 : narrow && form.prefix !== "66" ? 16 : 32;
    case "y":
      return wide ? 64 : 32;
    case "q":
      return wide ? 64 : narrow ? 16 : codeSize === 64 ? 64 : 32;
    default:
      return form.sizing;
  }
}

function lockAllowed(insn: Insn): boolean {
  return insn.form.lockable && insn.operands.some((one) => one.kind === Kind.Memory);
}
