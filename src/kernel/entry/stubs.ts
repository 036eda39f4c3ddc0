/**
 * The kernel's machine code: start-up, one stub an IDT vector, the SYSCALL entry, the way back and the idle loop.
 * Everything else of the kernel is TypeScript, entered by VMCALL with the door's number in EAX and RSP at `pt_regs`.
 * VMCALL may return on another stack: that is a context switch.
 * With two roots for each address space the ways in and out lead over `page-table-isolation.ts`.
 * Models Linux arch/x86/entry/entry_64.S. Leaves out: the other mitigations of speculation, NMI nesting, #DF's own stack.
 */
import { PER_CPU, SELECTOR } from "../layout.js";
import { pitDivisor } from "../sched/tick-rate.js";
import {
  DOOR_BOOTED,
  DOOR_SYSCALL,
  DOOR_THREAD,
  DOOR_WORK,
  type Door,
  IDT_DOORS,
  VECTOR_INT80,
  VECTOR_IRQ0,
} from "./doors.js";
import { leaveByIret, leaveBySysret, leaveEntryStack, loadKernelRoot } from "./page-table-isolation.js";

/** What the start-up code loads into the processor. */
export interface StartupValues {
  /** Linear addresses of the 10-byte operands of LGDT and LIDT. */
  gdtPointer: bigint;
  /** The GDT's final place, which may be read-only; loaded when the TSS's descriptor has been marked busy. */
  finalGdtPointer: bigint;
  idtPointer: bigint;
  perCpu: bigint;
  /** Timer interrupts a second. */
  timerHertz: number;
  /** CR4.PCIDE */
  usesPcid: boolean;
  /** Each address space has two roots. */
  pti: boolean;
}

/** Pushes what `pt_regs` holds below `rdi`; RAX goes in as `rax`. */
const PUSH_REGISTERS = (rax: string): string => `
    push rsi
    push rdx
    push rcx
    push ${rax}
    push r8
    push r9
    push r10
    push r11
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15`;

/** Takes them back, up to and without RDI and `orig_rax`. */
const POP_ALL_BUT_RDI = `
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    pop r11
    pop r10
    pop r9
    pop r8
    pop rax
    pop rcx
    pop rdx
    pop rsi`;

const POP_REGISTERS = `${POP_ALL_BUT_RDI}
    pop rdi`;

/** The name of the stub of an IDT vector. */
export function stubName(door: Door): string {
  return `entry_vector_${door.vector}`;
}

/** The CPU has pushed SS, RSP, RFLAGS, CS, RIP and for some an error code, which lies where `orig_rax` belongs. */
function vectorStub(door: Door): string {
  const isCall = door.vector === VECTOR_INT80;
  const origRax = door.kind === "interrupt" ? String(VECTOR_IRQ0 - door.vector - 1) : isCall ? "rax" : "-1";
  return `
${stubName(door)}:
${door.hasErrorCode ? "" : `    push ${origRax}`}
    push rdi
    mov edi, ${door.vector}
${isCall ? "    mov rax, -38" : ""}
    jmp enter_by_vector`;
}

/** What all vectors have in common: `orig_rax` and `rdi` are pushed, EDI is the vector. */
const vectorEntry = ({ pti, usesPcid }: StartupValues): string => `
enter_by_vector:
    cld
    test byte ptr [rsp+24], 3
    jz 1f
    swapgs${pti ? leaveEntryStack(usesPcid) : ""}
1:${PUSH_REGISTERS("rax")}
    mov eax, edi
    vmcall
    jmp return_by_iret`;

const syscallEntry = ({ pti, usesPcid }: StartupValues): string => `
entry_syscall:
    swapgs
    mov gs:[${PER_CPU.userStackScratch}], rsp${pti ? loadKernelRoot("rsp", usesPcid) : ""}
    mov rsp, gs:[${PER_CPU.kernelStackTop}]
    push ${SELECTOR.userData}
    push qword ptr gs:[${PER_CPU.userStackScratch}]
    push r11
    push ${SELECTOR.userCode}
    push rcx
    push rax
    push rdi${PUSH_REGISTERS("-38")}
    mov eax, ${DOOR_SYSCALL}
    vmcall
    # SYSRET takes RIP from RCX and RFLAGS from R11: only when nobody changed them is it the same as IRET.
    mov rcx, [rsp+128]
    cmp rcx, [rsp+88]
    jne return_by_iret
    mov r11, [rsp+144]
    cmp r11, [rsp+48]
    jne return_by_iret
    # A return address that is not canonical would fault in ring 0, on the program's stack.
    shl rcx, 16
    sar rcx, 16
    cmp rcx, [rsp+128]
    jne return_by_iret${pti ? POP_ALL_BUT_RDI + leaveBySysret(usesPcid) : LEAVE_BY_SYSRET}`;

const LEAVE_BY_SYSRET = `${POP_REGISTERS}
    mov rsp, [rsp+32]
    swapgs
    sysretq`;

const LEAVE_BY_IRET = `
    swapgs
1:${POP_REGISTERS}
    add rsp, 8
    iretq`;

/** A return to the kernel itself, from an interrupt, stays where it is. */
const leaveByIretIsolated = (usesPcid: boolean): string => `${POP_ALL_BUT_RDI}${leaveByIret(usesPcid)}
1:${POP_REGISTERS}
    add rsp, 8
    iretq`;

/** A loop through a door. Interrupts are let in between two pieces of work, where the registers hold nothing. */
const pieces = (label: string, door: number): string => `
${label}:
    sti
    nop
    cli
    mov eax, ${door}
    vmcall
    jmp ${label}
`;

const ways = ({ pti, usesPcid }: StartupValues): string => `
return_by_iret:
    test byte ptr [rsp+136], 3
    jz 1f${pti ? leaveByIretIsolated(usesPcid) : LEAVE_BY_IRET}

${pieces("kernel_work", DOOR_WORK)}
${pieces("kernel_thread", DOOR_THREAD)}

idle:
    sti
    hlt
    jmp idle`;

const wrmsr = (number: number, value: bigint): string => `
    mov ecx, ${number}
    mov eax, ${value & 0xffffffffn}
    mov edx, ${(value >> 32n) & 0xffffffffn}
    wrmsr`;

const ENABLE_PCID = `
    mov rax, cr4
    bts rax, 17
    mov cr4, rax`;

const out = (port: number, value: number): string => `
    mov al, ${value}
    out ${port}, al`;

/** Both controllers: edge triggered, cascaded, vectors from 0x20, automatic EOI off; all masked but timer and keyboard. */
const INTERRUPT_CONTROLLERS = [
  ...[out(0x20, 0x11), out(0xa0, 0x11), out(0x21, VECTOR_IRQ0), out(0xa1, VECTOR_IRQ0 + 8)],
  ...[out(0x21, 4), out(0xa1, 2), out(0x21, 1), out(0xa1, 1), out(0x21, 0xfc), out(0xa1, 0xff)],
].join("");

function timer(hertz: number): string {
  const divisor = pitDivisor(hertz);
  return out(0x43, 0x34) + out(0x40, divisor & 0xff) + out(0x40, divisor >> 8);
}

function startup(values: StartupValues): string {
  const star = (BigInt(SELECTOR.userCode32) << 48n) | (BigInt(SELECTOR.kernelCode) << 32n);
  return `
startup:
    movabs rbx, ${values.gdtPointer}
    lgdt [rbx]
    movabs rbx, ${values.idtPointer}
    lidt [rbx]
    mov eax, ${SELECTOR.kernelData}
    mov ss, eax
    xor eax, eax
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov eax, ${SELECTOR.tss}
    ltr ax
${values.pti ? `    movabs rbx, ${values.finalGdtPointer}\n    lgdt [rbx]` : ""}
    # EFER: SCE, LME, LMA, NXE
${wrmsr(0xc0000080, 0xd01n)}
    # STAR, LSTAR, FMASK (TF, IF, DF, IOPL, NT, AC are cleared by SYSCALL)
${wrmsr(0xc0000081, star)}
    mov ecx, 0xc0000082
    lea rax, [rip+entry_syscall]
    mov rdx, rax
    shr rdx, 32
    wrmsr
${wrmsr(0xc0000084, 0x47700n)}
    # GS while the kernel runs; the program's waits in KERNEL_GS_BASE
${wrmsr(0xc0000101, values.perCpu)}
${wrmsr(0xc0000102, 0n)}
${values.usesPcid ? ENABLE_PCID : ""}
${INTERRUPT_CONTROLLERS}
${timer(values.timerHertz)}
    mov eax, ${DOOR_BOOTED}
    vmcall
    jmp return_by_iret`;
}

/** The whole text, for the assembler. */
export function kernelText(values: StartupValues): string {
  return [
    ".intel_syntax noprefix",
    ".text",
    startup(values),
    ...IDT_DOORS.map(vectorStub),
    vectorEntry(values),
    syscallEntry(values),
    ways(values),
    "",
  ].join("\n");
}
