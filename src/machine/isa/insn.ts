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

/** The first bit of each part of `Insn.mode`. */
const enum At {
  Length = 0,
  Size = 4,
  AddressSize = 9,
  Base = 11,
  Index = 16,
  Scale = 21,
  Segment = 23,
  DisplacementLength = 26,
}

/** So many ones. */
const enum Ones {
  Two = 3,
  Three = 7,
  Four = 0xf,
  Five = 0x1f,
}

/** No registers, the segment DS, addresses of 64 bits. */
const USUAL_MODE = (3 << At.Segment) | (2 << At.AddressSize) | ((NONE - RIP) << At.Base);

/**
 * Engines read the first fields for each instruction that they execute, and there may be hundreds of thousands of them: small
 * numbers share a field, and what only describes the encoding comes last, so that an instruction takes few lines of the
 * host's caches.
 */
export class Insn {
  readonly semantics: Semantics;
  /** In 30 bits, which every host keeps without an object: the parts above. */
  private mode = USUAL_MODE;
  /** One of the lists of `operandList`. */
  operands: readonly Operand[] = [];
  /** The immediate, extended and cut to the width of its operand. */
  immediate = 0n;
  /** Signed displacement; a 64-bit `moffs` as unsigned. */
  displacement = 0n;
  /** A branch's distance from the next instruction, in bytes, signed. */
  relative = 0;
  readonly form: Form;
  /** REX, ModRM + 1 and SIB + 1, where they are present: 8, 9 and 9 bits. */
  private written = 0;
  /**
   * The other facts, from bit 0 on: `prefixes` (4 bits), `opcodeLength` (2), `immediateLength` (4), `repeat` (2), `lock` (1),
   * `segmentOverride` + 1 (3), and 0, 1, 2 for a `codeSize` of 16, 32, 64 (2).
   */
  private facts = 0;

  constructor(form: Form, semantics: Semantics) {
    this.form = form;
    this.semantics = semantics;
  }

  private put(at: At, mask: Ones, value: number): void {
    this.mode = (this.mode & ~(mask << at)) | (value << at);
  }

  /** Bytes, 1..15. */
  get length(): number {
    return (this.mode >> At.Length) & Ones.Four;
  }

  set length(bytes: number) {
    this.put(At.Length, Ones.Four, bytes);
  }

  /** Operand size in bits: 8, 16, 32, 64, or 128 (0 where it means nothing). */
  get size(): number {
    return ((this.mode >> At.Size) & Ones.Five) << 3;
  }

  set size(bits: number) {
    this.put(At.Size, Ones.Five, bits >> 3);
  }

  /** 64, or 32 with prefix 67; outside of 64-bit mode 32 or 16, turned round by prefix 67. */
  get addressSize(): CodeSize {
    return (16 << ((this.mode >> At.AddressSize) & Ones.Two)) as CodeSize;
  }

  set addressSize(bits: CodeSize) {
    this.put(At.AddressSize, Ones.Two, bits >> 5);
  }

  /** `NONE`, `RIP`, or a general register. */
  get base(): number {
    return ((this.mode >> At.Base) & Ones.Five) + RIP;
  }

  set base(register: number) {
    this.put(At.Base, Ones.Five, register - RIP);
  }

  /** `NONE`, or a general register. */
  get index(): number {
    return ((this.mode >> At.Index) & Ones.Five) + NONE;
  }

  set index(register: number) {
    this.put(At.Index, Ones.Five, register - NONE);
  }

  /** The index is shifted left by this: 0..3. */
  get scale(): number {
    return (this.mode >> At.Scale) & Ones.Two;
  }

  set scale(shift: number) {
    this.put(At.Scale, Ones.Two, shift);
  }

  /** Segment register of the memory operand: the override, or the default SS/DS. */
  get segment(): number {
    return (this.mode >> At.Segment) & Ones.Three;
  }

  set segment(register: number) {
    this.put(At.Segment, Ones.Three, register);
  }

  /** Bytes: 0, 1, 2, 4 or 8. */
  get displacementLength(): number {
    return (this.mode >> At.DisplacementLength) & Ones.Four;
  }

  set displacementLength(bytes: number) {
    this.put(At.DisplacementLength, Ones.Four, bytes);
  }

  get mnemonic(): string {
    return this.form.instruction.mnemonic;
  }

  /** The REX prefix, or 0. */
  get rex(): number {
    return this.written & 0xff;
  }

  /** A REX prefix, also one that says nothing, makes SPL of AH. */
  get hasRex(): boolean {
    return this.rex !== 0;
  }

  /** The ModRM byte, or -1. */
  get modrm(): number {
    return ((this.written >> 8) & 0x1ff) - 1;
  }

  /** The SIB byte, or -1. */
  get sib(): number {
    return ((this.written >> 17) & 0x1ff) - 1;
  }

  set sib(byte: number) {
    this.written |= (byte + 1) << 17;
  }

  /** REX, or 0; ModRM, or -1. */
  setBytes(rex: number, modrm: number): void {
    this.written = rex | ((modrm + 1) << 8);
  }

  /** Legacy prefixes in front, REX not counted. */
  get prefixes(): number {
    return this.facts & 0xf;
  }

  /** Opcode bytes with their escapes: 1..3. */
  get opcodeLength(): number {
    return (this.facts >> 4) & 3;
  }

  get immediateLength(): number {
    return (this.facts >> 6) & 0xf;
  }

  set immediateLength(bytes: number) {
    this.facts = (this.facts & ~0x3c0) | (bytes << 6);
  }

  /** F3 (rep/repe) = 3, F2 (repne) = 2, else 0. */
  get repeat(): 0 | 2 | 3 {
    return ((this.facts >> 10) & 3) as 0 | 2 | 3;
  }

  get lock(): boolean {
    return (this.facts & 0x1000) !== 0;
  }

  /** A segment-override prefix is present: its register, else -1. */
  get segmentOverride(): number {
    return ((this.facts >> 13) & 7) - 1;
  }

  /** In what kind of code segment it was decoded. */
  get codeSize(): CodeSize {
    return (16 << ((this.facts >> 16) & 3)) as CodeSize;
  }

  /** Once, before `immediateLength` is known. */
  setFacts(
    prefixes: number,
    opcodeLength: number,
    repeat: 0 | 2 | 3,
    lock: boolean,
    segmentOverride: number,
    codeSize: CodeSize,
  ): void {
    this.facts =
      prefixes |
      (opcodeLength << 4) |
      (repeat << 10) |
      (lock ? 0x1000 : 0) |
      ((segmentOverride + 1) << 13) |
      ((codeSize >> 5) << 16);
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
