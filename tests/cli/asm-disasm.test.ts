/** `youcpu asm` and `youcpu disasm` as a user meets them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asmCommand } from "../../src/cli/asm-command.js";
import { disasmCommand } from "../../src/cli/disasm-command.js";
import type { Streams } from "../../src/cli/streams.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "you-in-cpu-asm-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function told(command: (words: readonly string[], streams: Streams) => number, words: readonly string[]) {
  let out = "";
  let error = "";
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  };
  const status = command(words, streams);
  return { status, out, error };
}

const asm = (...words: string[]) => told(asmCommand, words);
const disasm = (...words: string[]) => told(disasmCommand, words);

/** A file in the test's folder. */
function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD =
  "_start: mov eax, 60\n    xor edi, edi\n    syscall\n    lea rax, [rip + _start]\n    jmp _start\n";

describe("youcpu asm", () => {
  it("writes an executable file", () => {
    const out = join(folder, "program");
    expect(asm(file("good.s", GOOD), "-o", out)).toEqual({ status: 0, out: "", error: "" });
    expect(readFileSync(out).subarray(0, 4).toString("latin1")).toBe("\x7fELF");
    expect(statSync(out).mode & 0o111).not.toBe(0);
  });

  it("writes raw bytes, at a base that it is given", () => {
    const out = join(folder, "raw");
    const source = file("raw.s", "x: .quad x");
    expect(asm("--format", "binary", "--base", "0xffffffff81000000", "-o", out, source).status).toBe(0);
    expect(readFileSync(out).toString("hex")).toBe("00000081ffffffff");
  });

  it("lists address, bytes and source", () => {
    const { status, out } = asm("--format", "listing", file("good.s", GOOD));
    expect(status).toBe(0);
    expect(out.split("\n")[1]).toBe("    2  00401005  31 ff                        xor edi, edi");
  });

  it("says all as JSON", () => {
    const { status, out } = asm("--json", file("good.s", GOOD));
    expect(status).toBe(0);
    const value = JSON.parse(out);
    expect(value).toMatchObject({ ok: true, entry: "0x401000", symbols: { _start: "0x401000" } });
    expect(value.listing[1]).toEqual({ line: 2, section: ".text", address: "0x401005", bytes: "31ff" });
  });

  it("shows every mistake with its place, its line, a mark, and the next step, and ends with 1", () => {
    const source = file("bad.s", "\tmovv eax, 1\nnop\nadd al, 300\n");
    const { status, out, error } = asm(source, "-o", join(folder, "never"));
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(error).toBe(
      `${source}:1:2: error: there is no instruction "movv" in this machine
   movv eax, 1
   ^^^^
  did you mean mov or movd or movq?
${source}:3:9: error: 300 does not fit in 8 bits
  add al, 300
          ^^^
  use a smaller number, or a wider operand
`,
    );
    expect(existsSync(join(folder, "never"))).toBe(false);
    expect(JSON.parse(asm("--json", source).out)).toMatchObject({
      ok: false,
      errors: [{ line: 1 }, { line: 3 }],
    });
  });

  it("shows only a part of a very long line", () => {
    const { status, error } = asm(file("long.s", `.byte ${"1, ".repeat(10_000)}300`));
    expect(status).toBe(1);
    expect(error.length).toBeLessThan(1000);
    expect(error).toContain("300\n");
  });

  it("ends with 2 for wrong use, 1 for a file that is not there, 0 for --help", () => {
    for (const words of [
      [],
      ["a.s", "b.s"],
      ["--format", "coff", "a.s"],
      ["--base", "here", "a.s"],
      ["--bogus"],
    ])
      expect(asm(...words).status, words.join(" ")).toBe(2);
    expect(asm(join(folder, "nowhere.s"))).toMatchObject({
      status: 1,
      error: expect.stringMatching(/ENOENT/),
    });
    expect(asm("--help")).toMatchObject({ status: 0, out: expect.stringMatching(/--format/), error: "" });
  });
});

describe("youcpu disasm", () => {
  it("shows an ELF file's code, with the names of its symbols", () => {
    const out = join(folder, "named");
    asm(file("good.s", GOOD), "-o", out);
    expect(disasm(out)).toEqual({
      status: 0,
      error: "",
      out: `
0000000000401000 <_start>:
  401000:  b8 3c 00 00 00                  mov eax, 0x3c
  401005:  31 ff                           xor edi, edi
  401007:  0f 05                           syscall
  401009:  48 8d 05 f0 ff ff ff            lea rax, [rip-0x10]    # 0x401000 <_start>
  401010:  eb ee                           jmp 0x401000 <_start>
`,
    });
  });

  it("shows bytes from the command line, and why some are no instruction", () => {
    const { status, out } = disasm("--hex", "48 89 e5, 0xc3 06 f0", "--address", "0xffffffff81000000");
    expect(status).toBe(0);
    expect(out.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
      "ffffffff81000000: 48 89 e5 mov rbp, rsp",
      "ffffffff81000003: c3 ret",
      "ffffffff81000004: 06 .byte 0x06 # this machine has no such instruction",
      "ffffffff81000005: f0 .byte 0xf0 # the bytes end within the instruction",
      "",
    ]);
  });

  it("tells the role of every byte in JSON", () => {
    const value = JSON.parse(disasm("--json", "--hex", "48 83 c4 f8").out);
    expect(value).toEqual([
      {
        address: "0x0",
        bytes: "48 83 c4 f8",
        text: "add rsp, 0xfffffffffffffff8",
        roles: ["rex", "opcode", "modrm", "immediate"],
      },
    ]);
  });

  it("reads a damaged ELF file as far as it goes", () => {
    const out = join(folder, "whole");
    asm(file("good.s", GOOD), "-o", out);
    const bytes = readFileSync(out);
    for (let length = 1; length < bytes.length; length += 97)
      expect(disasm(file("cut", bytes.subarray(0, length))).status).toBe(0);
    for (let at = 4; at < 64; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = 0xff;
      expect(disasm(file("changed", changed)).status, `byte ${at}`).toBe(0);
    }
  });

  it("ends with 2 for wrong use, 1 for a file that is not there, 0 for --help", () => {
    for (const words of [
      [],
      ["a", "b"],
      ["--hex", "xyz"],
      ["--hex", "9"],
      ["--address", "-1", "a"],
      ["--hex", "90", "a"],
    ])
      expect(disasm(...words).status, words.join(" ")).toBe(2);
    expect(disasm(join(folder, "nowhere"))).toMatchObject({
      status: 1,
      error: expect.stringMatching(/ENOENT/),
    });
    expect(disasm("--help")).toMatchObject({ status: 0, out: expect.stringMatching(/--hex/), error: "" });
  });
});
