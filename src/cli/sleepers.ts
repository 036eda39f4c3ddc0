/** Who sleeps, and in which system call: what somebody wants to know when nothing can go on. Without the kernel's own threads. */
import { callUnderWay } from "../kernel/entry/system-call.js";
import type { Kernel } from "../kernel/kernel.js";
import type { Task } from "../kernel/process/task.js";

/** So many are named. */
const MOST_NAMED = 20;

/** `every process sleeps and nothing can wake one`, and a line for each: `[pid 2] cat: read(0, 0x7f2a31c000, 131072)`. */
export function nothingCanWake(kernel: Kernel): string {
  const waiting = [...kernel.tasks.values()].filter(
    ({ state, group }) => (state === "sleeping" || state === "stopped") && !group.isKernelThread,
  );
  const lines = waiting.slice(0, MOST_NAMED).map((task) => whatItDoes(kernel, task));
  if (waiting.length > MOST_NAMED) lines.push(`and ${waiting.length - MOST_NAMED} more`);
  return ["every process sleeps and nothing can wake one", ...lines].join("\n  ");
}

function whatItDoes(kernel: Kernel, task: Task): string {
  const who = `[pid ${task.pid}] ${task.name}: `;
  if (task.state === "stopped") return `${who}stopped, until SIGCONT comes`;
  const call = callUnderWay(kernel, task);
  return who + (call ? `${call.name}(${call.arguments.join(", ")})` : "waits for the kernel");
}
