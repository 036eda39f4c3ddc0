/** Instructions that depend on a condition without branching: SETcc and CMOVcc. Source: Intel SDM Vol. 2. */
import type { Instruction, Semantics } from "../instruction.js";
import { read, write } from "../operands.js";
import { CONDITION_MEANINGS, CONDITIONS } from "../registers.js";
import { entry, hexByte } from "./entry.js";

const set =
  (code: number): Semantics =>
  (o, i) =>
    write(o, i, 0, o.number(o.condition(code)));

/** The source is read, and may fault, whatever the condition; a 32-bit destination is always zero-extended. */
const moveIf =
  (code: number): Semantics =>
  (o, i) => {
    const source = read(o, i, 1);
    write(o, i, 0, o.select(o.condition(code), source, read(o, i, 0)));
  };

function oneEach(
  prefix: string,
  make: (code: number, mnemonic: string, aliases: string[]) => Instruction,
): Instruction[] {
  return CONDITIONS.map(([name, ...others], code) =>
    make(
      code,
      prefix + name,
      others.map((other) => prefix + other),
    ),
  );
}

export const CONDITIONALS: readonly Instruction[] = [
  ...oneEach("set", (code, mnemonic, aliases) =>
    entry(
      mnemonic,
      `Sets a byte to 1 if ${CONDITION_MEANINGS[code]}, else to 0.`,
      "",
      [`0F ${hexByte(0x90 + code)} /r | r/m8`],
      set(code),
      { aliases, manual: "SDM Vol. 2B, SETcc" },
    ),
  ),
  ...oneEach("cmov", (code, mnemonic, aliases) =>
    entry(
      mnemonic,
      `Copies the source to the destination if ${CONDITION_MEANINGS[code]}.`,
      "",
      [`0F ${hexByte(0x40 + code)} /r | rv, r/mv`],
      moveIf(code),
      { aliases, manual: "SDM Vol. 2A, CMOVcc" },
    ),
  ),
];
