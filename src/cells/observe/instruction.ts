/** One instruction in guest memory as views want it: bytes by role, text, meaning, micro-operations. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { decode, MAX_LENGTH } from "../../machine/isa/decoder.js";
import { explain } from "../../machine/isa/explain.js";
import { byteRoles, type Insn } from "../../machine/isa/insn.js";
import { instructionText } from "../../trace/instruction-text.js";
import type { InstructionState, ListingRow } from "../../views/machine-state.js";
import { byteGroups } from "./byte-meaning.js";
import { peekMapped } from "./peek.js";
import type { NameOf } from "./tables.js";

/** Why bytes are no instruction, in words. */
const FAILURES = {
  truncated: "the instruction goes on where no memory is mapped",
  "too-long": "more than 15 bytes: #GP",
  invalid: "no instruction of this machine begins like this: #UD",
  lock: "lock is not allowed here: #UD",
} as const;

/** The instruction at `address`; undefined where nothing is mapped. */
export function instructionState(cpu: Cpu, address: bigint): InstructionState | undefined {
  const bytes = peekMapped(cpu, address, MAX_LENGTH);
  if (bytes.length === 0) return undefined;
  const decoded = decode(Uint8Array.from(bytes), 0);
  if (typeof decoded === "string") {
    return {
      address,
      bytes: bytes.slice(0, 1),
      text: "",
      groups: [],
      says: "",
      steps: [],
      failure: FAILURES[decoded],
    };
  }
  const own = bytes.slice(0, decoded.length);
  return {
    address,
    bytes: own,
    text: instructionText(decoded, address),
    groups: byteGroups(decoded, own),
    says: decoded.form.instruction.says,
    steps: explain(decoded, address),
  };
}

/** One row of a listing for the instruction at the beginning of `bytes`; a byte that is none is a row of its own. */
export function instructionRow(
  bytes: readonly number[],
  address: bigint,
  nameOf?: NameOf,
): Omit<ListingRow, "labels"> {
  const decoded = decode(Uint8Array.from(bytes), 0);
  if (typeof decoded === "string")
    return { address, bytes: bytes.slice(0, 1), roles: [], text: byteText(bytes[0] ?? 0) };
  return rowOf(decoded, bytes, address, nameOf);
}

function rowOf(
  insn: Insn,
  bytes: readonly number[],
  address: bigint,
  nameOf?: NameOf,
): Omit<ListingRow, "labels"> {
  return {
    address,
    bytes: bytes.slice(0, insn.length),
    roles: byteRoles(insn),
    text: instructionText(insn, address, nameOf),
  };
}

/** A byte as the assembler takes it. */
export function byteText(byte: number): string {
  return `.byte 0x${byte.toString(16).padStart(2, "0")}`;
}
