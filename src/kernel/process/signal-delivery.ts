/**
 * What signals do to a process on its way out of the kernel: nothing, or the end of it.
 * Models get_signal and force_sig_fault (Linux kernel/signal.c). Leaves out: handlers, stopping and continuing.
 */
import { defaultAction, SIG_IGN, SIGNAL, signalName } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { endTask } from "./exit.js";
import type { Task } from "./task.js";

/** Sends a signal to a task, which wakes when it sleeps. */
export function sendSignal(task: Task, signal: number): void {
  if (task.state === "zombie" || task.state === "dead") return;
  if (isIgnored(task, signal)) return;
  task.signals.raise(signal);
  task.wake();
}

function isIgnored(task: Task, signal: number): boolean {
  const { handler } = task.signals.action(signal);
  return handler === SIG_IGN || (handler === 0n && defaultAction(signal) === "ignore");
}

/** A fault of the program's own: it cannot be ignored or blocked. */
export function forceSignal(kernel: Kernel, task: Task, signal: number, fault: { rip: bigint; reason: string }): void {
  task.faultReport = { signal: signalName(signal), ...fault };
  kill(kernel, task, signal);
}

/** Acts on every signal that is pending and not blocked. */
export function deliverSignals(kernel: Kernel, task: Task): void {
  while (task.state === "runnable") {
    const signal = task.signals.take();
    if (signal === undefined) return;
    if (!isIgnored(task, signal) && defaultAction(signal) !== "continue" && defaultAction(signal) !== "stop") kill(kernel, task, signal);
  }
}

function kill(kernel: Kernel, task: Task, signal: number): void {
  const dumped = defaultAction(signal) === "core";
  endTask(kernel, task, { kind: "killed", signal, dumped: dumped && signal !== SIGNAL.SIGKILL });
}
