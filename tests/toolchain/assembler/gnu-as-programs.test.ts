/** Whole programs: the same bytes as GNU as and ld, with labels, sections and alignments resolved. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";
import { hasCommand } from "../../programs/oracles.js";
import { hasGnuLd, linkWithGnu } from "../gnu-ld.js";
import { randomProgram } from "./random-programs.js";

/** Where the sections of a program differ from GNU's; "" when they are the same. */
function difference(source: string): string {
  const result = assemble(source);
  if (!result.ok) return result.errors.map((error) => `line ${error.line}: ${error.reason}`).join("\n");
  const theirs = linkWithGnu(source, new Map(result.sections.map(({ name, address }) => [name, address])));
  return result.sections
    .filter(({ zero }) => !zero)
    .filter(({ name, bytes }) => Buffer.from(bytes).toString("hex") !== theirs.get(name))
    .map(({ name, bytes }) => `${name}: ${Buffer.from(bytes).toString("hex")}\n GNU: ${theirs.get(name)}`)
    .join("\n");
}

const HELLO = `
# Writes a line and ends.
.globl _start
.section .rodata
message: .asciz "Hi there\\n"
length = . - message - 1
.text
_start:
    mov eax, 1              # write
    mov edi, eax; lea rsi, message[rip]
    mov edx, length /* known
                       above */
    syscall
    cmp rax, length
    jne fail
    xor edi, edi
1:  mov eax, 60
    syscall
fail: mov edi, 1
    jmp 1b
.type _start, @function
.size _start, . - _start
.data
counter: .quad 0, table, table + 8
table: .long 1, 2, table_end - table
table_end:
.bss
.align 16
buffer: .skip 64
`;

const KNOWN_VALUES = `
a: nop
b: ret
size = b - a
mov eax, size
add eax, b - a
add rsp, . - b
mov ecx, [rax + (b - a)]
cmp dword ptr [rsp + rcx*4 + size], size * 2
c: .zero 4
d: add eax, d - c
.set n, 1
.byte n
.set n, n + 1
.byte n, n << 2, -n
imul eax, ebx, n
gap = e - d
.p2align 4
e: add eax, offset gap
mov eax, e - d
.long ., . - a, .
lea rdi, [rip + a + 1]
other = c
mov eax, other
jmp other
mov rax, offset other + 4
push offset a
movabs rax, [a]
mov qword ptr a[rcx*8 + 4], 7
`;

const DATA = `
.byte 'a', 'b' + 1, '\\n', '\\\\', ''', -1, 255, 0x80
.ascii "a\\tb\\101\\x41\\"\\\\" "cat", "dog"
.string "x", "y"
.asciz "Grüße"
.word 1, -2, 0xffff
.hword 3
.value 4
.long -7/2, -7%3, 1<<3, -1>>60, 5!3, 6|1, 6^3, ~5, !5, !0, 2+3*4, 1|2+4, 1+2|4, 1 shl 4, 5 and 4
.long 5 == 5, 5 <> 5, 5 != 4, 3 > 2, 1 && 2, 0 || 3, 0 || 0, 2 < 3, 2 <= 2, 2 >= 3, 1 + 1 == 2, 4 > 1 + 2
.quad 0x123456789abcdef0, -1>>4, 0xffffffffffffffff, 1 << 63
.float 1.5, -0.1, 1e10
.double 1.5, 3.141592653589793, -2.5e-3
.fill 3, 4, 0x12345678
.fill 2, 8, 0x1122334455667788
.fill 2
.skip 3, 0xaa
.balign 16, 0x11
.balignw 16, 0x2233
.p2align 3,,2
.org 0x200, 0xee
.byte 1
. = 0x210
.4byte 1
.8byte 2
.2byte 3
`;

describe.skipIf(!hasGnuLd)("a program", () => {
  it.each([
    ["with four sections", HELLO],
    ["whose constants choose shorter encodings", KNOWN_VALUES],
    ["of data", DATA],
  ])("%s becomes what GNU as and ld make of it", (_, source) => {
    expect(difference(source)).toBe("");
  });

  it("pads code with the no-operations that GNU as chooses for every gap", () => {
    const gaps = Array.from({ length: 256 }, (_, n) => `.zero ${n}, 0x90\n.p2align 8\nret`);
    expect(difference(gaps.join("\n"))).toBe("");
  });

  it.skipIf(!hasCommand("gcc")).each(["-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -fPIE -fcf-protection=full"])(
    "that gcc %s wrote becomes what GNU as and ld make of it",
    (options) => {
      const file = fileURLToPath(new URL("compiled.c", import.meta.url));
      const words = [
        "-S",
        "-masm=intel",
        "-ffreestanding",
        "-fno-pic",
        ...options.split(" "),
        "-o",
        "-",
        file,
      ];
      const source = execFileSync("gcc", words, { encoding: "utf8" });
      expect(difference(source)).toBe("");
    },
  );

  it("has long branches where GNU as has them, in 60 programs of branches, data and alignments", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const source = randomProgram(seed * 7919, 60 + (seed % 5) * 60);
      expect(difference(source), `program ${seed}`).toBe("");
    }
  });
});
