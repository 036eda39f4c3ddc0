/**
 * Moves between vector registers, MMX registers, general registers and memory.
 * Source: Intel SDM Vol. 2A/2B, entries named below.
 * Leaves out: the hints of non-temporal stores, which are ordinary stores here.
 */
import type { Instruction, Semantics } from "../instruction.js";
import { Kind } from "../operand.js";
import { DS, RDI, type Size } from "../registers.js";
import { deriving, readScalar, readVector, sse, writeVector } from "./sse-operands.js";

/** All 128 bits, to or from memory that must or need not be aligned. */
const whole =
  (aligned: boolean): Semantics =>
  (o, i) => {
    const v = readVector(o, i, 1, aligned);
    const to = i.operands[0]!;
    if (to.kind === Kind.Memory) o.storeVector(o.address(i), v, i.segment, aligned);
    else o.setVector(to.register, v);
  };

const wholeForms = (prefix: string, load: string, store: string): string[] => [
  `${prefix} 0F ${load} /r | xmm, xmm/m128`,
  `${prefix} 0F ${store} /r | xmm/m128, xmm`,
];

/** A scalar: from memory it clears the rest of the register, from a register it leaves the rest alone. */
const scalar =
  (size: 32 | 64): Semantics =>
  (o, i) => {
    const [to, from] = [i.operands[0]!, i.operands[1]!];
    const x = readScalar(o, i, 1, size);
    if (to.kind === Kind.Memory) o.store(size, o.address(i), x, i.segment);
    else if (from.kind === Kind.Memory) o.setVector(to.register, o.vector(x, o.constant(0n)));
    else o.setVector(to.register, o.withLane(o.getVector(to.register), size, 0, x));
  };

/** MOVD, MOVQ: the low bits; the rest of a vector destination becomes zero. */
const low =
  (size: 32 | 64): Semantics =>
  (o, i) => {
    const [to, from] = [i.operands[0]!, i.operands[1]!];
    const x = readScalar(o, i, 1, size);
    if (to.kind === Kind.Memory) o.store(size, o.address(i), x, i.segment);
    else if (to.kind === Kind.General) o.set(to.register, size, x);
    else writeVector(o, i, 0, o.vector(x, o.constant(0n)));
    if (from.kind === Kind.Mmx && to.kind !== Kind.Mmx) o.enterMmx();
  };

/** One half of a vector, to or from memory; the other half of a register stays. */
const half =
  (index: 0 | 1): Semantics =>
  (o, i) => {
    const [to, from] = [i.operands[0]!, i.operands[1]!];
    if (to.kind === Kind.Memory)
      o.store(64, o.address(i), o.lane(o.getVector(from.register), 64, index), i.segment);
    else {
      const x = o.load(64, o.address(i), i.segment);
      o.setVector(to.register, o.withLane(o.getVector(to.register), 64, index, x));
    }
  };

const halfForms = (prefix: string, load: string, store: string): string[] => [
  `${prefix} 0F ${load} /r | xmm, m64`,
  `${prefix} 0F ${store} /r | m64, xmm`,
];

/** One half of the destination becomes one half of the source. */
const crossing =
  (picks: readonly number[]): Semantics =>
  (o, i) =>
    o.setVector(i.operands[0]!.register, o.shuffle(64, readVector(o, i, 0), readVector(o, i, 1), picks));

/** The sign bits of lanes, as a number in a general register. */
const mask =
  (size: 8 | 32 | 64): Semantics =>
  (o, i) => {
    const [to, from] = [i.operands[0]!, i.operands[1]!];
    o.set(to.register, to.size as Size, o.signs(size, readVector(o, i, 1)));
    if (from.kind === Kind.Mmx) o.enterMmx();
  };

/** Stores those bytes of operand 0 whose byte in operand 1 has its top bit set, at DS:RDI. All are checked first. */
const maskedStore: Semantics = (o, i) => {
  const v = readVector(o, i, 0);
  const selected = o.signs(8, readVector(o, i, 1));
  const count = i.operands[0]!.kind === Kind.Mmx ? 8 : 16;
  const segment = i.segmentOverride >= 0 ? i.segmentOverride : DS;
  const base = i.addressSize === 32 ? o.get(RDI, 32) : o.get(RDI, 64);
  const each = (act: (at: ReturnType<typeof o.get>, n: number) => void) => {
    for (let n = 0; n < count; n++) {
      const at = o.add(64, base, o.constant(BigInt(n)));
      o.if(o.bit(selected, o.constant(BigInt(n))), () => act(at, n));
    }
  };
  each((at) => o.probeWrite(8, at, segment));
  each((at, n) => o.store(8, at, o.lane(v, 8, n), segment));
  if (count === 8) o.enterMmx();
};

const ALIGNED = "Copies 16 bytes; memory must be aligned.";
const UNALIGNED = "Copies 16 bytes; memory may be unaligned.";
const STREAMED = "Stores 16 aligned bytes, asking the caches not to keep them.";
const SIGNS = "Gathers the sign bits of the packed numbers in a general register.";

export const SSE_MOVES: readonly Instruction[] = [
  sse("movaps", ALIGNED, wholeForms("NP", "28", "29"), whole(true)),
  sse("movapd", ALIGNED, wholeForms("66", "28", "29"), whole(true)),
  sse("movdqa", ALIGNED, wholeForms("66", "6F", "7F"), whole(true)),
  sse("movups", UNALIGNED, wholeForms("NP", "10", "11"), whole(false)),
  sse("movupd", UNALIGNED, wholeForms("66", "10", "11"), whole(false)),
  sse("movdqu", UNALIGNED, wholeForms("F3", "6F", "7F"), whole(false)),
  sse("lddqu", "Loads 16 bytes that may be unaligned.", ["F2 0F F0 /r | xmm, m128"], whole(false)),
  sse("movntps", STREAMED, ["NP 0F 2B /r | m128, xmm"], whole(true)),
  sse("movntpd", STREAMED, ["66 0F 2B /r | m128, xmm"], whole(true)),
  sse("movntdq", STREAMED, ["66 0F E7 /r | m128, xmm"], whole(true)),
  sse("movntq", "Stores 8 bytes, asking the caches not to keep them.", ["NP 0F E7 /r | m64, mm"], low(64)),
  sse(
    "movss",
    "Copies one single-precision number.",
    ["F3 0F 10 /r | xmm, xmm/m32", "F3 0F 11 /r | xmm/m32, xmm"],
    scalar(32),
  ),
  sse(
    "movsd",
    "Copies one double-precision number.",
    ["F2 0F 10 /r | xmm, xmm/m64", "F2 0F 11 /r | xmm/m64, xmm"],
    scalar(64),
  ),
  sse(
    "movd",
    "Copies 32 bits between a vector and a general register or memory, zero-extended.",
    [
      "66 W0 0F 6E /r | xmm, r/m32",
      "66 W0 0F 7E /r | r/m32, xmm",
      "NP W0 0F 6E /r | mm, r/m32",
      "NP W0 0F 7E /r | r/m32, mm",
    ],
    low(32),
  ),
  sse(
    "movq",
    "Copies 64 bits between vectors, general registers and memory, zero-extended.",
    [
      "F3 0F 7E /r | xmm, xmm/m64",
      "66 0F D6 /r | xmm/m64, xmm",
      "66 REX.W 0F 6E /r | xmm, r/m64",
      "66 REX.W 0F 7E /r | r/m64, xmm",
      "NP 0F 6F /r | mm, mm/m64",
      "NP 0F 7F /r | mm/m64, mm",
      "NP REX.W 0F 6E /r | mm, r/m64",
      "NP REX.W 0F 7E /r | r/m64, mm",
    ],
    low(64),
  ),
  sse(
    "movq2dq",
    "Copies an MMX register to the low half of a vector and clears the rest.",
    ["F3 0F D6 /r | xmm, rm:mm"],
    low(64),
  ),
  sse(
    "movdq2q",
    "Copies the low half of a vector to an MMX register.",
    ["F2 0F D6 /r | mm, rm:xmm"],
    low(64),
  ),
  sse("movlps", "Copies two numbers between memory and the low half.", halfForms("NP", "12", "13"), half(0)),
  sse("movlpd", "Copies a number between memory and the low half.", halfForms("66", "12", "13"), half(0)),
  sse("movhps", "Copies two numbers between memory and the high half.", halfForms("NP", "16", "17"), half(1)),
  sse("movhpd", "Copies a number between memory and the high half.", halfForms("66", "16", "17"), half(1)),
  sse(
    "movhlps",
    "Copies the source's high half to the low half.",
    ["NP 0F 12 /r | xmm, rm:xmm"],
    crossing([3, 1]),
  ),
  sse(
    "movlhps",
    "Copies the source's low half to the high half.",
    ["NP 0F 16 /r | xmm, rm:xmm"],
    crossing([0, 2]),
  ),
  sse("movmskps", SIGNS, ["NP 0F 50 /r | ry, rm:xmm | w-free"], mask(32)),
  sse("movmskpd", SIGNS, ["66 0F 50 /r | ry, rm:xmm | w-free"], mask(64)),
  sse(
    "pmovmskb",
    "Gathers the top bits of all bytes in a general register.",
    ["66 0F D7 /r | ry, rm:xmm | w-free", "NP 0F D7 /r | ry, rm:mm | w-free"],
    mask(8),
  ),
  sse(
    "maskmovdqu",
    "Stores at DS:RDI those bytes whose byte in the mask has its top bit set.",
    ["66 0F F7 /r | xmm, rm:xmm"],
    maskedStore,
  ),
  sse(
    "maskmovq",
    "Stores at DS:RDI those bytes whose byte in the mask has its top bit set.",
    ["NP 0F F7 /r | mm, rm:mm"],
    maskedStore,
  ),
  sse(
    "movddup",
    "Copies the low number to both halves.",
    ["F2 0F 12 /r | xmm, xmm/m64"],
    deriving((o, v) => o.shuffle(64, v, v, [0, 0])),
  ),
  sse(
    "movsldup",
    "Copies each even number over the odd one above it.",
    ["F3 0F 12 /r | xmm, xmm/m128"],
    deriving((o, v) => o.shuffle(32, v, v, [0, 0, 2, 2])),
  ),
  sse(
    "movshdup",
    "Copies each odd number over the even one below it.",
    ["F3 0F 16 /r | xmm, xmm/m128"],
    deriving((o, v) => o.shuffle(32, v, v, [1, 1, 3, 3])),
  ),
];
