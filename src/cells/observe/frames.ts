/** The saved registers of the kernel's tasks, from their kernel stacks in guest memory. */
import { PT_REGS } from "../../kernel/abi/pt-regs.js";
import { SavedRegisters } from "../../kernel/process/saved-registers.js";
import type { Task } from "../../kernel/process/task.js";
import type { SavedFrameState } from "../../views/machine-state.js";
import type { Stage } from "../stage/stage.js";

/** What is worth a row, in the order of the picture; the rest is saved, too. */
const SHOWN = ["rip", "cs", "eflags", "rsp", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r12"] as const;

export function framesState(stage: Stage): SavedFrameState[] {
  const { kernel } = stage;
  if (!kernel) return [];
  return [...kernel.tasks.values()]
    .filter((task) => task.space !== undefined && task.state !== "dead")
    .map((task) => frameOf(task, stage));
}

function frameOf(task: Task, { kernel, world, nameOf }: Stage): SavedFrameState {
  const saved = new SavedRegisters(world.machine.memory, task.kernelStackTop - PT_REGS.size);
  return {
    pid: task.pid,
    name: task.name,
    state: kernel?.current === task ? "running" : task.state,
    registers: SHOWN.map((name) => {
      const value = saved.get(name);
      const says = name === "rip" ? nameOf(value) : undefined;
      return { name, value, ...(says !== undefined && { says }) };
    }),
  };
}
