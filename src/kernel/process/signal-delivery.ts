/**
 * What signals do to a process on its way out of the kernel: nothing, run a handler, or end it.
 * Models get_signal, handle_signal and force_sig_fault (Linux kernel/signal.c, arch/x86/kernel/signal.c).
 */
import { isCanonical } from "../../machine/cpu/canonical.js";
import { VECTOR } from "../../machine/cpu/guest-fault.js";
import { E } from "../abi/errno.js";
import { PT_REGS } from "../abi/pt-regs.js";
import {
  defaultAction,
  SA_RESTART,
  SI_KERNEL,
  SIG_DFL,
  SIG_IGN,
  SIGNAL,
  signalName,
} from "../abi/signals.js";
import { endInterrupted } from "../entry/system-call.js";
import { giveUpProgress } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import { handlerOf } from "../syscalls/table.js";
import { endProcess } from "./exit.js";
import { isOrphaned } from "./orphaned-groups.js";
import type { PendingSignal } from "./pending-signals.js";
import { leaveSequence } from "./rseq.js";
import { SavedRegisters } from "./saved-registers.js";
import { pushFrame } from "./signal-frame.js";
import type { SignalAction, SignalInfo } from "./signals.js";
import { beforeSending, resumeProcess, stopProcess } from "./stop.js";
import type { Task } from "./task.js";

/** Sends a signal to the process of a task. Some thread takes it that does not block it, that of `task` if it may. */
export function sendSignal(task: Task, signal: number, info: SignalInfo = { code: 0 }): void {
  const { group } = task;
  if (group.threads.size === 0) return;
  beforeSending(group, signal);
  const first = group.threads.has(task) ? task : group.representative;
  if (isIgnored(first, signal) && !concerned(first, signal)) return;
  first.signals.shared.raise(signal, info);
  group.signalArrived.wake();
  if (signal === SIGNAL.SIGKILL) resumeProcess(group, false);
  const taker = first.signals.wants(signal)
    ? first
    : [...group.threads].find((thread) => thread.signals.wants(signal));
  taker?.wake();
}

/** Sends a signal to one thread, which wakes when it sleeps. */
export function sendToThread(task: Task, signal: number, info: SignalInfo): void {
  if (!task.group.threads.has(task)) return;
  beforeSending(task.group, signal);
  if (isIgnored(task, signal) && !concerned(task, signal)) return;
  task.signals.own.raise(signal, info);
  task.group.signalArrived.wake();
  if (signal === SIGNAL.SIGKILL) resumeProcess(task.group, false);
  if (task.signals.wants(signal)) task.wake();
}

/** An ignored signal is kept all the same for a thread that blocks it: it may change its mind, or wait for it. */
function concerned({ signals }: Task, signal: number): boolean {
  return signals.isBlocked(signal);
}

function isIgnored(task: Task, signal: number): boolean {
  const { handler } = task.signals.action(signal);
  if (handler === SIG_DFL) return task.group.isInit || defaultAction(signal) === "ignore";
  return handler === SIG_IGN;
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
    task.signals.own.raise(signal, fault.info ?? { code: 0 });
    return;
  }
  task.faultReport = { signal: signalName(signal), rip: fault.rip, reason: fault.reason };
  kill(kernel, task, signal);
}

/** Acts on every signal that is pending and not blocked. The task must be the current one. */
export function deliverSignals(kernel: Kernel, task: Task): void {
  while (task.state === "runnable") {
    const taken = task.signals.take();
    if (!taken) return;
    const { signal } = taken;
    if (isIgnored(task, signal)) continue;
    const action = task.signals.action(signal);
    if (action.handler !== SIG_DFL) runHandler(kernel, task, taken, action);
    else if (defaultAction(signal) === "stop") stop(kernel, task, signal);
    else if (defaultAction(signal) !== "continue") kill(kernel, task, signal);
  }
}

/** Only SIGSTOP stops those whom nobody would let go on. */
function stop(kernel: Kernel, task: Task, signal: number): void {
  const { group } = task;
  if (signal !== SIGNAL.SIGSTOP && isOrphaned(kernel, group.processGroup)) return;
  kernel.observer.signalled?.(task, signal, "stopped");
  stopProcess(kernel, group, signal);
}

function runHandler(kernel: Kernel, task: Task, taken: PendingSignal, action: SignalAction): void {
  const { signal } = taken;
  kernel.observer.signalled?.(task, signal, "handled");
  const registers = new SavedRegisters(kernel.machine.memory, task.kernelStackTop - PT_REGS.size);
  if (task.call) interruptCall(kernel, task, registers, action);
  if (!isUndisturbed(kernel, task, registers)) return;
  if (pushFrame(kernel, task, registers, taken, action)) return refuseBadReturn(kernel, task, registers);
  task.faultReport = {
    signal: "SIGSEGV",
    rip: registers.get("rip"),
    reason: `there is no room on the stack for the handler of ${signalName(signal)}`,
  };
  kill(kernel, task, SIGNAL.SIGSEGV);
}

/**
 * An address that is not canonical would fault at IRET, in ring 0. Linux lets it, and gives the fault to the program
 * (fixup_bad_iret); here it gets the same signal beforehand.
 */
export function refuseBadReturn(kernel: Kernel, task: Task, registers: SavedRegisters): void {
  const rip = registers.get("rip");
  if (isCanonical(rip, 48)) return;
  task.lastTrap.vector = VECTOR.GP;
  task.lastTrap.errorCode = 0;
  const info = { code: SI_KERNEL, address: 0n };
  const reason = "the program was to go on at an address that is not canonical";
  forceSignal(kernel, task, SIGNAL.SIGSEGV, { rip, reason, info });
}

/** Leads a thread that lost the CPU, or is to run a handler, out of its restartable sequence; false when it is killed for a wrong one. */
export function isUndisturbed(
  kernel: Kernel,
  task: Task,
  registers = new SavedRegisters(kernel.machine.memory, task.kernelStackTop - PT_REGS.size),
): boolean {
  if (leaveSequence(task, registers)) return true;
  const reason = "its restartable sequence is not what it says";
  task.faultReport = { signal: "SIGSEGV", rip: registers.get("rip"), reason };
  kill(kernel, task, SIGNAL.SIGSEGV);
  return false;
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
  "rt_sigtimedwait",
]);

/** The call that slept gives what it has done so far, or EINTR, or is made again after the handler. */
function interruptCall(kernel: Kernel, task: Task, registers: SavedRegisters, action: SignalAction): void {
  const call = task.call!;
  task.signals.awaited = 0n;
  task.call = undefined;
  const name = handlerOf(call.abi, call.number)?.name ?? "";
  const restarts =
    (action.flags & BigInt(SA_RESTART)) !== 0n && !NOT_RESTARTED.has(name) && !call.progress?.neverRestarts;
  const done = call.progress?.done ?? 0;
  if (done === 0 && restarts) {
    registers.set("rax", registers.get("orig_rax"));
    // SYSCALL and INT 0x80 are both two bytes long.
    registers.set("rip", registers.get("rip") - 2n);
  } else {
    const result = done > 0 ? done : E.EINTR;
    registers.set("rax", BigInt(result));
    endInterrupted(kernel, task, registers, call, result);
  }
  giveUpProgress(call.progress);
}

function kill(kernel: Kernel, task: Task, signal: number): void {
  kernel.observer.signalled?.(task, signal, "killed");
  endProcess(kernel, task, { kind: "killed", signal });
}
