/**
 * One decoded instruction: which form, which operands, which addressing mode, how long.
 * One class with always the same fields, so that engines read it quickly.
 */
import type { Form, Semantics } from "./instruction.js";
import type { Operand } from "./operand.js";

/** The code segment's default size of operands and addresses; 64 in 64-bit mode, which has rules of its own. */
export type CodeSize = 16 | 32 | 64;

/** No base or no index register. */
export const NONE = -1;
/** The base is the address of the next instruction. */
export const RIP = -2;

export class Insn {
  /** Bytes, 1..15. */
  length = 0;
  /** Operand size in bits: 8, 16, 32, 64 (0 where it means nothing). */
  size = 0;
  operands: readonly Operand[] = [];
  /** The immediate, extended and cut to the width of its operand. */
  immediate = 0n;
  /** A branch's distance from the next instruction, in bytes, signed. */
  relative = 0;
  /** `NONE`, `RIP`, or a general register. */
  base = NONE;
  index = NONE;
  /** The index is shifted left by this: 0..3. */
  scale = 0;
  /** Signed displacement; a 64-bit `moffs` as unsigned. */
  displacement = 0n;
  /** In what kind of code segment it was decoded. */
  codeSize: CodeSize = 64;
  /** 64, or 32 with prefix 67; outside of 64-bit mode 32 or 16, turned round by prefix 67. */
  addressSize: CodeSize = 64;
  /** Segment register of the memory operand: the override, or the default SS/DS. */
  segment = 3;
  /** A segment-override prefix is present: its register, else -1. */
  segmentOverride = -1;
  /** F3 (rep/repe) = 3, F2 (repne) = 2, else 0. */
  repeat: 0 | 2 | 3 = 0;
  lock = false;
  rex = 0;
  /** Legacy prefixes in front, REX not counted. */
  prefixes = 0;
  hasRex = false;
  /** Opcode bytes with their escapes: 1..3. */
  opcodeLength = 1;
  /** The ModRM byte, or -1. */
  modrm = -1;
  /** The SIB byte, or -1. */
  sib = -1;
  displacementLength = 0;
  immediateLength = 0;

  constructor(
    readonly form: Form,
    readonly semantics: Semantics,
  ) {}

  get mnemonic(): string {
    return this.form.instruction.mnemonic;
  }
}

/** Bits of a near branch's target and return address: 64 in 64-bit mode whatever the prefixes say. */
export function nearSize({ codeSize, size }: Insn): 16 | 32 | 64 {
  return codeSize === 64 ? 64 : size === 16 ? 16 : 32;
}

/** What one byte of an instruction is for. */
export type ByteRole = "prefix" | "rex" | "opcode" | "modrm" | "sib" | "displacement" | "immediate";

/** The role of each byte of `i`, in order; its length is `i.length`. Source: SDM Vol. 2A figure 2-1. */
export function byteRoles(i: Insn): ByteRole[] {
  const roles: ByteRole[] = [];
  const put = (role: ByteRole, count: number) => {
    for (let n = 0; n < count; n++) roles.push(role);
  };
  put("prefix", i.prefixes);
  put("rex", i.hasRex ? 1 : 0);
  put("opcode", i.opcodeLength);
  put("modrm", i.modrm >= 0 ? 1 : 0);
  put("sib", i.sib >= 0 ? 1 : 0);
  put("displacement", i.displacementLength);
  put("immediate", i.immediateLength);
  return roles;
}
