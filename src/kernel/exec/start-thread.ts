/**
 * The registers with which a program begins: all zero but the instruction pointer, the stack pointer and what ring 3 needs.
 * Models ELF_PLAT_INIT and start_thread (Linux 6.18, arch/x86/include/asm/elf.h, arch/x86/kernel/process_64.c).
 */
import { FLAG } from "../../machine/isa/registers.js";
import { PT_REGS, type PtRegsField } from "../abi/pt-regs.js";
import type { Kernel } from "../kernel.js";
import { SELECTOR } from "../layout.js";
import { SavedRegisters } from "../process/saved-registers.js";
import type { Task } from "../process/task.js";

/** Lets `task` begin at `entry` when it leaves the kernel. */
export function startThread(kernel: Kernel, task: Task, entry: number, stackPointer: number): undefined {
  task.fsBase = task.gsBase = 0n;
  task.fpu.reset();
  const registers = new SavedRegisters(kernel.machine.memory, task.kernelStackTop - PT_REGS.size);
  for (const { name } of PT_REGS.fields) registers.set(name as PtRegsField, 0n);
  registers.set("rip", BigInt(entry));
  registers.set("rsp", BigInt(stackPointer));
  registers.set("cs", BigInt(SELECTOR.userCode));
  registers.set("ss", BigInt(SELECTOR.userData));
  registers.set("eflags", BigInt(FLAG.IF | 2));
  if (kernel.current !== task) return;
  task.fpu.load(kernel.machine.cpu.state);
  kernel.loadHardware(task);
}
