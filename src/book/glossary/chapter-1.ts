/** The words that chapter 1 brings in, in the order in which a reader meets them. */
import type { Term } from "./term.js";

export const CHAPTER_1: readonly Term[] = [
  {
    term: "register",
    also: ["registers"],
    says: "A place for one number inside of the processor itself, with a name such as `rax`. This machine has sixteen for general use, of 64 bits each; `eax` is the lower half of `rax`.",
    cell: "c1.step",
  },
  {
    term: "RIP",
    says: "The instruction pointer: the register that holds the address of the next instruction.",
    cell: "c1.rip",
  },
  {
    term: "fetch–decode–execute",
    also: ["fetches", "decodes", "executes"],
    says: "The three beats of a processor: read the bytes at `rip`, find out what they mean and how many belong together, do it.",
    cell: "c1.step",
  },
  {
    term: "instruction",
    says: "A few bytes, read from where `rip` points, that tell the processor to do one small thing.",
    cell: "c1.shift",
  },
  {
    term: "flag",
    also: ["flags"],
    says: "A single bit that an instruction leaves behind for those after it: the zero flag says that a result was zero.",
    cell: "c1.loop",
  },
  {
    term: "assembly language",
    says: "A notation for machine code, one line an instruction. An assembler turns it into bytes.",
    cell: "c1.bytes",
  },
  { term: "immediate", says: "A number that stands inside of the instruction itself.", cell: "c1.bytes" },
  {
    term: "operation code",
    also: ["opcode"],
    says: "The byte or bytes of an instruction that say what to do, sometimes with three bits of ModRM.",
    cell: "c1.bytes",
  },
  {
    term: "ModRM",
    says: "The byte behind many operation codes that names the operands: two bits of mode, three bits for a register or for part of the operation, three for a register or memory.",
    cell: "c1.modrm",
  },
  {
    term: "operand",
    also: ["operands"],
    says: "What an instruction works on: a register, a place in memory, or a number.",
    cell: "c1.bytes",
  },
  {
    term: "little-endian",
    says: "The order of the bytes of a number in memory that puts the least part first.",
    cell: "c1.bytes",
  },
  {
    term: "prefix",
    says: "A byte in front of an instruction that changes what it does, for example its size.",
    cell: "c1.len15",
  },
  {
    term: "fault",
    says: "An exception that saves the address of the instruction that could not be done, so that it can be tried again.",
    cell: "c1.rip",
  },
  {
    term: "trap",
    says: "An exception that saves the address of the next instruction: the one that caused it has been done.",
    cell: "c1.rip",
  },
  {
    term: "exception",
    also: ["exceptions"],
    says: "A way into the kernel that an instruction takes because it cannot or must not be done: a division by zero, a page fault, a privileged instruction in ring 3.",
    cell: "c1.rip",
  },
  {
    term: "kernel",
    says: "The program that runs in ring 0, sets up all others, and answers their requests.",
    cell: "c1.idt",
  },
  {
    term: "CPL",
    says: "The current privilege level: two bits kept with the register `cs` that say in which ring the processor is.",
    cell: "c1.rings",
  },
  {
    term: "ring",
    says: "A level of rights from 0, where everything is allowed, to 3, where programs run.",
    cell: "c1.rings",
  },
  {
    term: "general protection",
    also: ["#GP"],
    says: "Exception 13: the processor refuses to do something, most often since the ring is not the right one.",
    cell: "c1.rings",
  },
  {
    term: "privileged instruction",
    also: ["privileged"],
    says: "An instruction that only ring 0 may execute, such as `hlt`.",
    cell: "c1.rings",
  },
  {
    term: "interrupt descriptor table",
    also: ["IDT"],
    says: "The table, in memory, of up to 256 gates: where the processor goes at which exception or interrupt.",
    cell: "c1.idt",
  },
  {
    term: "gate",
    also: ["gates"],
    says: "An entry of the IDT, 16 bytes: the address of a handler, and who may call it on purpose.",
    cell: "c1.idt",
  },
  {
    term: "vector",
    says: "The number of a gate, 0 to 255. The first 32 belong to exceptions.",
    cell: "c1.idt",
  },
  {
    term: "DPL",
    says: "The descriptor privilege level of a gate: the outermost ring that may call it with `int`.",
    cell: "c1.idt",
  },
  {
    term: "TSS",
    says: "The task state segment: a structure in memory from which the processor takes the stack pointer of ring 0.",
    cell: "c1.idt",
  },
  {
    term: "kernel stack",
    says: "The stack that the processor, or the kernel, takes when ring 0 is entered, because that of a program cannot be trusted.",
    cell: "c1.idt",
  },
  {
    term: "interrupt",
    also: ["interrupts"],
    says: "A way into the kernel that a device opens between two instructions, or a program on purpose with `int`.",
    cell: "c1.idt",
  },
  {
    term: "system call",
    says: "A request of a program to the kernel, made by passing through a door on purpose.",
    cell: "c1.rawsys",
  },
  {
    term: "system call number",
    says: "The number, in `eax`, that says what is asked for. It depends on the door.",
    cell: "c1.doors",
  },
  {
    term: "SYSCALL",
    also: ["SYSRET"],
    says: "The instruction that enters ring 0 at the address in `LSTAR`, with the old `rip` in `rcx` and the flags in `r11`. SYSRET leads back.",
    cell: "c1.doors",
  },
  {
    term: "MSR",
    also: ["MSRs"],
    says: "A model-specific register: one of many settings of the processor that only ring 0 can write.",
    cell: "c1.doors",
  },
  {
    term: "ABI",
    says: "Application binary interface: an agreement on numbers, registers and structures between programs and a kernel, or among programs.",
    cell: "c1.doors",
  },
  {
    term: "libc",
    says: "The C library: functions such as `printf` and `exit`, which make the system calls for a program.",
    cell: "c1.wrap",
  },
  { term: "wrapper", says: "A function of a library around a system call.", cell: "c1.wrap" },
  {
    term: "strace",
    says: "A tool that lists the system calls of a program, with their arguments and results.",
    cell: "c1.wrap",
  },
  {
    term: "vDSO",
    says: "A page of the kernel’s code and data that every program finds in its memory, so that it can ask for the time without a system call.",
    cell: "c1.cost",
  },
];
