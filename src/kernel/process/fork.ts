/**
 * A second process that is the first one once more: the same memory (shared until one side writes), the same
 * open files, the same registers but for RAX.
 * Models kernel_clone and copy_process (Linux kernel/fork.c). Leaves out: threads (CLONE_VM without CLONE_VFORK).
 */
import { E } from "../abi/errno.js";
import { PT_REGS } from "../abi/pt-regs.js";
import type { Files } from "../fs/files.js";
import type { Kernel } from "../kernel.js";
import { directMap } from "../layout.js";
import type { AddressSpace } from "../mm/address-space.js";
import { setNice } from "../sched/weights.js";
import { SavedRegisters } from "./saved-registers.js";
import { Task } from "./task.js";

export interface ForkOptions {
  /** The child uses the parent's memory itself (vfork). */
  sharesMemory: boolean;
  /** The child's stack pointer; 0 keeps the parent's. */
  stack: bigint;
}

/** The child, already in the run queue; or ENOMEM or EAGAIN. */
export function fork(
  kernel: Kernel,
  parent: Task,
  registers: SavedRegisters,
  options: ForkOptions,
): Task | number {
  const kernelStack = kernel.frames.allocate();
  const space = kernelStack === undefined ? undefined : copySpace(kernel, parent, options.sharesMemory);
  if (kernelStack === undefined || !space) {
    if (kernelStack !== undefined) kernel.frames.release(kernelStack);
    return E.ENOMEM;
  }
  const child = newTask(kernel, kernelStack, space, parent.files.fork());
  inherit(kernel, parent, child);
  const saved = copyRegisters(kernel, child, registers);
  saved.set("rax", 0n);
  if (options.stack !== 0n) saved.set("rsp", options.stack);
  parent.children.add(child);
  kernel.statistics.forks++;
  kernel.charge(kernel.costs.fork);
  kernel.scheduler.enqueue(child.entity, "new", kernel.machine.clock.now);
  kernel.observer.forked?.(parent, child);
  return child;
}

function copySpace(kernel: Kernel, parent: Task, shared: boolean): AddressSpace | undefined {
  if (shared) {
    parent.space.users++;
    return parent.space;
  }
  const root = kernel.newRoot();
  return root === undefined ? undefined : parent.space.fork(root);
}

/** A task with the next free process number, known to the kernel and not yet runnable. */
export function newTask(kernel: Kernel, kernelStack: number, space: AddressSpace, files: Files): Task {
  const task = new Task(kernel.nextPid++, kernelStack, space, files, kernel.woken);
  kernel.tasks.set(task.pid, task);
  return task;
}

function inherit(kernel: Kernel, parent: Task, child: Task): void {
  child.parent = parent;
  child.name = parent.name;
  child.executable = parent.executable;
  child.executableFile = parent.executableFile;
  child.personality = parent.personality;
  child.noNewPrivileges = parent.noNewPrivileges;
  child.processGroup = parent.processGroup;
  child.session = parent.session;
  setNice(child.entity, parent.entity.nice);
  child.entity.vruntime = parent.entity.vruntime;
  child.signals = parent.signals.copyForChild();
  child.fsBase = kernel.machine.cpu.evaluator.fsBase;
  child.gsBase = kernel.machine.cpu.system.kernelGsBase;
  child.fpu.save(kernel.machine.cpu.state);
}

/** `pt_regs` at the top of the child's kernel stack, from where it will leave the kernel for the first time. */
export function copyRegisters(kernel: Kernel, child: Task, from: SavedRegisters | undefined): SavedRegisters {
  const at = child.kernelStackTop - PT_REGS.size;
  const { memory } = kernel.machine;
  if (from) memory.writeBytes(at, memory.readBytes(from.at, PT_REGS.size));
  child.kernelRsp = directMap(at);
  child.kernelRip = kernel.image.symbols.get("return_by_iret")!;
  return new SavedRegisters(memory, at);
}
