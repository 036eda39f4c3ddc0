/** What each byte of an instruction is said to mean, by the facts of the Intel manual. */
import { describe, expect, it } from "vitest";
import { byteGroups } from "../../src/cells/observe/byte-meaning.js";
import { decode } from "../../src/machine/isa/decoder.js";

function says(text: string): string[] {
  const bytes = text.split(" ").map((byte) => Number.parseInt(byte, 16));
  const insn = decode(Uint8Array.from(bytes), 0);
  if (typeof insn === "string") throw new Error(insn);
  return byteGroups(insn, bytes.slice(0, insn.length)).map((group) => `${group.role}: ${group.says}`);
}

describe("the meaning of bytes", () => {
  it("83 C3 0A: the word add sits in ModRM.reg", () => {
    expect(says("83 c3 0a")).toEqual([
      "opcode: a family of operations: which one is said by reg in the next byte",
      "modrm: mod = 11: rm is a register; reg = 000 chooses add; rm = 011 is ebx",
      "immediate: the number 10, extended to 32 bits",
    ]);
  });

  it("83 EB 0A: one changed field makes it sub", () => {
    expect(says("83 eb 0a")[1]).toContain("reg = 101 chooses sub");
  });

  it("05 adds a 32-bit number, with 66 a 16-bit one, with REX.W one that is extended to 64 bits", () => {
    expect(says("05 00 02 00 00")).toEqual([
      "opcode: the operation: add",
      "immediate: the number 512, lowest byte first",
    ]);
    expect(says("66 05 00 02")).toEqual([
      "prefix: operands of 16 bits",
      "opcode: the operation: add",
      "immediate: the number 512, lowest byte first",
    ]);
    expect(says("48 05 00 02 00 00")).toEqual([
      "rex: W: operands of 64 bits",
      "opcode: the operation: add",
      "immediate: the number 512, lowest byte first, extended to 64 bits",
    ]);
  });

  it("a SIB byte names base, index and factor", () => {
    expect(says("48 8b 4c c8 10")).toEqual([
      "rex: W: operands of 64 bits",
      "opcode: the operation: mov",
      "modrm: mod = 01: rm is memory, with 1 byte of displacement; reg = 001 is rcx; rm = 100 says that a SIB byte follows",
      "sib: the address: base rax, plus rcx × 8",
      "displacement: 16 added to the address",
    ]);
  });

  it("a branch says how far it is from the next instruction", () => {
    expect(says("75 f9")[1]).toBe("immediate: -7 bytes from the next instruction");
  });

  it("a register in the opcode is named", () => {
    expect(says("41 b8 05 00 00 00")[1]).toBe("opcode: the operation: mov; its low three bits say r8d");
  });
});
