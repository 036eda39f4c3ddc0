/**
 * What the bytes of an instruction say, group by group, in words.
 * Source: Intel SDM Vol. 2A §2.1 (prefixes, ModRM, SIB), §2.2.1 (REX).
 */
import { byteRoles, type Insn, RIP } from "../../machine/isa/insn.js";
import { Kind, type Operand, type Place } from "../../machine/isa/operand.js";
import { GENERAL_NAMES, SEGMENT_NAMES, type Size } from "../../machine/isa/registers.js";
import type { ByteGroup } from "../../views/machine-state.js";
import { bits, hex, list } from "../../views/numbers.js";

const PREFIXES: Readonly<Record<number, string>> = {
  0x66: "operands of 16 bits",
  0x67: "addresses of 32 bits",
  0xf0: "lock: no other processor may touch this memory meanwhile",
  0xf2: "repeat while not equal",
  0xf3: "repeat",
  0x26: "segment es",
  0x2e: "segment cs",
  0x36: "segment ss",
  0x3e: "segment ds",
  0x64: "segment fs",
  0x65: "segment gs",
};

/** The groups of `insn`, whose bytes are `bytes`. */
export function byteGroups(insn: Insn, bytes: readonly number[]): ByteGroup[] {
  const groups: { role: ByteGroup["role"]; bytes: number[] }[] = [];
  byteRoles(insn).forEach((role, n) => {
    const last = groups[groups.length - 1];
    if (last?.role === role && role !== "prefix") last.bytes.push(bytes[n]!);
    else groups.push({ role, bytes: [bytes[n]!] });
  });
  return groups.map((group) => ({ ...group, says: meaning(insn, group.role, group.bytes) }));
}

function meaning(insn: Insn, role: ByteGroup["role"], bytes: readonly number[]): string {
  switch (role) {
    case "prefix":
      return insn.form.prefix !== "" && Number.parseInt(insn.form.prefix, 16) === bytes[0]
        ? "part of the operation's name here"
        : (PREFIXES[bytes[0]!] ?? "prefix");
    case "rex":
      return rexWords(insn.rex);
    case "opcode":
      return opcodeWords(insn);
    case "modrm":
      return modrmWords(insn);
    case "sib":
      return sibWords(insn);
    case "displacement":
      return displacementWords(insn);
    case "immediate":
      return immediateWords(insn, bytes);
  }
}

function rexWords(rex: number): string {
  const parts: string[] = [];
  if (rex & 8) parts.push("W: operands of 64 bits");
  if (rex & 4) parts.push("R: the register in reg is one of r8 to r15");
  if (rex & 2) parts.push("X: the index is one of r8 to r15");
  if (rex & 1) parts.push("B: the register in rm or opcode is one of r8 to r15");
  return parts.length > 0 ? list(parts) : "makes spl, bpl, sil and dil reachable";
}

function opcodeWords({ form, mnemonic, operands }: Insn): string {
  if (form.digit !== undefined) return "a family of operations: which one is said by reg in the next byte";
  if (!form.registerInOpcode) return `the operation: ${mnemonic}`;
  const at = form.operands.findIndex((spec) => spec.place === "opcode");
  const register = operands[at];
  return `the operation: ${mnemonic}; its low three bits say ${register ? operandName(register) : "which register"}`;
}

/** An operand that needs no address, as the assembler writes it. */
function operandName({ kind, size, register }: Operand): string {
  switch (kind) {
    case Kind.General:
      return GENERAL_NAMES[(size || 64) as Size]?.[register] ?? `register ${register}`;
    case Kind.Xmm:
      return `xmm${register}`;
    case Kind.Mmx:
      return `mm${register}`;
    case Kind.Segment:
      return SEGMENT_NAMES[register] ?? "no segment";
    case Kind.Control:
      return `cr${register}`;
    case Kind.Debug:
      return `dr${register}`;
    case Kind.X87:
      return `st(${register})`;
    default:
      return "memory";
  }
}

function operandAt(insn: Insn, place: Place): Operand | undefined {
  const at = insn.form.operands.findIndex((spec) => spec.place === place);
  return at < 0 ? undefined : insn.operands[at];
}

const MOD = [
  "mod = 00: rm is memory",
  "mod = 01: rm is memory, with 1 byte of displacement",
  "mod = 10: rm is memory, with 4 bytes of displacement",
  "mod = 11: rm is a register",
] as const;

function modrmWords(insn: Insn): string {
  const { form, modrm, mnemonic } = insn;
  if (form.modrm !== undefined) return `more of the operation: ${mnemonic}`;
  const reg = bits((modrm >> 3) & 7, 3);
  const register = operandAt(insn, "reg");
  const regSays =
    form.digit !== undefined
      ? `chooses ${mnemonic}`
      : register
        ? `is ${operandName(register)}`
        : "says nothing";
  return `${MOD[(modrm >> 6) as 0 | 1 | 2 | 3]}; reg = ${reg} ${regSays}; rm = ${bits(modrm & 7, 3)} ${rmWords(insn)}`;
}

function rmWords(insn: Insn): string {
  if (insn.modrm >= 0xc0) {
    const operand = operandAt(insn, "rm");
    return operand ? `is ${operandName(operand)}` : "says nothing";
  }
  if (insn.sib >= 0) return "says that a SIB byte follows";
  if (insn.base === RIP) return "means relative to the next instruction";
  return `takes its address from ${addressRegister(insn, insn.base)}`;
}

const addressRegister = (insn: Insn, number: number): string =>
  GENERAL_NAMES[insn.addressSize][number] ?? "nothing";

function sibWords(insn: Insn): string {
  const base = insn.base < 0 ? "no base" : `base ${addressRegister(insn, insn.base)}`;
  const index =
    insn.index < 0 ? "no index" : `plus ${addressRegister(insn, insn.index)} × ${1 << insn.scale}`;
  return `the address: ${base}, ${index}`;
}

function displacementWords(insn: Insn): string {
  const n = insn.displacement;
  if (insn.base === RIP) return `${n} bytes from the next instruction`;
  return insn.base < 0 && insn.index < 0 ? `the address ${hex(n)}` : `${n} added to the address`;
}

function immediateWords(insn: Insn, bytes: readonly number[]): string {
  const order = bytes.length > 1 ? ", lowest byte first" : "";
  if (operandAt(insn, "relative")) return `${insn.relative} bytes from the next instruction${order}`;
  const width = bytes.length * 8;
  const value = bytes.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);
  const extended = BigInt.asIntN(width, value);
  const small = extended === value ? String(value) : `${value}, or ${extended} with a sign`;
  const spread = insn.size > width && operandAt(insn, "immediate") ? `, extended to ${insn.size} bits` : "";
  return `the number ${small}${order}${spread}`;
}
