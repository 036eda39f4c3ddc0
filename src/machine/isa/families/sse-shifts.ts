/**
 * Shifts of packed lanes, and of a whole register by bytes.
 * Source: Intel SDM Vol. 2B, PSLLW/PSLLD/PSLLQ, PSRLW…, PSRAW/PSRAD, PSLLDQ, PSRLDQ.
 */
import type { Instruction } from "../instruction.js";
import { Kind } from "../operand.js";
import type { LaneSize, ShiftDirection } from "../vector-ops.js";
import { bothForms, immediateByte, readVector, sse, writeVector } from "./sse-operands.js";

/** The count is the immediate, or the low quadword of the source; it is never taken modulo the width. */
function shift(
  mnemonic: string,
  direction: ShiftDirection,
  size: LaneSize,
  opcode: string,
  group: string,
  digit: number,
): Instruction {
  const forms = [
    ...bothForms(opcode),
    `66 0F ${group} /${digit} | rm:xmm, imm8`,
    `NP 0F ${group} /${digit} | rm:mm, imm8`,
  ];
  const fill = direction === "rightSigned" ? "copies of the sign come in" : "zeros come in";
  const says = `Shifts packed ${size}-bit lanes ${direction === "left" ? "left" : "right"}; ${fill}.`;
  return sse(mnemonic, says, forms, (o, i) => {
    const immediate = i.operands[1]!.kind === Kind.Immediate;
    const v = readVector(o, i, 0);
    const count = immediate ? o.immediate(i) : o.lane(readVector(o, i, 1), 64, 0);
    writeVector(o, i, 0, o.shiftLanes(direction, size, v, count));
  });
}

/** Byte n of a shift by `distance` bytes to the left is byte n − distance; lanes 16..31 are zeros. */
function moved(distance: number): number[] {
  return Array.from({ length: 16 }, (_, n) => (n - distance >= 0 && n - distance < 16 ? n - distance : 16));
}

function shiftBytes(mnemonic: string, says: string, digit: number, sign: 1 | -1): Instruction {
  const picks = Array.from({ length: 17 }, (_, distance) => moved(sign * distance));
  return sse(mnemonic, says, [`66 0F 73 /${digit} | rm:xmm, imm8`], (o, i) => {
    const zero = o.vector(o.constant(0n), o.constant(0n));
    writeVector(o, i, 0, o.shuffle(8, readVector(o, i, 0), zero, picks[Math.min(immediateByte(i), 16)]!));
  });
}

export const SSE_SHIFTS: readonly Instruction[] = [
  shift("psllw", "left", 16, "F1", "71", 6),
  shift("pslld", "left", 32, "F2", "72", 6),
  shift("psllq", "left", 64, "F3", "73", 6),
  shift("psrlw", "right", 16, "D1", "71", 2),
  shift("psrld", "right", 32, "D2", "72", 2),
  shift("psrlq", "right", 64, "D3", "73", 2),
  shift("psraw", "rightSigned", 16, "E1", "71", 4),
  shift("psrad", "rightSigned", 32, "E2", "72", 4),
  shiftBytes("pslldq", "Shifts the register left by bytes; zeros come in.", 7, 1),
  shiftBytes("psrldq", "Shifts the register right by bytes; zeros come in.", 3, -1),
];
