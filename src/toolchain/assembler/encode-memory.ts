/** ModRM, SIB and displacement of a memory operand. Source: Intel SDM Vol. 2A §2.1.5, tables 2-2 and 2-3. */
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
