/** System calls as strace prints them. Source: strace(1). */

import { errnoEntry } from "../kernel/abi/errno.js";
import { signalName } from "../kernel/abi/signals.js";
import type { CallRecord } from "../kernel/observer.js";
import type { Task } from "../kernel/process/task.js";
import { formatResult } from "../kernel/syscalls/definition.js";

/** `[pid 2] write(1, "hi\n", 3) = 3`. */
export function straceLine(record: CallRecord): string {
  const gate = record.abi === "i386" ? " /* int 0x80 */" : "";
  const result = record.result === undefined ? "?" : formatResult(record.result) + meaning(record.result);
  return `[pid ${record.pid}] ${record.name}(${record.arguments.join(", ")})${gate} = ${result}`;
}

/** strace adds the error's words in parentheses. */
function meaning(result: number): string {
  const entry = result < 0 ? errnoEntry(result) : undefined;
  return entry ? ` (${entry.meaning.replace(/\.$/, "")})` : "";
}

/** `[pid 2] +++ exited with 0 +++`. */
export function straceEnding(task: Task): string {
  const { ending } = task;
  if (ending?.kind === "killed") return `[pid ${task.pid}] +++ killed by ${signalName(ending.signal)} +++`;
  return `[pid ${task.pid}] +++ exited with ${ending?.status ?? 0} +++`;
}
