/** Bytes into instructions, one after the other. What is no instruction is shown as data. */
import { type DecodeFailure, decode } from "../../machine/isa/decoder.js";
import { type ByteRole, byteRoles, type CodeSize, type Insn } from "../../machine/isa/insn.js";
import { formatInstruction } from "./format.js";
import { branchTarget, memoryTarget, type SymbolNames } from "./format-operand.js";

/** One instruction, or one byte that begins none. */
export interface DisassembledInstruction {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** `.byte 0x…` when it is no instruction. */
  readonly text: string;
  /** What each byte is for; empty when it is no instruction. */
  readonly roles: readonly ByteRole[];
  /** Why it is no instruction. */
  readonly problem: string | undefined;
  /** The address that a branch, a RIP-relative or an absolute operand means. */
  readonly refersTo: bigint | undefined;
  readonly insn: Insn | undefined;
}

const REASONS: Readonly<Record<DecodeFailure, string>> = {
  truncated: "the bytes end within the instruction",
  "too-long": "it would be longer than 15 bytes",
  invalid: "this machine has no such instruction",
  lock: "LOCK is not allowed here",
};

export interface DisassembleOptions {
  /** A name for an address, such as a label: shown instead of the number where a branch leads. */
  readonly symbol?: SymbolNames;
  /** The kind of code segment; 64 is the default. */
  readonly codeSize?: CodeSize;
}

/** Disassembles all of `bytes`, the first of which lies at `address`. */
export function disassemble(
  bytes: Uint8Array,
  address: bigint,
  options: DisassembleOptions = {},
): DisassembledInstruction[] {
  const result: DisassembledInstruction[] = [];
  for (let at = 0; at < bytes.length; ) {
    const one = disassembleOne(bytes, at, BigInt.asUintN(64, address + BigInt(at)), options);
    result.push(one);
    at += one.bytes.length;
  }
  return result;
}

/** The instruction that begins at `bytes[at]`. */
export function disassembleOne(
  bytes: Uint8Array,
  at: number,
  address: bigint,
  options: DisassembleOptions = {},
): DisassembledInstruction {
  const insn = decode(bytes, at, bytes.length, options.codeSize);
  if (typeof insn === "string") return noInstruction(bytes.slice(at, at + 1), address, insn);
  const own = bytes.slice(at, at + insn.length);
  const isBranch = insn.form.operands.some((spec) => spec.place === "relative");
  const target = branchTarget(insn, address);
  return {
    address,
    bytes: own,
    text: formatInstruction(insn, address, { ...options, bytes: own }),
    roles: byteRoles(insn),
    problem: undefined,
    refersTo: isBranch ? target : memoryTarget(insn, address),
    insn,
  };
}

function noInstruction(bytes: Uint8Array, address: bigint, failure: DecodeFailure): DisassembledInstruction {
  const text = `.byte 0x${bytes[0]!.toString(16).padStart(2, "0")}`;
  const problem = REASONS[failure];
  return { address, bytes, text, roles: [], problem, refersTo: undefined, insn: undefined };
}
