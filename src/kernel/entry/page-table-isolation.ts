/**
 * Two roots for each address space (KPTI, boot parameter `pti`): the program's has of the kernel only what the way in needs, so that
 * nothing else can be guessed at, however the processor speculates. The frames of both lie side by side: the program's root is
 * where the kernel's is with bit 12 set, and so two instructions lead from one to the other. With PCIDs each has a number
 * of its own, told apart by bit 11, and the TLB keeps what it knows of both.
 *
 *     CR3   63        51..13   12               11..0
 *           no flush  root     program's root   PCID: 11 program's, 2..0 the space's number
 *
 * What comes in by the IDT lands on the entry stack, which both roots have, and goes over to the task's own once the kernel's root is
 * loaded; the way back is the same in reverse.
 * Models PTI in Linux arch/x86/entry/calling.h and entry_64.S (SWITCH_TO_KERNEL_CR3, SWITCH_TO_USER_CR3, sync_regs).
 * Leaves out: what goes in without a task (NMI, machine checks), which Linux sends by the "paranoid" way.
 */
import { PER_CPU } from "../layout.js";

/** Bit 12: frames of roots come in pairs. */
const PROGRAM_ROOT = 0x1000;
const PROGRAM_PCID = 0x800;
const NO_FLUSH_BIT = 63;
/** Numbers of address spaces, and of kernel PCIDs. */
const NUMBER_MASK = 0x7ff;

/** Loads the kernel's root; `register` is lost. */
export function loadKernelRoot(register: string, usesPcid: boolean): string {
  const bits = PROGRAM_ROOT | (usesPcid ? PROGRAM_PCID : 0);
  return `
    mov ${register}, cr3${usesPcid ? `\n    bts ${register}, ${NO_FLUSH_BIT}` : ""}
    and ${register}, ${-bits - 1}
    mov cr3, ${register}`;
}

/** Loads the program's root; RDI is lost. What the TLB knows of it is forgotten when its tables have changed. */
function loadProgramRoot(usesPcid: boolean): string {
  if (!usesPcid)
    return `
    mov rdi, cr3
    or rdi, ${PROGRAM_ROOT}
    mov cr3, rdi`;
  return `
    push rax
    mov rdi, cr3
    mov rax, rdi
    and eax, ${NUMBER_MASK}
    btr qword ptr gs:[${PER_CPU.programPcidsToFlush}], rax
    jc 3f
    bts rdi, ${NO_FLUSH_BIT}
3:  or rdi, ${PROGRAM_ROOT | PROGRAM_PCID}
    mov cr3, rdi
    pop rax`;
}

/** From the entry stack, where the CPU and the stub have pushed down to RDI, to the task's own, with the same words. EDI stays. */
export function leaveEntryStack(usesPcid: boolean): string {
  return `
    push rdi${loadKernelRoot("rdi", usesPcid)}
    mov rdi, rsp
    mov rsp, gs:[${PER_CPU.kernelStackTop}]
    push qword ptr [rdi+56]
    push qword ptr [rdi+48]
    push qword ptr [rdi+40]
    push qword ptr [rdi+32]
    push qword ptr [rdi+24]
    push qword ptr [rdi+16]
    push qword ptr [rdi+8]
    mov rdi, [rdi]`;
}

/** All registers but RDI are the program's, RSP is at the saved RDI: the rest goes over the entry stack, and out by IRET. */
export function leaveByIret(usesPcid: boolean): string {
  return `
    mov rdi, rsp
    mov rsp, gs:[${PER_CPU.entryStackTop}]
    push qword ptr [rdi+48]
    push qword ptr [rdi+40]
    push qword ptr [rdi+32]
    push qword ptr [rdi+24]
    push qword ptr [rdi+16]
    push qword ptr [rdi]${loadProgramRoot(usesPcid)}
    pop rdi
    swapgs
    iretq`;
}

/** Likewise out by SYSRET. */
export function leaveBySysret(usesPcid: boolean): string {
  return `
    mov rdi, rsp
    mov rsp, gs:[${PER_CPU.entryStackTop}]
    push qword ptr [rdi+40]
    push qword ptr [rdi]${loadProgramRoot(usesPcid)}
    pop rdi
    pop rsp
    swapgs
    sysretq`;
}
