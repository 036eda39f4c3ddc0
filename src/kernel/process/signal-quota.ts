/**
 * RLIMIT_SIGPENDING: how many signals may wait for a user's processes, with the timers of timer_create, each of which keeps
 * room for its own. Who sends one too many is refused, or what he told with it is lost: a standard signal arrives all the same.
 * Models __sigqueue_alloc and __send_signal_locked (Linux kernel/signal.c).
 */
import { E, type Result } from "../abi/errno.js";
import { SI_USER, SIGRTMIN } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { RLIMIT } from "../resource-limits.js";
import { WITHOUT_INFO } from "./pending-signals.js";
import type { SignalInfo } from "./signals.js";
import type { Task } from "./task.js";

/** Signals that wait for all processes of a user. */
export function pendingOf(kernel: Kernel, uid: number): number {
  let count = 0;
  for (const task of kernel.tasks.values()) {
    if (task.files.credentials.uid !== uid) continue;
    count += task.signals.own.recorded;
    if (task.isLeader) count += task.signals.shared.recorded + task.group.posixTimers.size;
  }
  return count;
}

/** Whether one signal more may wait for the user of a task. */
export function mayQueue(kernel: Kernel, { files, limits }: Task): boolean {
  return pendingOf(kernel, files.credentials.uid) < limits.soft(RLIMIT.SIGPENDING);
}

/** What arrives with a signal from a program: `info`, nothing, or EAGAIN for not even the signal. */
export function admitted(kernel: Kernel, target: Task, signal: number, info: SignalInfo): Result<SignalInfo> {
  const alwaysFits = signal < SIGRTMIN && info.code >= 0;
  if (alwaysFits || mayQueue(kernel, target)) return info;
  return signal >= SIGRTMIN && info.code !== SI_USER ? E.EAGAIN : WITHOUT_INFO;
}
