/** Bytes into instructions, one after the other. What is no instruction is shown as data. */
import { type DecodeFailure, decode } from "../../machine/isa/decoder.js";
import { type ByteRole, byteRoles, type Insn } from "../../machine/isa/insn.js";
import { type FormatOptions, formatInstruction, ripTarget } from "./format.js";

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
  /** The address that a branch or a RIP-relative operand means. */
  readonly refersTo: bigint | undefined;
  readonly insn: Insn | undefined;
}

const REASONS: Readonly<Record<DecodeFailure, string>> = {
  truncated: "the bytes end within the instruction",
  "too-long": "it would be longer than 15 bytes",
  invalid: "this machine has no such instruction",
  lock: "LOCK is not allowed here",
};

/** Disassembles all of `bytes`, the first of which lies at `address`. */
export function disassemble(
  bytes: Uint8Array,
  address: bigint,
  options: FormatOptions = {},
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
  options: FormatOptions = {},
): DisassembledInstruction {
  const decoded = decode(bytes, at);
  if (typeof decoded === "string") {
    const byte = bytes.slice(at, at + 1);
    const text = `.byte 0x${byte[0]!.toString(16).padStart(2, "0")}`;
    return {
      address,
      bytes: byte,
      text,
      roles: [],
      problem: REASONS[decoded],
      refersTo: undefined,
      insn: undefined,
    };
  }
  const relative = decoded.form.operands.some((spec) => spec.place === "relative");
  const target = BigInt.asUintN(64, address + BigInt(decoded.length + decoded.relative));
  return {
    address,
    bytes: bytes.slice(at, at + decoded.length),
    text: formatInstruction(decoded, address, options),
    roles: byteRoles(decoded),
    problem: undefined,
    refersTo: relative ? target : ripTarget(decoded, address),
    insn: decoded,
  };
}
