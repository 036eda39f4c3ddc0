/** The text of an instruction, for all views the same. */
import type { Insn } from "../../machine/isa/insn.js";
import { formatInstruction } from "../../toolchain/disassembler/format.js";

/** In Intel syntax, all in lower case; `nameOf` gives names to the targets of branches. */
export function instructionText(
  insn: Insn,
  address: bigint,
  nameOf?: (address: bigint) => string | undefined,
): string {
  const text = formatInstruction(insn, address, nameOf ? { symbol: nameOf } : {});
  return text.replace(/\b[A-Z]+ PTR\b/g, (words) => words.toLowerCase());
}
