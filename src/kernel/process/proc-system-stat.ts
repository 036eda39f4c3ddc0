/**
 * /proc/stat, uptime and loadavg: where the machine's time went, and how much was wanted of it.
 * Models show_stat, uptime_proc_show and loadavg_proc_show (Linux 6.18, fs/proc/{stat,uptime,loadavg}.c).
 * Leaves out: interrupts by number, softirqs, time of niced programs apart, time that virtual processors lost.
 */
import { IRQ_COUNT } from "../entry/doors.js";
import type { Kernel } from "../kernel.js";

/** Ticks in a second, whatever the timer does. */
const USER_HZ = 100;

/** Clock time of all programs, of those that have ended, too; the rest of the time nobody wanted the CPU. */
function timesOf({ tasks, statistics, machine }: Kernel): { user: number; system: number; idle: number } {
  let { user, system } = statistics.ended;
  for (const task of tasks.values()) {
    if (!task.group.threads.has(task)) continue;
    const { cpuTime } = task;
    user += cpuTime.user;
    system += cpuTime.system;
  }
  return { user, system, idle: Math.max(0, machine.clock.now - user - system) };
}

/** Tasks that run or could. */
export const activeTasks = ({ scheduler, current }: Kernel): number =>
  scheduler.length + (current?.state === "runnable" ? 1 : 0);

export function systemStatText(kernel: Kernel): string {
  const { bootTime, statistics, machine } = kernel;
  const ticks = (time: number) => Math.floor((time * USER_HZ) / machine.clock.stepsPerSecond);
  const { user, system, idle } = timesOf(kernel);
  const lines = Array.from({ length: IRQ_COUNT }, (_, irq) => statistics.interruptsOf(irq));
  const times = [user, 0, system, idle, 0, 0, 0, 0, 0, 0].map(ticks).join(" ");
  const rows = [
    `cpu  ${times}`,
    `cpu0 ${times}`,
    `intr ${[statistics.interrupts, ...lines].join(" ")}`,
    `ctxt ${statistics.contextSwitches}`,
    `btime ${bootTime}`,
    `processes ${statistics.forks}`,
    `procs_running ${activeTasks(kernel)}`,
    "procs_blocked 0",
    "softirq 0 0 0 0 0 0 0 0 0 0 0",
  ];
  return rows.map((row) => `${row}\n`).join("");
}

export function uptimeText(kernel: Kernel): string {
  const idle = timesOf(kernel).idle / kernel.machine.clock.stepsPerSecond;
  return `${kernel.uptime.toFixed(2)} ${idle.toFixed(2)}\n`;
}

export function loadAverageText(kernel: Kernel): string {
  const { loadAverage, tasks, nextPid } = kernel;
  return `${loadAverage.text} ${activeTasks(kernel)}/${tasks.size} ${nextPid - 1}\n`;
}
