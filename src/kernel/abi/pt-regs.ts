/**
 * The registers that the entry stubs push on the kernel stack, lowest address first, and their twin that a signal
 * frame or a tracer sees. What `orig_rax` holds: the number of the system call, the error code of an exception, or
 * for an interrupt a value below zero.
 *
 *        0 r15    8 r14   16 r13   24 r12   32 rbp   40 rbx      callee-saved
 *       48 r11   56 r10   64 r9    72 r8    80 rax   88 rcx   96 rdx  104 rsi  112 rdi
 *      120 orig_rax
 *      128 rip  136 cs   144 eflags  152 rsp  160 ss             the frame that the CPU pushes, and iretq pops
 *
 * Source: Linux 6.18, arch/x86/include/uapi/asm/ptrace.h; Intel SDM Vol. 3A §7.12.3 (the last five).
 */
import { struct, u64, type ValueOf } from "./layout.js";

/** The saved registers, 168 bytes. */
export const PT_REGS = struct("pt_regs", {
  r15: u64,
  r14: u64,
  r13: u64,
  r12: u64,
  rbp: u64,
  rbx: u64,
  r11: u64,
  r10: u64,
  r9: u64,
  r8: u64,
  rax: u64,
  rcx: u64,
  rdx: u64,
  rsi: u64,
  rdi: u64,
  orig_rax: u64,
  rip: u64,
  cs: u64,
  eflags: u64,
  rsp: u64,
  ss: u64,
});

/** The name of a saved register. */
export type PtRegsField = keyof ValueOf<typeof PT_REGS>;

/** Where the arguments of a system call are, in their order. */
export const SYSCALL_ARGUMENTS_X86_64 = ["rdi", "rsi", "rdx", "r10", "r8", "r9"] as const;
export const SYSCALL_ARGUMENTS_I386 = ["rbx", "rcx", "rdx", "rsi", "rdi", "rbp"] as const;
