/**
 * Instructions about single flags. Source: Intel SDM Vol. 2, entries named below.
 * Leaves out: CLI and STI (system instructions).
 */
import type { Instruction, Semantics } from "../instruction.js";
import { FLAG, HIGH_BYTE, RAX } from "../registers.js";
import { entry } from "./entry.js";

const put =
  (flag: number, on: boolean): Semantics =>
  (o) =>
    o.setFlag(flag, o.truth(on));

const complementCarry: Semantics = (o) => o.setFlag(FLAG.CF, o.not(o.flag(FLAG.CF)));

/**
 * The byte in AH:   7  6  5  4  3  2  1  0
 *                   SF ZF 0  AF 0  PF 1  CF
 */
const IN_AH = [
  [FLAG.CF, 0n],
  [FLAG.PF, 2n],
  [FLAG.AF, 4n],
  [FLAG.ZF, 6n],
  [FLAG.SF, 7n],
] as const;

const loadAh: Semantics = (o) => {
  let byte = o.constant(2n);
  for (const [flag, bit] of IN_AH) byte = o.or(byte, o.shiftLeft(8, o.number(o.flag(flag)), o.constant(bit)));
  o.set(HIGH_BYTE + RAX, 8, byte);
};

const storeAh: Semantics = (o) => {
  const byte = o.get(HIGH_BYTE + RAX, 8);
  for (const [flag, bit] of IN_AH) o.setFlag(flag, o.bit(byte, o.constant(bit)));
};

export const FLAGS: readonly Instruction[] = [
  entry("clc", "Clears the carry flag.", "CF", ["F8"], put(FLAG.CF, false)),
  entry("stc", "Sets the carry flag.", "CF", ["F9"], put(FLAG.CF, true)),
  entry("cmc", "Flips the carry flag.", "CF", ["F5"], complementCarry),
  entry(
    "cld",
    "Clears the direction flag: string instructions go upwards.",
    "DF",
    ["FC"],
    put(FLAG.DF, false),
  ),
  entry(
    "std",
    "Sets the direction flag: string instructions go downwards.",
    "DF",
    ["FD"],
    put(FLAG.DF, true),
  ),
  entry("lahf", "Copies five status flags to AH.", "", ["9F"], loadAh),
  entry("sahf", "Copies AH to five status flags; OF stays.", "SF ZF AF PF CF", ["9E"], storeAh),
];
