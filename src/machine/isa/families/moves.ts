/**
 * Moves between registers, memory and immediates: plain, widened, exchanged, byte-swapped.
 * Source: Intel SDM Vol. 2, entries named below; AMD APM Vol. 3 for MOVSXD with 66.
 * Leaves out: moves to and from segment, control and debug registers (system instructions).
 */
import type { Instruction, Semantics } from "../instruction.js";
import { putAt, read, target, valueAt, write } from "../operands.js";
import { RAX, RBX, type Size } from "../registers.js";
import { entry, withExamples } from "./entry.js";

const mov: Semantics = (o, i) => write(o, i, 0, read(o, i, 1));

const lea: Semantics = (o, i) => write(o, i, 0, o.truncate(i.size as Size, o.address(i)));

const signExtended: Semantics = (o, i) => {
  const from = i.operands[1]!.size as Size;
  write(o, i, 0, o.signExtend(from, i.operands[0]!.size as Size, read(o, i, 1)));
};

/** The memory operand is checked for writing before the register changes; on one CPU that is atomic anyway. */
const exchange: Semantics = (o, i) => {
  const other = read(o, i, 1);
  const at = target(o, i);
  const old = valueAt(o, i, at);
  putAt(o, i, at, other);
  write(o, i, 1, old);
};

/** 16 bits are undefined in the manual; processors swap the zero-extended 32 bits, whose low half is then zero. */
const byteSwap: Semantics = (o, i) => {
  const size = i.size as Size;
  const swapped = o.swapBytes(size === 64 ? 64 : 32, read(o, i, 0));
  write(o, i, 0, o.truncate(size, swapped));
};

const moveSwapped: Semantics = (o, i) => write(o, i, 0, o.swapBytes(i.size as Size, read(o, i, 1)));

const translate: Semantics = (o, i) => {
  const sum = o.add(64, o.get(RBX, 64), o.get(RAX, 8));
  const address = i.addressSize === 64 ? sum : o.truncate(i.addressSize, sum);
  o.set(RAX, 8, o.load(8, address, i.segment));
};

const EXAMPLES: Readonly<Record<string, string>> = {
  xlat: `
    lea rbx, [rip + first]
    mov eax, 3
    xlat
  `,
};

export const MOVES: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "mov",
    "Copies the source to the destination.",
    "",
    [
      "88 /r | r/m8, r8",
      "89 /r | r/mv, rv",
      "8A /r | r8, r/m8",
      "8B /r | rv, r/mv",
      "A0 | al, moffs8",
      "A1 | rAX, moffsv",
      "A2 | moffs8, al",
      "A3 | moffsv, rAX",
      "B0+r | r8, imm8",
      "C6 /0 | r/m8, imm8",
      "C7 /0 | r/mv, immz",
      "B8+r | rv, immv",
    ],
    mov,
    { aliases: ["movabs"] },
  ),
  entry("lea", "Stores the effective address itself, without touching memory.", "", ["8D /r | rv, m"], lea),
  entry(
    "movzx",
    "Copies a narrow source and fills up with zeros.",
    "",
    ["0F B6 /r | rv, r/m8", "0F B7 /r | rv, r/m16"],
    mov,
  ),
  entry(
    "movsx",
    "Copies a narrow source and fills up with copies of its sign bit.",
    "",
    ["0F BE /r | rv, r/m8", "0F BF /r | rv, r/m16"],
    signExtended,
  ),
  entry(
    "movsxd",
    "Copies a doubleword and fills up with copies of its sign bit.",
    "",
    ["REX.W 63 /r | r64, r/m32", "66 W0 63 /r | r16, r/m16 | only64", "W0 63 /r | r32, r/m32 | only64"],
    signExtended,
    { manual: "SDM Vol. 2B, MOVSX/MOVSXD" },
  ),
  entry(
    "xchg",
    "Swaps two operands; with memory it is always atomic.",
    "",
    ["86 /r | r/m8, r8 | lock", "87 /r | r/mv, rv | lock", "90+r | rv, rAX"],
    exchange,
  ),
  entry("bswap", "Reverses the order of the bytes of a register.", "", ["0F C8+r | rv"], byteSwap),
  entry(
    "movbe",
    "Copies between a register and memory with the bytes in reverse order.",
    "",
    [
      "NP 0F 38 F0 /r | ry, my | by66",
      "NP 0F 38 F1 /r | my, ry | by66",
      "66 W0 0F 38 F0 /r | r16, m16 | by66",
      "66 W0 0F 38 F1 /r | m16, r16 | by66",
      "66 REX.W 0F 38 F0 /r | r64, m64",
      "66 REX.W 0F 38 F1 /r | m64, r64",
    ],
    moveSwapped,
  ),
  entry(
    "xlat",
    "Replaces AL by the byte that it selects from the table at RBX.",
    "",
    ["D7 | | size=8"],
    translate,
    { aliases: ["xlatb"] },
  ),
]);
