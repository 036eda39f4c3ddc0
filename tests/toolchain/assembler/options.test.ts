/** Where sections lie, what symbols exist already, and where the program begins. */
import { describe, expect, it } from "vitest";
import { type AssembleOptions, type Assembly, assemble } from "../../../src/toolchain/assembler/assemble.js";

function assembled(source: string, options: AssembleOptions = {}): Assembly {
  const result = assemble(source, options);
  if (!result.ok) throw new Error(result.errors.map(({ reason }) => reason).join("\n"));
  return result;
}

const addresses = ({ sections }: Assembly) => sections.map(({ name, address }) => [name, address]);
const hex = ({ sections }: Assembly, name = ".text") =>
  Buffer.from(sections.find((section) => section.name === name)!.bytes).toString("hex");

const FOUR = ".data\n.byte 1\n.bss\n.skip 5000\n.section .rodata\n.byte 2\n.text\nnop";

describe("sections", () => {
  it("lie on fresh pages: text, constants, data, zeros", () => {
    expect(new Map(assembled(FOUR).sections.map(({ name, address }) => [name, address]))).toEqual(
      new Map([
        [".text", 0x401000n],
        [".rodata", 0x402000n],
        [".data", 0x403000n],
        [".bss", 0x404000n],
      ]),
    );
  });

  it("may be executed, written or neither, by their names or their flags", () => {
    const source = `${FOUR}\n.section .door, "awx"\nnop\n.section .note, ""\n.byte 1\n.section .heap, "aw", @nobits\n.skip 8`;
    const rights = assembled(source).sections.map(({ name, executable, writable, zero }) => [
      name,
      `${executable ? "x" : ""}${writable ? "w" : ""}${zero ? "0" : ""}`,
    ]);
    expect(Object.fromEntries(rights)).toEqual({
      ...{ ".text": "x", ".rodata": "", ".data": "w", ".bss": "w0", ".door": "xw", ".heap": "w0" },
    });
  });

  it("lie where they are told to, also in the upper half, and the others follow the base", () => {
    const options = { base: 0x10000n, addresses: { ".text": 0xffffffff81000000n } };
    const assembly = assembled("a: jmp a\n.data\n.quad a\n", options);
    expect(addresses(assembly)).toEqual([
      [".text", 0xffffffff81000000n],
      [".data", 0xffffffff81001000n],
    ]);
    expect(hex(assembly, ".data")).toBe("00000081ffffffff");
    expect(addresses(assembled("nop", { base: 0x10000n }))).toEqual([[".text", 0x10000n]]);
  });

  it("take all that is put into them, in the order of the source, and remember the one before", () => {
    const source =
      ".data\n.byte 1\n.text\nnop\n.previous\n.byte 2\n.pushsection .text\nret\n.popsection\n.byte 3";
    expect(hex(assembled(source), ".data")).toBe("010203");
    expect(hex(assembled(source))).toBe("90c3");
  });
});

describe("code in the upper half", () => {
  it("reaches itself with sign-extended 32-bit addresses", () => {
    const options = { addresses: { ".text": 0xffffffff81000000n } };
    const source =
      "stub: mov rax, offset stub\nlea rcx, [rip + stub]\npush offset stub\ncall stub\njmp qword ptr [stub]";
    expect(hex(assembled(source, options))).toBe(
      "48c7c000000081488d0df2ffffff6800000081e8e8ffffffff242500000081",
    );
  });

  it("is not reached by addresses that are zero-extended", () => {
    const result = assemble("stub: mov eax, offset stub", { addresses: { ".text": 0xffffffff81000000n } });
    expect(result).toMatchObject({
      ok: false,
      errors: [{ reason: "0xffffffff81000000 does not fit in 32 bits" }],
    });
  });
});

describe("symbols given from outside", () => {
  const symbols = new Map([
    ["handler", 0x401100n],
    ["size", 24n],
  ]);

  it("are constants that choose encodings", () => {
    expect(hex(assembled("add rsp, size\nmov eax, [rbx + size]", { symbols }))).toBe("4883c4188b4318");
  });

  it("may be branched to, and are not listed as the program's own", () => {
    const assembly = assembled("call handler", { symbols });
    expect(hex(assembly)).toBe("e8fb000000");
    expect(assembly.symbols.size).toBe(0);
  });
});

describe("the entry", () => {
  it("is _start, or the beginning of the text", () => {
    expect(assembled("nop\n_start: ret").entry).toBe(0x401001n);
    expect(assembled("nop").entry).toBe(0x401000n);
  });
});

describe("symbols of an assembly", () => {
  it("are labels and constants, numeric labels apart", () => {
    const { symbols } = assembled("1: nop\na: nop\nn = 5\nlength = . - a\n.equ m, n * 2\nb = a\nc = -1");
    expect(Object.fromEntries(symbols)).toEqual({
      ...{ a: 0x401001n, n: 5n, length: 1n, m: 10n, b: 0x401001n, c: 0xffffffffffffffffn },
    });
  });
});
