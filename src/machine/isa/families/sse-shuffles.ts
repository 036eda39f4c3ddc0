/**
 * Rearranging lanes: interleave, shuffle, pack, extract and insert.
 * Source: Intel SDM Vol. 2A/2B, entries named below; SDM Vol. 1 §11.4.2 figures.
 */
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import type { Size } from "../registers.js";
import type { LaneSize } from "../vector-ops.js";
import {
  bothForms,
  combining,
  deriving,
  immediateByte,
  readVector,
  sse,
  writeVector,
} from "./sse-operands.js";

/** Lanes first, first + 1 … of both operands in turn. `total` is the number of lanes in a vector. */
function interleaved(first: number, total: number): number[] {
  return Array.from({ length: total }, (_, n) => first + (n >> 1) + (n & 1 ? total : 0));
}

/** An MMX register interleaves the lower or upper half of its four or fewer lanes, which lie in a vector's low half. */
function unpack(size: LaneSize, high: boolean): Semantics {
  const total = 128 / size;
  const wide = interleaved(high ? total / 2 : 0, total);
  const narrow = interleaved(high ? total / 4 : 0, total);
  return (o, i) => {
    const picks = i.operands[0]!.kind === Kind.Mmx ? narrow : wide;
    writeVector(o, i, 0, o.shuffle(size, readVector(o, i, 0), readVector(o, i, 1), picks));
  };
}

/** Half of an MMX source is read as 32 bits from memory by the low forms. */
const unpackForms = (opcode: string, high: boolean): string[] => [
  `66 0F ${opcode} /r | xmm, xmm/m128`,
  `NP 0F ${opcode} /r | mm, mm/m${high ? 64 : 32}`,
];

const punpack = (mnemonic: string, opcode: string, size: LaneSize, high: boolean): Instruction =>
  sse(
    mnemonic,
    `Interleaves the ${high ? "upper" : "lower"} ${size}-bit lanes of destination and source.`,
    size === 64 ? [`66 0F ${opcode} /r | xmm, xmm/m128`] : unpackForms(opcode, high),
    unpack(size, high),
  );

const unpackFloats = (mnemonic: string, form: string, size: LaneSize, high: boolean): Instruction =>
  sse(
    mnemonic,
    `Interleaves the ${high ? "upper" : "lower"} numbers of destination and source.`,
    [form],
    unpack(size, high),
  );

const pack = (mnemonic: string, opcode: string, size: 16 | 32, signed: boolean): Instruction =>
  sse(
    mnemonic,
    `Halves the width of signed ${size}-bit lanes of destination and source, with ${signed ? "signed" : "unsigned"} saturation.`,
    bothForms(opcode),
    (o, i) => {
      const packed = o.narrow(size, signed, readVector(o, i, 0), readVector(o, i, 1));
      const mmx = i.operands[0]!.kind === Kind.Mmx;
      writeVector(o, i, 0, mmx ? o.shuffle(32, packed, packed, [0, 2, 1, 3]) : packed);
    },
  );

/** For each selector of four times two bits, the four lanes that it picks from `base` on, between fixed ones. */
function selections(
  base: number,
  before: readonly number[] = [],
  after: readonly number[] = [],
): readonly number[][] {
  const picks = (selector: number) => [0, 2, 4, 6].map((at) => base + ((selector >> at) & 3));
  return Array.from({ length: 256 }, (_, selector) => [...before, ...picks(selector), ...after]);
}

const FOUR = selections(0);
const LOWER_WORDS = selections(0, [], [4, 5, 6, 7]);
const UPPER_WORDS = selections(4, [0, 1, 2, 3]);
/** Two from each operand. */
const TWO_AND_TWO = FOUR.map(([p, q, r, s]) => [p!, q!, r! + 4, s! + 4]);
/** One from each operand. */
const ONE_AND_ONE = [0, 1, 2, 3].map((selector) => [selector & 1, 2 + (selector >> 1)]);

const SHUFFLES: readonly Instruction[] = [
  sse(
    "pshufd",
    "Fills each doubleword with the one that two bits of the immediate choose.",
    ["66 0F 70 /r | xmm, xmm/m128, imm8"],
    deriving((o, v, i) => o.shuffle(32, v, v, FOUR[immediateByte(i)]!)),
  ),
  sse(
    "pshuflw",
    "Rearranges the four lower words as the immediate says; the upper ones are copied.",
    ["F2 0F 70 /r | xmm, xmm/m128, imm8"],
    deriving((o, v, i) => o.shuffle(16, v, v, LOWER_WORDS[immediateByte(i)]!)),
  ),
  sse(
    "pshufhw",
    "Rearranges the four upper words as the immediate says; the lower ones are copied.",
    ["F3 0F 70 /r | xmm, xmm/m128, imm8"],
    deriving((o, v, i) => o.shuffle(16, v, v, UPPER_WORDS[immediateByte(i)]!)),
  ),
  sse(
    "pshufw",
    "Rearranges four words as the immediate says.",
    ["NP 0F 70 /r | mm, mm/m64, imm8"],
    deriving((o, v, i) => o.shuffle(16, v, v, LOWER_WORDS[immediateByte(i)]!)),
  ),
  sse(
    "shufps",
    "Chooses two numbers of the destination and two of the source.",
    ["NP 0F C6 /r | xmm, xmm/m128, imm8"],
    combining((o, a, b, i) => o.shuffle(32, a, b, TWO_AND_TWO[immediateByte(i)]!)),
  ),
  sse(
    "shufpd",
    "Chooses one number of the destination and one of the source.",
    ["66 0F C6 /r | xmm, xmm/m128, imm8"],
    combining((o, a, b, i) => o.shuffle(64, a, b, ONE_AND_ONE[immediateByte(i) & 3]!)),
  ),
];

/** Which lane of the vector or MMX register the immediate names. */
const wordIndex = (mmx: boolean, selector: number): number => selector & (mmx ? 3 : 7);

const pextrw: Semantics = (o, i) => {
  const [to, from] = [i.operands[0]!, i.operands[1]!];
  const index = wordIndex(from.kind === Kind.Mmx, immediateByte(i));
  o.set(to.register, to.size as Size, o.lane(readVector(o, i, 1), 16, index));
  if (from.kind === Kind.Mmx) o.enterMmx();
};

const pinsrw: Semantics = (o, i) => {
  const [to, from] = [i.operands[0]!, i.operands[1]!];
  const index = wordIndex(to.kind === Kind.Mmx, immediateByte(i));
  const word = from.kind === Kind.General ? o.get(from.register, 16) : o.load(16, o.address(i), i.segment);
  writeVector(o, i, 0, o.withLane(readVector(o, i, 0), 16, index, word));
};

export const SSE_SHUFFLES: readonly Instruction[] = [
  punpack("punpcklbw", "60", 8, false),
  punpack("punpcklwd", "61", 16, false),
  punpack("punpckldq", "62", 32, false),
  punpack("punpcklqdq", "6C", 64, false),
  punpack("punpckhbw", "68", 8, true),
  punpack("punpckhwd", "69", 16, true),
  punpack("punpckhdq", "6A", 32, true),
  punpack("punpckhqdq", "6D", 64, true),
  unpackFloats("unpcklps", "NP 0F 14 /r | xmm, xmm/m128", 32, false),
  unpackFloats("unpcklpd", "66 0F 14 /r | xmm, xmm/m128", 64, false),
  unpackFloats("unpckhps", "NP 0F 15 /r | xmm, xmm/m128", 32, true),
  unpackFloats("unpckhpd", "66 0F 15 /r | xmm, xmm/m128", 64, true),
  pack("packsswb", "63", 16, true),
  pack("packuswb", "67", 16, false),
  pack("packssdw", "6B", 32, true),
  ...SHUFFLES,
  sse(
    "pextrw",
    "Copies one word of a vector to a general register, zero-extended.",
    ["66 0F C5 /r | ry, rm:xmm, imm8 | w-free", "NP 0F C5 /r | ry, rm:mm, imm8 | w-free"],
    pextrw,
  ),
  sse(
    "pinsrw",
    "Replaces one word of a vector.",
    ["66 0F C4 /r | xmm, r32/m16, imm8", "NP 0F C4 /r | mm, r32/m16, imm8"],
    pinsrw,
  ),
];
