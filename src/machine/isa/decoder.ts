/**
 * From bytes to one instruction, in 64-bit mode. Driven by the forms of all definitions.
 * Source: Intel SDM Vol. 2A chapter 2 (format, ModRM, SIB, REX) and appendix A (opcode maps).
 * Leaves out: 16- and 32-bit code, VEX, EVEX (they decode as invalid).
 */
import { Insn, RIP } from "./insn.js";
import type { Form } from "./instruction.js";
import { FORMS } from "./instruction-set.js";
import { Kind, type Operand, type OperandSpec, operand } from "./operand.js";
import { CS, DS, ES, FS, GS, HIGH_BYTE, RBP, RSP, SS } from "./registers.js";

/** The longest instruction; a longer one raises #GP(0). */
export const MAX_LENGTH = 15;

/**
 * Why bytes are not an instruction: `truncated` – they end too early; `too-long` – over 15 bytes;
 * `invalid` – no definition has this encoding; `lock` – LOCK where it is not allowed.
 */
export type DecodeFailure = "truncated" | "too-long" | "invalid" | "lock";

const LISTS: readonly (readonly Form[])[] = buildLists();
const PREFIX_66 = 0x66;
const CONTROL_REGISTERS: ReadonlySet<number> = new Set([0, 2, 3, 4, 8]);

let code: Uint8Array;
let position = 0;
let end = 0;
let start = 0;
let failure: DecodeFailure | undefined;

/**
 * Decodes the instruction whose first byte is `bytes[offset]`, reading nothing at or after `limit`.
 * The result depends on the bytes alone, so it may be cached by physical address.
 */
export function decode(bytes: Uint8Array, offset: number, limit = bytes.length): Insn | DecodeFailure {
  code = bytes;
  start = position = offset;
  end = Math.min(limit, offset + MAX_LENGTH);
  failure = undefined;
  const decoded = decodeFromHere();
  if (failure === undefined) return decoded as Insn;
  return failure === "truncated" && limit >= offset + MAX_LENGTH ? "too-long" : failure;
}

/** Index of the forms of (map, opcode). */
function slot(map: number, opcode: number): number {
  return (map << 8) | opcode;
}

function buildLists(): Form[][] {
  const lists: Form[][] = Array.from({ length: 1024 }, () => []);
  for (const form of FORMS) {
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

function next(): number {
  if (position >= end) {
    failure ??= "truncated";
    return 0;
  }
  return code[position++]!;
}

function decodeFromHere(): Insn | undefined {
  let operandSize66 = false;
  let address67 = false;
  let lock = false;
  let repeat: 0 | 2 | 3 = 0;
  let segmentOverride = -1;
  let byte = next();
  prefixes: for (; failure === undefined; byte = next()) {
    switch (byte) {
      case PREFIX_66:
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
        if (segmentOverride < FS) segmentOverride = ES + ((byte >> 3) & 3);
        break;
      case 0x64:
      case 0x65:
        segmentOverride = byte === 0x64 ? FS : GS;
        break;
      default:
        if ((byte & 0xf0) !== 0x40) break prefixes;
        // A REX that another prefix follows has no effect.
        if (!isPrefix(position < end ? code[position]! : 0)) break prefixes;
    }
  }
  const prefixCount = position - start - 1;
  let rex = 0;
  const hasRex = (byte & 0xf0) === 0x40;
  if (hasRex) {
    rex = byte;
    byte = next();
  }
  const opcodeStart = position - 1;
  let map = 0;
  if (byte === 0x0f) {
    byte = next();
    map = 1;
    if (byte === 0x38 || byte === 0x3a) {
      map = byte === 0x38 ? 2 : 3;
      byte = next();
    }
  }
  const opcodeLength = position - opcodeStart;
  if (failure !== undefined) return undefined;

  const list = LISTS[slot(map, byte)]!;
  if (list.length === 0) {
    failure = "invalid";
    return undefined;
  }
  let modrm = -1;
  if (list[0]!.hasModrm) {
    modrm = next();
    if (failure !== undefined) return undefined;
    // Moves to and from control and debug registers always mean a register in ModRM.rm (SDM Vol. 2B, MOV).
    if (map === 1 && (byte & 0xfc) === 0x20) modrm |= 0xc0;
  }
  const form = choose(list, modrm, rex, operandSize66, repeat);
  if (form === undefined) {
    failure = "invalid";
    return undefined;
  }

  const insn = new Insn(form, form.instruction.semantics);
  insn.prefixes = prefixCount;
  insn.hasRex = hasRex;
  insn.rex = rex;
  insn.opcodeLength = opcodeLength;
  insn.repeat = repeat;
  insn.lock = lock;
  insn.segmentOverride = segmentOverride;
  insn.addressSize = address67 ? 32 : 64;
  insn.size = sizeOf(form, rex, operandSize66);
  insn.modrm = modrm;
  if (modrm >= 0 && modrm < 0xc0) addressing(insn, modrm, rex);
  else if (segmentOverride >= FS) insn.segment = segmentOverride;
  insn.operands = readOperands(insn, byte, modrm, rex);
  insn.length = position - start;
  // Code segments are loaded by far branches alone.
  const first = insn.operands[0];
  if (first?.kind === Kind.Segment && first.register === CS && form.operands[0]?.place === "reg")
    failure ??= "invalid";
  if (lock && failure === undefined && !lockAllowed(insn)) failure = "lock";
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
        // Among one-byte opcodes 66 is only a size, which REP and its kin do not hide.
        if (!has66 || (repeat !== 0 && form.map !== 0)) continue;
        break;
      case "NP":
        if (has66 || repeat !== 0) continue;
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

function sizeOf(form: Form, rex: number, has66: boolean): number {
  const wide = (rex & 8) !== 0;
  switch (form.sizing) {
    case "v":
      return wide ? 64 : has66 && form.prefix !== "66" ? 16 : 32;
    case "y":
      return wide ? 64 : 32;
    case "q":
      return wide ? 64 : has66 ? 16 : 64;
    default:
      return form.sizing;
  }
}

/** ModRM with mod ≠ 3, SIB and displacement. */
function addressing(insn: Insn, modrm: number, rex: number): void {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  let displacementLength = mod === 1 ? 1 : mod === 2 ? 4 : 0;
  if (rm === 4) {
    const sib = next();
    insn.sib = sib;
    const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
    if (index !== RSP) insn.index = index;
    insn.scale = sib >> 6;
    if ((sib & 7) === RBP && mod === 0) displacementLength = 4;
    else insn.base = (sib & 7) | ((rex & 1) << 3);
  } else if (rm === 5 && mod === 0) {
    insn.base = RIP;
    displacementLength = 4;
  } else insn.base = rm | ((rex & 1) << 3);
  insn.displacementLength = displacementLength;
  if (displacementLength > 0)
    insn.displacement = BigInt(displacementLength === 1 ? (next() << 24) >> 24 : next32());
  insn.segment =
    insn.segmentOverride >= FS ? insn.segmentOverride : insn.base === RSP || insn.base === RBP ? SS : DS;
}

function next32(): number {
  return next() | (next() << 8) | (next() << 16) | (next() << 24);
}

function next64(): bigint {
  const low = next32() >>> 0;
  return BigInt(low) | (BigInt(next32() >>> 0) << 32n);
}

function readOperands(insn: Insn, opcode: number, modrm: number, rex: number): Operand[] {
  const operands: Operand[] = [];
  for (const spec of insn.form.operands) operands.push(readOperand(insn, spec, opcode, modrm, rex));
  return operands;
}

function readOperand(insn: Insn, spec: OperandSpec, opcode: number, modrm: number, rex: number): Operand {
  const size = typeof spec.width === "number" ? spec.width : insn.size;
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
      insn.displacementLength = insn.addressSize >> 3;
      insn.displacement = insn.addressSize === 64 ? next64() : BigInt(next32() >>> 0);
      insn.segment = insn.segmentOverride >= FS ? insn.segmentOverride : DS;
      return operand(Kind.Memory, size, 0);
    case "relative":
      insn.immediateLength = size >> 3;
      insn.relative = size === 8 ? (next() << 24) >> 24 : next32();
      return operand(Kind.Relative, size, 0);
    default:
      return readImmediate(insn, spec);
  }
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
    if ((register & 7) > GS) failure ??= "invalid";
    return operand(kind, size, register & 7);
  }
  const exists =
    kind === Kind.Control ? CONTROL_REGISTERS.has(register) : kind !== Kind.Debug || register < 8;
  if (!exists) failure ??= "invalid";
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
  if (width === 8) value = BigInt(spec.signed ? (next() << 24) >> 24 : next());
  else if (width === 16) value = BigInt(next() | (next() << 8));
  else if (width === 32) value = BigInt(next32());
  else value = next64();
  const size = spec.width === "z" || spec.signed ? target : width;
  value = BigInt.asUintN(size, value);
  insn.immediate = already > 0 ? insn.immediate | (value << BigInt(already * 8)) : value;
  return operand(Kind.Immediate, size, already);
}

function lockAllowed(insn: Insn): boolean {
  return insn.form.lockable && insn.operands.some((one) => one.kind === Kind.Memory);
}
