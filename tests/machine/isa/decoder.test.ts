/** The decoder against iced-x86 and against its own tables. */
import { Code, type Instruction as Iced, Decoder as IcedDecoder, Mnemonic } from "iced-x86";
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/machine/isa/decoder.js";
import { byteRoles } from "../../../src/machine/isa/insn.js";
import type { Form } from "../../../src/machine/isa/instruction.js";
import { INSTRUCTIONS } from "../../../src/machine/isa/instruction-set.js";
import { Kind } from "../../../src/machine/isa/operand.js";
import { allEncodings } from "./encodings.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** xorshift32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 0xff;
  };
}

const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65];

/** 15 random bytes; half of them begin with a few prefixes, a REX and an escape, as real code does. */
function randomString(next: () => number, shaped: boolean): Uint8Array {
  const bytes: number[] = [];
  if (shaped) {
    for (let n = next() & 3; n > 0; n--) bytes.push(PREFIXES[next() % PREFIXES.length]!);
    if ((next() & 1) !== 0) bytes.push(0x40 | (next() & 15));
    if ((next() & 1) !== 0) bytes.push(0x0f);
  }
  while (bytes.length < 15) bytes.push(next());
  return Uint8Array.from(bytes);
}

function icedDecodes(bytes: Uint8Array): { valid: boolean; length: number; mnemonic: string; code: string } {
  const decoder = new IcedDecoder(64, bytes, 0);
  const insn: Iced = decoder.decode();
  const result = {
    valid: insn.code !== Code.INVALID,
    length: insn.length,
    mnemonic: (Mnemonic[insn.mnemonic] ?? "").toLowerCase(),
    code: Code[insn.code] ?? "",
  };
  insn.free();
  decoder.free();
  return result;
}

const MNEMONICS = new Set(INSTRUCTIONS.flatMap((one) => [one.mnemonic, ...(one.aliases ?? [])]));

/** Forms of known mnemonics that this machine leaves out: far branches, returns to 32-bit code. */
const LEFT_OUT = /^(Call|Jmp)_(m16|ptr)|^Sysret[dl]$|^Sysexitd$/;

/** Numbers of control, debug and segment registers that do not exist are refused when the instruction executes. */
const REFUSED_LATER = new Set<number>([Kind.Segment, Kind.Control, Kind.Debug]);

/** What is wrong with our reading of these bytes; undefined when it agrees with iced-x86. */
function disagreement(bytes: Uint8Array): string | undefined {
  const ours = decode(bytes, 0);
  const theirs = icedDecodes(bytes);
  if (typeof ours !== "string") {
    if (theirs.valid && theirs.length === ours.length) return undefined;
    if (!theirs.valid && ours.operands.some(({ kind }) => REFUSED_LATER.has(kind))) return undefined;
    return `${hex(bytes)}: ${ours.form.text} ${ours.length}, iced ${theirs.code} ${theirs.length}`;
  }
  const known = theirs.valid && MNEMONICS.has(theirs.mnemonic) && !LEFT_OUT.test(theirs.code);
  return known ? `${hex(bytes)}: ${ours}, iced ${theirs.code}` : undefined;
}

/** The form itself, another form of the instruction, or one that claims part of its opcode (prefetches among NOPs). */
function isSameOrNearer(found: Form, form: Form): boolean {
  return found.instruction === form.instruction || (form.digit === undefined && found.digit !== undefined);
}

describe("decode", () => {
  it("decodes an encoding of every form as that form, whole", () => {
    const wrong: string[] = [];
    for (const { form, bytes } of allEncodings()) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") wrong.push(`${form.text}: ${hex(bytes)} ${insn}`);
      else if (!isSameOrNearer(insn.form, form) || insn.length !== bytes.length) {
        wrong.push(`${form.text}: ${hex(bytes)} is ${insn.form.text}, ${insn.length} bytes`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("gives every byte of an instruction one role", () => {
    for (const { bytes } of allEncodings()) {
      const insn = decode(bytes, 0);
      if (typeof insn === "string") continue;
      expect(byteRoles(insn).length, hex(bytes)).toBe(insn.length);
    }
  });

  it("agrees with iced-x86 on length and validity of 200 000 random byte strings", () => {
    const next = generator(0x12345678);
    const wrong: string[] = [];
    for (let n = 0; n < 200_000; n++) {
      const found = disagreement(randomString(next, n % 2 === 1));
      if (found !== undefined) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });
});
