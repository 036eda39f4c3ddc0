/** Executables from assemblies: they run under this kernel and under the real one, and readelf finds nothing wrong. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../../src/toolchain/elf-writer.js";
import { hasCommand } from "../programs/oracles.js";
import { runGuest } from "../programs/run-guest.js";

const PROGRAM = `
.globl _start
.section .rodata
message: .ascii "grüße\\n"
length = . - message
.text
_start:
    mov eax, 1
    mov edi, eax
    lea rsi, message[rip]
    mov edx, length
    syscall
    lea rdi, counter[rip]
    inc qword ptr [rdi]
    mov byte ptr [buffer + 8999], 7
    movzx edi, byte ptr [rip + buffer + 8999]
    add rdi, [counter]
    mov eax, 60
    syscall
.data
counter: .quad 34
.bss
.align 16
buffer: .skip 9000
.section .note.GNU-stack, "", @progbits
`;

function executable(): Uint8Array {
  const result = assemble(PROGRAM);
  if (!result.ok) throw new Error(result.errors[0]!.reason);
  return writeElfExecutable(result);
}

/** What a host program says about the file, whose name is added to the words. */
function ask(command: string, words: readonly string[]): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "elf-writer-"));
  try {
    const file = join(folder, "program");
    writeFileSync(file, executable(), { mode: 0o755 });
    const done = spawnSync(command === "" ? file : command, command === "" ? [] : [...words, file]);
    return { status: done.status, output: done.stdout.toString() + done.stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("an executable made from an assembly", () => {
  it("runs under this kernel, with its code, data and zeros in place", () => {
    const { stdout, status } = runGuest({ files: { "/p": executable() }, path: "/p", argv: ["p"] });
    expect({ stdout, status }).toEqual({ stdout: "grüße\n", status: 42 });
  });

  it("runs on the machine of the test just the same", () => {
    expect(ask("", [])).toEqual({ status: 42, output: "grüße\n" });
  });

  it.skipIf(!hasCommand("readelf"))(
    "has headers and symbols that readelf understands without a warning",
    () => {
      const { output } = ask("readelf", ["-a", "-W"]);
      expect(output).not.toMatch(/warning|error|corrupt/i);
      expect(output).toMatch(/LOAD .*R E 0x1000/);
      expect(output).toMatch(/0000000000403000 +0 NOTYPE +GLOBAL DEFAULT +3 counter/);
      expect(output).toMatch(/0000000000000008 +0 NOTYPE +GLOBAL DEFAULT +ABS length/);
    },
  );
});
