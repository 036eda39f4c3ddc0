/**
 * Outside of 64-bit mode: real-address, protected and compatibility mode with their segments, interrupts and returns. Each
 * program is loaded at 7C00h of a machine that was reset, and leaves in registers what it found.
 */
import { describe, expect, it } from "vitest";
import { GENERAL_NAMES } from "../../../src/machine/isa/registers.js";
import { ENGINES, type Engine, Machine } from "../../../src/machine/machine.js";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";

const LOAD = 0x7c00;

function run(source: string, engine: Engine): Machine {
  const result = assemble(source, { base: BigInt(LOAD) });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const machine = Machine.create({ ram: 2 << 20, engine });
  machine.memory.writeBytes(LOAD, result.sections[0]!.bytes);
  const start = assemble(".code16\njmp 0:0x7c00");
  if (!start.ok) throw new Error("jmp");
  machine.memory.writeBytes(0xffff0, start.sections[0]!.bytes);
  machine.reset();
  machine.run(100_000);
  return machine;
}

/** Registers after the program's HLT, by their 32-bit names. */
function registersAfter(source: string, engine: Engine, ...names: string[]): bigint[] {
  const machine = run(source, engine);
  expect(machine.cpu.shutDownReason).toBe(undefined);
  expect(machine.cpu.halted).toBe(true);
  return names.map((name) => machine.cpu.state.general[GENERAL_NAMES[32].indexOf(name)]! & 0xffffffffn);
}

const REAL = `
.code16
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, 0x7c00
`;

/** Protected mode with flat segments 08h, 10h for ring 0, 1Bh, 23h for ring 3, a TSS 28h, 64-bit code 30h, and an IDT. */
const PROTECTED = `
.code16
  cli
  xor ax, ax
  mov ds, ax
  lgdt [gdtr]
  lidt [idtr]
  mov eax, cr0
  or al, 1
  mov cr0, eax
  jmp 0x08:enter32
gdtr: .word 8 * 8 - 1
  .long gdt
idtr: .word 0x7ff
  .long 0x1000
.align 8
gdt: .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff, 0x00cffa000000ffff, 0x00cff2000000ffff
  .quad 0x0000890020000067, 0x00af9a000000ffff, 0x00409200a0000fff
.code32
enter32:
  mov ax, 0x10
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov esp, 0x7c00
  mov edi, 0x1000
  mov ecx, 0x800
  xor eax, eax
  rep stosd
  mov dword ptr [0x2004], 0x6000
  mov dword ptr [0x2008], 0x10
  mov ax, 0x28
  ltr ax
`;

/** A 32-bit interrupt gate for a vector. */
const gate = (vector: number, handler: string, access = 0x8e): string => `
  mov dword ptr [${0x1000 + vector * 8}], offset ${handler} + 0x80000
  mov dword ptr [${0x1004 + vector * 8}], ${access << 8}
`;

describe.each(ENGINES)("on the engine %s, real-address mode", (engine) => {
  it("finds memory at sixteen times the segment", () => {
    const found = registersAfter(
      `${REAL}
  mov ax, 0x1234
  mov es, ax
  mov byte ptr es:[5], 0x5a
  mov al, [0x2345]
  mov bx, 0x1000
  mov fs, bx
  mov al, fs:[0x2345]
  hlt`,
      engine,
      "eax",
    );
    expect(found[0]! & 0xffn).toBe(0x5an);
  });

  it("calls handlers through the vector table, and IRET brings IP, CS and FLAGS back", () => {
    const found = registersAfter(
      `${REAL}
  mov word ptr [0x21 * 4], offset handler
  mov word ptr [0x21 * 4 + 2], 0
  sti
  stc
  int 0x21
  setc bh
  hlt
handler:
  pushf
  pop dx
  mov bl, 7
  clc
  iret`,
      engine,
      "ebx",
      "edx",
      "esp",
    );
    expect(found[0]).toBe(0x107n);
    expect(found[1]! & 0x200n).toBe(0n);
    expect(found[2]).toBe(0x7c00n);
  });

  it("raises a divide error with the address of the division and without an error code", () => {
    const found = registersAfter(
      `${REAL}
  mov word ptr [0], offset handler
  mov word ptr [2], 0
  xor cx, cx
fault:
  div cx
  hlt
handler:
  pop ax
  mov bx, offset fault
  sub ax, bx
  pop cx
  hlt`,
      engine,
      "eax",
      "ecx",
    );
    expect(found).toEqual([0n, 0n]);
  });

  it("raises #GP for a word at offset FFFFh, and #SS for one on the stack", () => {
    const found = registersAfter(
      `${REAL}
  mov word ptr [13 * 4], offset general
  mov word ptr [13 * 4 + 2], 0
  mov word ptr [12 * 4], offset stack
  mov word ptr [12 * 4 + 2], 0
  mov bx, 0xffff
  mov ax, [bx]
  mov bp, 0xffff
  mov ax, [bp]
  hlt
general:
  mov si, 1
  pop cx
  add cx, 2
  push cx
  iret
stack:
  mov di, 2
  pop cx
  add cx, 3
  push cx
  iret`,
      engine,
      "esi",
      "edi",
    );
    expect(found).toEqual([1n, 2n]);
  });

  it("reaches all memory with 32-bit addresses once a segment was loaded with a large limit", () => {
    const found = registersAfter(
      `${PROTECTED}
  jmp 0x38:small
.code16
small:
  mov eax, cr0
  and al, 0xfe
  mov cr0, eax
  jmp 0:real
real:
  xor ax, ax
  mov ds, ax
  mov ebx, 0x123456
  mov dword ptr [ebx], 0x55aa
  mov eax, [ebx]
  hlt`.replace("0x00409200a0000fff", "0x00009a000000ffff"),
      engine,
      "eax",
    );
    expect(found).toEqual([0x55aan]);
  });
});

describe.each(ENGINES)("on the engine %s, protected mode", (engine) => {
  it("raises #GP beyond the limit of a segment, with the error code 0 on the handler's stack", () => {
    const found = registersAfter(
      `${PROTECTED}${gate(13, "handler")}
  mov ax, 0x38
  mov fs, ax
  mov eax, fs:[0xffc]
fault:
  mov eax, fs:[0xffd]
  hlt
handler:
  pop edx
  pop eax
  sub eax, offset fault
  pop ecx
  hlt`,
      engine,
      "eax",
      "ecx",
      "edx",
    );
    expect(found).toEqual([0n, 8n, 0n]);
  });

  it("goes to ring 3 by IRET and comes back by an interrupt onto the TSS's stack", () => {
    const found = registersAfter(
      `${PROTECTED}${gate(0x80, "handler", 0xee)}
  push 0x23
  push 0x7000
  pushf
  push 0x1b
  push offset user
  iret
user:
  mov ax, cs
  mov ebx, esp
  int 0x80
  hlt
handler:
  mov edx, esp
  mov esi, [esp + 12]
  mov edi, [esp + 16]
  mov ecx, cs
  hlt`,
      engine,
      "eax",
      "ebx",
      "ecx",
      "edx",
      "esi",
      "edi",
    );
    expect(found.map((one, n) => (n === 0 ? one & 0xffffn : one))).toEqual([
      ...[0x1bn, 0x7000n, 8n, 0x6000n - 20n, 0x7000n, 0x23n],
    ]);
  });

  it("keeps ring 3 from gates of ring 0: #GP names the gate", () => {
    const found = registersAfter(
      `${PROTECTED}${gate(0x80, "handler")}${gate(13, "refused")}
  push 0x23
  push 0x7000
  pushf
  push 0x1b
  push offset user
  iret
user:
  int 0x80
handler:
  hlt
refused:
  pop eax
  hlt`,
      engine,
      "eax",
    );
    expect(found).toEqual([0x80n * 8n + 2n]);
  });

  it("calls and returns far, with operands of 16 and of 32 bits", () => {
    const found = registersAfter(
      `${PROTECTED}
  xor esi, esi
  mov ebp, esp
  call 0x08:far
  mov dword ptr [0x500], offset far
  mov word ptr [0x504], 0x08
  call fword ptr [0x500]
  sub ebp, esp
  hlt
far:
  inc esi
  mov edi, [esp + 4]
  retf`,
      engine,
      "esi",
      "edi",
      "ebp",
    );
    expect(found).toEqual([2n, 8n, 0n]);
  });
});

/** Goes on from \`PROTECTED\` into compatibility mode: the first 2 MiB mapped one to one, 64-bit gates. */
const COMPATIBILITY = `${PROTECTED}
  mov edi, 0x10000
  mov ecx, 0xc00
  xor eax, eax
  rep stosd
  mov dword ptr [0x10000], 0x11007
  mov dword ptr [0x11000], 0x12007
  mov dword ptr [0x12000], 0x87
  mov eax, 0x20
  mov cr4, eax
  mov eax, 0x10000
  mov cr3, eax
  mov ecx, 0xc0000080
  rdmsr
  or eax, 0x100
  wrmsr
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
`;

const longGate = (vector: number, handler: string): string => `
  mov dword ptr [${0x1000 + vector * 16}], offset ${handler} + 0x300000
  mov dword ptr [${0x1004 + vector * 16}], 0x8e00
`;

describe.each(ENGINES)("on the engine %s, compatibility mode", (engine) => {
  it("is interrupted into 64-bit mode, and IRETQ leads back to 32-bit code", () => {
    const found = registersAfter(
      `${COMPATIBILITY}${longGate(0x20, "handler")}
  mov ebx, 0x11111111
  int 0x20
  inc ebx
  hlt
.code64
handler:
  mov r8, rsp
  add rbx, 0x22222222
  mov rdx, [rsp + 8]
  iretq`,
      engine,
      "ebx",
      "edx",
      "esp",
    );
    expect(found).toEqual([0x33333334n, 8n, 0x7c00n]);
  });

  it("cannot use SYSCALL, SWAPGS and REX prefixes: the bytes are #UD or old instructions", () => {
    const found = registersAfter(
      `${COMPATIBILITY}${longGate(6, "handler")}
  mov eax, 5
  .byte 0x48
  mov edx, eax
  .byte 0x0f, 0x01, 0xf8
  hlt
.code64
handler:
  mov ecx, 0xd
  hlt`,
      engine,
      "eax",
      "edx",
      "ecx",
    );
    expect(found).toEqual([4n, 4n, 0xdn]);
  });

  it("can end paging, and with it long mode, which 64-bit mode cannot", () => {
    const found = registersAfter(
      `${COMPATIBILITY}
  mov eax, cr0
  and eax, 0x7fffffff
  mov cr0, eax
  mov ecx, 0xc0000080
  rdmsr
  hlt`,
      engine,
      "eax",
    );
    expect(found).toEqual([0x100n]);
  });
});
