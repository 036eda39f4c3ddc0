/** Moves between registers, memory and immediates. Source: Intel SDM Vol. 2, entries named below. */
import type { Instruction, Semantics } from "../instruction.js";
import { read, write } from "../operands.js";
import type { Size } from "../registers.js";

const mov: Semantics = (o, i) => write(o, i, 0, read(o, i, 1));

const lea: Semantics = (o, i) => write(o, i, 0, o.truncate(i.size as Size, o.address(i)));

export const MOVES: readonly Instruction[] = [
  {
    mnemonic: "mov",
    aliases: ["movabs"],
    says: "Copies the source to the destination.",
    manual: "SDM Vol. 2B, MOV",
    flags: "",
    forms: [
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
    semantics: mov,
  },
  {
    mnemonic: "lea",
    says: "Stores the effective address itself, without touching memory.",
    manual: "SDM Vol. 2A, LEA",
    flags: "",
    forms: ["8D /r | rv, m"],
    semantics: lea,
  },
];
