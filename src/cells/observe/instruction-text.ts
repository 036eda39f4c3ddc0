/** The text of an instruction, for all views the same. */
import type { Insn } from "../../machine/isa/insn.js";

export function instructionText(insn: Insn, _address: bigint): string {
  return insn.mnemonic;
}
