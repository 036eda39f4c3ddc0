/**
 * One instruction into bytes: from a form of the instruction set and operands that fit it.
 * Source: Intel SDM Vol. 2A chapter 2; the order of prefixes is GNU as's.
 */
import type { Form } from "../../machine/isa/instruction.js";
import { Kind } from "../../machine/isa/operand.js";
import { DS, HIGH_BYTE, RBP, RSP, SS } from "../../machine/isa/registers.js";
import type { Expression } from "./expression.js";
import { type MemoryOperand, NO_REGISTER, RIP_BASE, type SourceOperand } from "./operand.js";
import { prefixBytes, type WrittenPrefixes } from "./prefix-words.js";
import { SourceError } from "./problem.js";

/** A number to be filled in when addresses are known. */
export interface Fixup {
  /** Offset in the bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: 1 | 2 | 4 | 8;
  /** Relative to the end of the instruction. */
  readonly relative: boolean;
  /** The field is sign-extended when used, so it must fit as a signed number. */
  readonly signed: boolean;
  readonly expression: Expression;
  readonly column: number;
  readonly length: number;
}

export interface Encoding {
  readonly bytes: number[];
  readonly fixups: Fixup[];
}

/** An expression's value when it is known without addresses. */
export type Constant = (expression: Expression) => bigint | undefined;

/** Encodes `operands`, which fit `form` at operand size `size`, in bits. */
export function encode(
  form: Form,
  size: number,
  operands: readonly SourceOperand[],
  written: WrittenPrefixes,
  constant: Constant,
): Encoding {
  const memory = operands.find(
    (one): one is MemoryOperand => one.kind === "memory" && !(one.bare && hasRelative(form)),
  );
  const bytes = prefixBytes(written, {
    segment: memory ? segmentOf(memory) : -1,
    addressSize: memory?.addressSize === 32,
    dataSize: form.prefix === "66" || needsSizePrefix(form, size),
    repeat: form.prefix === "F2" ? 0xf2 : form.prefix === "F3" ? 0xf3 : 0,
    rex: rexOf(form, size, operands, memory),
  });
  if (form.map > 0) bytes.push(0x0f);
  if (form.map > 1) bytes.push(form.map === 2 ? 0x38 : 0x3a);
  bytes.push(form.opcode | (registerInOpcode(form, operands) & 7));
  const fixups: Fixup[] = [];
  if (form.hasModrm) encodeModrm(form, operands, memory, bytes, fixups, constant);
  encodeTail(form, size, operands, bytes, fixups, constant);
  return { bytes, fixups };
}

/** An override that names the segment that is used anyway is left out. */
function segmentOf({ segment, base }: MemoryOperand): number {
  return segment === (base === RSP || base === RBP ? SS : DS) ? NO_REGISTER : segment;
}

function needsSizePrefix(form: Form, size: number): boolean {
  return size === 16 && (form.sizing === "v" || form.sizing === "q") && !form.sizeFree;
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
): void {
  if (form.modrm !== undefined) {
    bytes.push(form.modrmPlusIndex ? form.modrm | (registerAt(form, operands, "rm") & 7) : form.modrm);
    return;
  }
  const reg = (form.digit ?? registerAt(form, operands, "reg")) & 7;
  if (memory) encodeMemory(memory, reg, bytes, fixups, constant);
  else bytes.push(0xc0 | (reg << 3) | (registerAt(form, operands, "rm") & 7));
}

const SIB_FOLLOWS = 4;
const NO_BASE = 5;
const SCALE_BITS: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 };

function encodeMemory(
  memory: MemoryOperand,
  reg: number,
  bytes: number[],
  fixups: Fixup[],
  constant: Constant,
): void {
  const { base, index } = memory;
  const value = knownDisplacement(memory, constant);
  const put = (mod: number, rm: number) => bytes.push((mod << 6) | (reg << 3) | rm);
  const sib = (baseBits: number) =>
    bytes.push((SCALE_BITS[memory.scale]! << 6) | ((index === NO_REGISTER ? 4 : index & 7) << 3) | baseBits);
  if (base === RIP_BASE) {
    put(0, NO_BASE);
    putDisplacement(memory, bytes, fixups, value, true);
    return;
  }
  if (base === NO_REGISTER) {
    put(0, SIB_FOLLOWS);
    sib(NO_BASE);
    putDisplacement(memory, bytes, fixups, value, false);
    return;
  }
  const needsSib = index !== NO_REGISTER || (base & 7) === 4;
  const mod =
    value === undefined ? 2 : value === 0n && (base & 7) !== 5 ? 0 : value >= -128n && value <= 127n ? 1 : 2;
  put(mod, needsSib ? SIB_FOLLOWS : base & 7);
  if (needsSib) sib(base & 7);
  if (mod === 1) bytes.push(Number(BigInt.asUintN(8, value!)));
  else if (mod === 2) putDisplacement(memory, bytes, fixups, value, false);
}

/** The displacement as a signed number; undefined while it is not certain. */
function knownDisplacement(memory: MemoryOperand, constant: Constant): bigint | undefined {
  const { displacement, addressSize, column, length } = memory;
  const value = displacement ? constant(displacement) : 0n;
  if (value === undefined) return undefined;
  const wide = BigInt.asIntN(addressSize, value);
  const isCut = addressSize === 64 && (value >= 1n << 64n || value < -(1n << 63n));
  if (wide === BigInt.asIntN(32, wide) && !isCut) return wide;
  throw new SourceError(
    column,
    length,
    `the displacement ${value} does not fit in 32 bits`,
    "load the address into a register with movabs",
  );
}

/** A displacement of 32 bits. A plain number with RIP is the displacement itself. */
function putDisplacement(
  memory: MemoryOperand,
  bytes: number[],
  fixups: Fixup[],
  value: bigint | undefined,
  ripRelative: boolean,
): void {
  if (value !== undefined) {
    pushNumber(bytes, value, 4);
    return;
  }
  const { column, length } = memory;
  fixups.push({
    offset: bytes.length,
    size: 4,
    relative: ripRelative,
    signed: true,
    expression: memory.displacement!,
    column,
    length,
  });
  pushNumber(bytes, 0n, 4);
}

/** Immediates, absolute offsets and branch distances, in the order of the operands. */
function encodeTail(
  form: Form,
  size: number,
  operands: readonly SourceOperand[],
  bytes: number[],
  fixups: Fixup[],
  constant: Constant,
): void {
  form.operands.forEach((spec, n) => {
    const operand = operands[n]!;
    const { column, length } = operand;
    if (spec.place === "immediate" && operand.kind === "immediate") {
      const width =
        spec.width === "z" ? (size === 16 ? 16 : 32) : spec.width === "v" ? size : (spec.width as number);
      const bytesWide = (width >> 3) as Fixup["size"];
      const value = constant(operand.value);
      const signed = spec.signed || (spec.width === "z" && size === 64);
      if (value === undefined)
        fixups.push({
          offset: bytes.length,
          size: bytesWide,
          relative: false,
          signed,
          expression: operand.value,
          column,
          length,
        });
      pushNumber(bytes, value ?? 0n, bytesWide);
    } else if (spec.place === "offset" && operand.kind === "memory") {
      const expression: Expression = operand.displacement ?? { kind: "number", value: 0n };
      fixups.push({
        offset: bytes.length,
        size: 8,
        relative: false,
        signed: false,
        expression,
        column,
        length,
      });
      pushNumber(bytes, 0n, 8);
    } else if (spec.place === "relative") {
      const bytesWide = ((spec.width as number) >> 3) as Fixup["size"];
      fixups.push({
        offset: bytes.length,
        size: bytesWide,
        relative: true,
        signed: true,
        expression: targetOf(operand),
        column,
        length,
      });
      pushNumber(bytes, 0n, bytesWide);
    }
  });
}

/** Where a branch leads. */
export function targetOf(operand: SourceOperand): Expression {
  if (operand.kind === "immediate") return operand.value;
  if (operand.kind === "memory" && operand.displacement) return operand.displacement;
  throw new SourceError(operand.column, operand.length, "a branch needs a target", "name a label");
}

function pushNumber(bytes: number[], value: bigint, count: number): void {
  let rest = BigInt.asUintN(count * 8, value);
  for (let n = 0; n < count; n++, rest >>= 8n) bytes.push(Number(rest & 0xffn));
}
