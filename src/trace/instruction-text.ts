/** The text of an instruction, for all views the same. */
import type { Cpu } from "../machine/cpu/cpu.js";
import { decode, MAX_LENGTH } from "../machine/isa/decoder.js";
import type { Insn } from "../machine/isa/insn.js";
import { formatInstruction } from "../toolchain/disassembler/format.js";
import { peekMapped } from "./guest-memory.js";

/** In Intel syntax, all in lower case; `nameOf` gives names to the targets of branches. */
export function instructionText(
  insn: Insn,
  address: bigint,
  nameOf?: (address: bigint) => string | undefined,
): string {
  const text = formatInstruction(insn, address, nameOf ? { symbol: nameOf } : {});
  return text.replace(/\b[A-Z]+ PTR\b/g, (words) => words.toLowerCase());
}

/** The text of the instruction in memory at `address`; empty where there is none. */
export function instructionTextAt(cpu: Cpu, address: bigint): string {
  const decoded = decode(Uint8Array.from(peekMapped(cpu, address, MAX_LENGTH)), 0);
  return typeof decoded === "string" ? "" : instructionText(decoded, address);
}
