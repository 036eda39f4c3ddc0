/**
 * What signals do to a process on its way out of the kernel: nothing, run a handler, or end it.
 * Models get_signal, handle_signal and force_sig_fault (Linux kernel/signal.c, arch/x86/kernel/signal.c).
 * Leaves out: stopping and continuing.
 */
import { E } from "../abi/errno.js";
import { PT_REGS } from "../abi/pt-regs.js";
import { defaultAction, SA_RESTART, SIG_DFL, SIG_IGN, SIGNAL, signalName } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { handlerOf } from "../syscalls/table.js";
import { endTask } from "./exit.js";
import { SavedRegisters } from "./saved-registers.js";
import { pushFrame } from "./signal-frame.js";
import type { SignalAction, SignalInfo } from "./signals.js";
import type { Task } from "./task.js";

/** Sends a signal to a task, which wakes when it sleeps. */
export function sendSignal(task: Task, signal: number, info: SignalInfo = { code: 0 }): void {
  if (task.state === "zombie" || task.state === "dead") return;
  if (isIgnored(task, signal) && !task.signals.isBlocked(signal)) return;
  task.signals.raise(signal, info);
  if (!task.signals.isBlocked(signal)) task.wake();
}

function isIgnored(task: Task, signal: number): boolean {
  const { handler } = task.signals.action(signal);
  return handler === SIG_IGN || (handler === SIG_DFL && defaultAction(signal) === "ignore");
}

/** A fault of the program's own: it cannot be ignored or blocked, but a handler may take it. */
export function forceSignal(
  kernel: Kernel,
  task: Task,
  signal: number,
  fault: { rip: bigint; reason: string; info?: SignalInfo },
): void {
  const { handler } = task.signals.action(signal);
  const caught =
    handler !== SIG_DFL &&
    handler !== SIG_IGN &&
    !task.signals.isBlocked(signal) &&
    signal !== SIGNAL.SIGKILL;
  if (caught) {
    task.signals.raise(signal, fault.info ?? { code: 0 });
    return;
  }
  task.faultReport = { signal: signalName(signal), rip: fault.rip, reason: fault.reason };
  kill(kernel, task, signal);
}

/** Acts on every signal that is pending and not blocked. The task must be the current one. */
export function deliverSignals(kernel: Kernel, task: Task): void {
  while (task.state === "runnable") {
    const signal = task.signals.take();
    if (signal === undefined) return;
    if (isIgnored(task, signal)) continue;
    const action = task.signals.action(signal);
    if (action.handler !== SIG_DFL) runHandler(kernel, task, signal, action);
    else if (defaultAction(signal) !== "continue" && defaultAction(signal) !== "stop")
      kill(kernel, task, signal);
  }
}

function runHandler(kernel: Kernel, task: Task, signal: number, action: SignalAction): void {
  const registers = new SavedRegisters(kernel.machine.memory, task.kernelStackTop - PT_REGS.size);
  if (task.call) interruptCall(task, registers, action);
  if (pushFrame(kernel, task, registers, signal, action)) return;
  task.faultReport = {
    signal: "SIGSEGV",
    rip: registers.get("rip"),
    reason: `there is no room on the stack for the handler of ${signalName(signal)}`,
  };
  kill(kernel, task, SIGNAL.SIGSEGV);
}

/** Calls that are never made again by themselves. Source: signal(7), "Interruption of system calls". */
const NOT_RESTARTED = new Set([
  "nanosleep",
  "clock_nanosleep",
  "pause",
  "rt_sigsuspend",
  "poll",
  "ppoll",
  "select",
  "pselect6",
  "epoll_wait",
  "epoll_pwait",
  "epoll_pwait2",
]);

/** The call that slept gives what it has done so far, or EINTR, or is made again after the handler. */
function interruptCall(task: Task, registers: SavedRegisters, action: SignalAction): void {
  const call = task.call!;
  task.call = undefined;
  const name = handlerOf(call.abi, call.number)?.name ?? "";
  const restarts = (action.flags & BigInt(SA_RESTART)) !== 0n && !NOT_RESTARTED.has(name);
  if (call.progress && call.progress.done > 0) registers.set("rax", BigInt(call.progress.done));
  else if (restarts) {
    registers.set("rax", registers.get("orig_rax"));
    // SYSCALL and INT 0x80 are both two bytes long.
    registers.set("rip", registers.get("rip") - 2n);
  } else registers.set("rax", BigInt(E.EINTR));
  call.progress?.opening?.release();
}

function kill(kernel: Kernel, task: Task, signal: number): void {
  const dumped = defaultAction(signal) === "core";
  endTask(kernel, task, { kind: "killed", signal, dumped });
}
