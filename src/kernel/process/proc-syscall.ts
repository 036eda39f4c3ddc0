/**
 * /proc/PID/syscall: the system call in which a thread sleeps: its number, six arguments, stack pointer and instruction pointer.
 * Models proc_pid_syscall (Linux fs/proc/base.c, lib/syscall.c).
 */
import { PT_REGS, SYSCALL_ARGUMENTS_X86_64 } from "../abi/pt-regs.js";
import type { Kernel } from "../kernel.js";
import { DIRECT_MAP } from "../layout.js";
import { isWithoutMemory } from "./proc-facts.js";
import { SavedRegisters } from "./saved-registers.js";
import type { Task } from "./task.js";

export function systemCallText(task: Task, kernel: Kernel): string {
  if (isWithoutMemory(task)) return "-1 0x0 0x0\n";
  if (task !== kernel.current && task.state === "runnable") return "running\n";
  // Who looks at itself has entered the kernel, too, and its registers are at the same place.
  const at =
    task === kernel.current ? task.kernelStackTop - PT_REGS.size : Number(task.kernelRsp - DIRECT_MAP);
  const registers = new SavedRegisters(kernel.machine.memory, at);
  const places = [registers.get("rsp"), registers.get("rip")];
  const values = task.call
    ? [...SYSCALL_ARGUMENTS_X86_64.map((field) => registers.get(field)), ...places]
    : places;
  const text = values.map((value) => `0x${value.toString(16)}`).join(" ");
  return `${task.call?.number ?? -1} ${text}\n`;
}
