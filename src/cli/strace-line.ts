/** System calls as strace prints them. Source: strace(1). */

import { signalName } from "../kernel/abi/signals.js";
import type { CallRecord } from "../kernel/observer.js";
import type { Task } from "../kernel/process/task.js";
import { resultText } from "../trace/call-text.js";

/** `[pid 2] write(1, "hi\n", 3) = 3`. */
export function straceLine(record: CallRecord): string {
  const gate = record.abi === "i386" ? " /* int 0x80 */" : "";
  return `[pid ${record.pid}] ${record.name}(${record.arguments.join(", ")})${gate} = ${resultText(record.result)}`;
}

/** `[pid 2] +++ exited with 0 +++`. */
export function straceEnding(task: Task): string {
  const { ending } = task;
  if (ending?.kind === "killed") return `[pid ${task.pid}] +++ killed by ${signalName(ending.signal)} +++`;
  return `[pid ${task.pid}] +++ exited with ${ending?.status ?? 0} +++`;
}
