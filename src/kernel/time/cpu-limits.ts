/**
 * RLIMIT_CPU and RLIMIT_RTTIME: a process that has used its seconds, or a real-time thread that has not slept for too long, is
 * sent SIGXCPU, again each second, and at the hard limit SIGKILL. Looked at on each tick, for who has the CPU.
 * Models check_process_timers and check_thread_timers (Linux kernel/time/posix-cpu-timers.c).
 */
import { SI_KERNEL, SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { sendSignal, sendToThread } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import { RLIMIT } from "../resource-limits.js";
import { isRealTime } from "../sched/real-time.js";

const INFO = { code: SI_KERNEL };
const MICROSECONDS = 1e6;

export function checkCpuLimits(kernel: Kernel, task: Task): void {
  checkProcess(kernel, task);
  if (isRealTime(task.entity)) checkRealTime(kernel, task);
}

/** The limit that the time has reached, if any; a soft one moves on by `step`. */
function reached(
  { limits }: Task,
  resource: number,
  time: number,
  step: number,
): "soft" | "hard" | undefined {
  if (time >= limits.hard(resource)) return "hard";
  const { soft, hard } = limits.get(resource);
  if (time < limits.soft(resource)) return undefined;
  limits.set(resource, { soft: soft + BigInt(step), hard });
  return "soft";
}

function checkProcess(kernel: Kernel, task: Task): void {
  if (task.limits.soft(RLIMIT.CPU) === Number.POSITIVE_INFINITY) return;
  const { user, system } = task.group.cpuTime;
  const seconds = (user + system) / kernel.machine.clock.stepsPerSecond;
  const limit = reached(task, RLIMIT.CPU, seconds, 1);
  if (limit) sendSignal(task, limit === "hard" ? SIGNAL.SIGKILL : SIGNAL.SIGXCPU, INFO);
}

function checkRealTime(kernel: Kernel, task: Task): void {
  task.realTimeTicks++;
  if (task.limits.soft(RLIMIT.RTTIME) === Number.POSITIVE_INFINITY) return;
  const microseconds = (task.realTimeTicks * MICROSECONDS) / kernel.timerHertz;
  const limit = reached(task, RLIMIT.RTTIME, microseconds, MICROSECONDS);
  if (limit) sendToThread(task, limit === "hard" ? SIGNAL.SIGKILL : SIGNAL.SIGXCPU, INFO);
}
