/** ModRM, SIB and displacement of a memory operand. Source: Intel SDM Vol. 2A §2.1.5, tables 2-2 and 2-3. */
import type { CodeSize } from "../../machine/isa/insn.js";
import { RBP, RBX, RDI, RSI } from "../../machine/isa/registers.js";
import { type Constant, type Fixup, pushNumber } from "./encoding.js";
import { type MemoryOperand, NO_REGISTER, RIP_BASE } from "./operand.js";
import { SourceError } from "./problem.js";

const SIB_FOLLOWS = 4;
const NO_BASE = 5;
const SCALE_BITS: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 };

/** Appends the addressing mode of `memory`, with `reg` in ModRM.reg. */
export function encodeMemory(
  memory: MemoryOperand,
  reg: number,
  bytes: number[],
  fixups: Fixup[],
  constant: Constant,
  codeSize: CodeSize,
): void {
  const { base, index } = memory;
  const value = knownDisplacement(memory, constant);
  if (memory.addressSize === 16) {
    encodeMemory16(memory, reg, bytes, fixups, value);
    return;
  }
  const put = (mod: number, rm: number) => bytes.push((mod << 6) | (reg << 3) | rm);
  const sib = (baseBits: number) =>
    bytes.push((SCALE_BITS[memory.scale]! << 6) | ((index === NO_REGISTER ? 4 : index & 7) << 3) | baseBits);
  if (base === RIP_BASE) {
    put(0, NO_BASE);
    putDisplacement(memory, bytes, fixups, value, true);
    return;
  }
  if (base === NO_REGISTER && index === NO_REGISTER && codeSize !== 64) {
    put(0, NO_BASE);
    putDisplacement(memory, bytes, fixups, value, false);
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
  const limit = 1n << BigInt(addressSize);
  const isCut = addressSize !== 32 && (value >= limit || value < -limit / 2n);
  if (wide === BigInt.asIntN(32, wide) && !isCut) return wide;
  throw new SourceError(
    column,
    length,
    `the displacement ${value} does not fit in ${addressSize === 16 ? 16 : 32} bits`,
    addressSize === 64 ? "load the address into a register with movabs" : "use a smaller one",
  );
}

/** ModRM.rm by the registers of a 16-bit address, in the order of their numbers. Source: table 2-1. */
const RM_16: readonly (readonly number[])[] = [
  [RBX, RSI],
  [RBX, RDI],
  [RBP, RSI],
  [RBP, RDI],
  [RSI],
  [RDI],
  [RBP],
  [RBX],
];
const RM_ABSOLUTE_16 = 6;

function encodeMemory16(
  memory: MemoryOperand,
  reg: number,
  bytes: number[],
  fixups: Fixup[],
  value: bigint | undefined,
): void {
  const registers = [memory.base, memory.index].filter((one) => one !== NO_REGISTER).sort((a, b) => a - b);
  const isAbsolute = registers.length === 0;
  const rm = isAbsolute ? RM_ABSOLUTE_16 : RM_16.findIndex((one) => one.join() === registers.join());
  if (rm < 0 || memory.scale > 1)
    throw new SourceError(
      memory.column,
      memory.length,
      "no 16-bit address is made of these registers",
      "use bx or bp, and si or di, without a scale",
    );
  const isShort = value !== undefined && value >= -128n && value <= 127n;
  const mod = isAbsolute || (value === 0n && rm !== RM_ABSOLUTE_16) ? 0 : isShort ? 1 : 2;
  bytes.push((mod << 6) | (reg << 3) | rm);
  if (mod === 1) bytes.push(Number(BigInt.asUintN(8, value!)));
  else if (mod === 2 || isAbsolute) putDisplacement(memory, bytes, fixups, value, false);
}

/** A displacement of 32 bits, or of 16 in a 16-bit address. A plain number with RIP is the displacement itself. */
function putDisplacement(
  memory: MemoryOperand,
  bytes: number[],
  fixups: Fixup[],
  value: bigint | undefined,
  ripRelative: boolean,
): void {
  const size = memory.addressSize === 16 ? 2 : 4;
  if (value !== undefined) {
    pushNumber(bytes, value, size);
    return;
  }
  const { column, length } = memory;
  fixups.push({
    offset: bytes.length,
    size,
    relative: ripRelative,
    // Narrow addresses wrap: what lies in their upper half is reached by either sign.
    signed: memory.addressSize === 64,
    expression: memory.displacement!,
    column,
    length,
  });
  pushNumber(bytes, 0n, size);
}
