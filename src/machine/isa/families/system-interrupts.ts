/** Entering and leaving the kernel, and waiting for interrupts. Source: Intel SDM Vol. 2, entries named below. */
import type { Cpu } from "../../cpu/cpu.js";
import { GuestFault, VECTOR } from "../../cpu/guest-fault.js";
import { softwareInterrupt } from "../../cpu/interrupts.js";
import { ioPrivilege, requireRing0 } from "../../cpu/privilege.js";
import { farReturn, interruptReturn } from "../../cpu/privilege-return.js";
import { systemCall, systemReturn } from "../../cpu/system-call.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { FLAG } from "../registers.js";
import { entry, withExamples } from "./entry.js";

function halt(cpu: Cpu): void {
  requireRing0(cpu, "HLT");
  cpu.halted = true;
  cpu.yield();
}

function setInterruptFlag(cpu: Cpu, on: boolean): void {
  if (cpu.system.cpl > ioPrivilege(cpu)) {
    throw new GuestFault(
      VECTOR.GP,
      0,
      undefined,
      `${on ? "STI" : "CLI"} needs IOPL ${cpu.system.cpl}, and it is ${ioPrivilege(cpu)}`,
    );
  }
  const { flags } = cpu;
  if (on && (flags & FLAG.IF) === 0) cpu.shadowInterrupts(false);
  cpu.flags = on ? flags | FLAG.IF : flags & ~FLAG.IF;
}

/** STAC and CLAC: under SMAP, whether ring 0 may touch pages of ring 3. */
function setAccessCheck(cpu: Cpu, on: boolean): void {
  if (cpu.system.cpl !== 0) {
    throw new GuestFault(
      VECTOR.UD,
      undefined,
      undefined,
      `${on ? "STAC" : "CLAC"} is for ring 0, and this is ring ${cpu.system.cpl}`,
    );
  }
  cpu.flags = on ? cpu.flags | FLAG.AC : cpu.flags & ~FLAG.AC;
}

/** The one instruction that hands over to a kernel outside of guest memory; a program cannot use it. */
function vmcall(cpu: Cpu, _i: Insn): void {
  if (cpu.system.cpl !== 0 || !cpu.hypercall) {
    throw new GuestFault(VECTOR.UD, undefined, undefined, "VMCALL: nobody is there to call");
  }
  cpu.hypercall(cpu);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  int: `
    int 0x30
  `,
  iretq: `
    mov eax, ss
    mov rbx, rsp
    push rax
    push rbx
    pushfq
    mov eax, cs
    push rax
    lea rax, [rip + there]
    push rax
    iretq
    there:
    nop
  `,
  iret: `
    sub rsp, 20
    lea rax, [rip + there]
    mov [rsp], eax
    mov eax, cs
    mov [rsp+4], eax
    mov dword ptr [rsp+8], 2
    mov dword ptr [rsp+12], 0x7000
    mov eax, ss
    mov [rsp+16], eax
    iret
    there:
    nop
  `,
  iretw: `
    sub rsp, 10
    mov word ptr [rsp], 0x1000
    mov word ptr [rsp+2], cs
    mov word ptr [rsp+4], 2
    mov word ptr [rsp+6], 0x7000
    mov word ptr [rsp+8], ss
    iretw
  `,
  retfq: `
    mov eax, cs
    push rax
    lea rax, [rip + there]
    push rax
    retfq
    there:
    nop
  `,
  retf: `
    sub rsp, 8
    lea rax, [rip + there]
    mov [rsp], eax
    mov eax, cs
    mov [rsp+4], eax
    retf
    there:
    nop
  `,
  retfw: `
    sub rsp, 4
    mov word ptr [rsp], 0x1000
    mov word ptr [rsp+2], cs
    retfw
  `,
  syscall: `
    mov ecx, 0xc0000080
    rdmsr
    or eax, 1
    wrmsr
    mov ecx, 0xc0000081
    mov edx, 0x00230010
    wrmsr
    mov ecx, 0xc0000082
    lea rax, [rip + there]
    xor edx, edx
    wrmsr
    syscall
    there:
    nop
  `,
  sysretq: `
    mov ecx, 0xc0000080
    rdmsr
    or eax, 1
    wrmsr
    mov ecx, 0xc0000081
    mov edx, 0x00230010
    wrmsr
    lea rcx, [rip + there]
    mov r11d, 2
    sysretq
    there:
    nop
  `,
};

export const SYSTEM_INTERRUPTS: readonly Instruction[] = withExamples(EXAMPLES, [
  entry("hlt", "Waits for an interrupt.", "", ["F4"], (o) => o.assist(halt)),
  entry("cli", "Clears IF: interrupts wait.", "IF", ["FA"], (o) =>
    o.assist((cpu) => setInterruptFlag(cpu, false)),
  ),
  entry("sti", "Sets IF: interrupts are taken after the next instruction.", "IF", ["FB"], (o) =>
    o.assist((cpu) => setInterruptFlag(cpu, true)),
  ),
  entry(
    "stac",
    "Sets AC: ring 0 may touch pages of ring 3 although SMAP is on.",
    "AC",
    ["NP 0F 01 CB"],
    (o) => o.assist((cpu) => setAccessCheck(cpu, true)),
  ),
  entry("clac", "Clears AC: SMAP keeps ring 0 from pages of ring 3.", "AC", ["NP 0F 01 CA"], (o) =>
    o.assist((cpu) => setAccessCheck(cpu, false)),
  ),
  entry(
    "int3",
    "Calls the breakpoint handler.",
    "IF TF NT RF",
    ["CC"],
    (o) => o.assist((cpu, i) => softwareInterrupt(cpu, VECTOR.BP, i)),
    {
      manual: "SDM Vol. 2A, INT n",
    },
  ),
  entry(
    "int1",
    "Calls the debug handler, whatever ring its gate is for.",
    "IF TF NT RF",
    ["F1"],
    (o) => o.assist((cpu, i) => softwareInterrupt(cpu, VECTOR.DB, i, "trap")),
    {
      manual: "SDM Vol. 2A, INT n",
    },
  ),
  entry(
    "int",
    "Calls the handler of a gate, if the gate allows this ring.",
    "IF TF NT RF",
    ["CD | imm8"],
    (o) => o.assist((cpu, i) => softwareInterrupt(cpu, Number(i.immediate), i)),
  ),
  entry(
    "iretq",
    "Returns to the code, flags and stack that lie on the stack.",
    "all",
    ["REX.W CF | | size=64"],
    (o) => o.assist(interruptReturn),
    { manual: "SDM Vol. 2A, IRET" },
  ),
  entry(
    "iret",
    "Returns as IRETQ does, with 4 bytes for each part of the frame.",
    "all",
    ["W0 CF | | size=32 by66"],
    (o) => o.assist(interruptReturn),
    { aliases: ["iretd"], manual: "SDM Vol. 2A, IRET" },
  ),
  entry(
    "iretw",
    "Returns as IRETQ does, with 2 bytes for each part of the frame.",
    "all",
    ["66 W0 CF | | size=16"],
    (o) => o.assist(interruptReturn),
    { manual: "SDM Vol. 2A, IRET" },
  ),
  ...[
    { name: "retfq", prefix: "REX.W", size: 64, by66: "" },
    { name: "retf", prefix: "W0", size: 32, by66: " by66" },
    { name: "retfw", prefix: "66 W0", size: 16, by66: "" },
  ].map(({ name, prefix, size, by66 }) =>
    entry(
      name,
      `Pops an address and a code segment, ${size / 8} bytes each, and continues there.`,
      "",
      [`${prefix} CB | | size=${size}${by66}`, `${prefix} CA | imm16 | size=${size}${by66}`],
      (o) => o.assist(farReturn),
      { manual: "SDM Vol. 2B, RET" },
    ),
  ),
  entry(
    "syscall",
    "Enters ring 0 at LSTAR; RCX and R11 keep RIP and RFLAGS.",
    "all by FMASK",
    ["0F 05"],
    (o) => o.assist(systemCall),
  ),
  entry(
    "sysretq",
    "Returns to ring 3 at RCX with the flags in R11.",
    "all",
    ["REX.W 0F 07 | | size=64"],
    (o) => o.assist(systemReturn),
    {
      aliases: ["sysret"],
      manual: "SDM Vol. 2B, SYSRET",
    },
  ),
  entry("swapgs", "Exchanges the base of GS with KERNEL_GS_BASE.", "", ["0F 01 F8 | | only64"], (o) =>
    o.exchangeGsBase(),
  ),
  entry("vmcall", "Calls whoever runs this machine.", "", ["NP 0F 01 C1"], (o) => o.assist(vmcall)),
]);
