/**
 * /proc/PID/sched and schedstat: what the scheduler knows of a process. Formats: Linux kernel/sched/debug.c, fs/proc/base.c.
 * Leaves out: load tracking, migrations, NUMA.
 */
import type { Kernel } from "../kernel.js";
import { isRealTime } from "../sched/real-time.js";
import { nanosecondsPerUnit } from "../sched/tell.js";
import type { Task } from "./task.js";

const NAME_WIDTH = 45;
/** A weight of 1024 as the load tracking counts it. */
const LOAD_SCALE = 1024;
const NICE_0_PRIORITY = 120;

export function schedText(task: Task, kernel: Kernel): string {
  const { entity, switches } = task;
  const scale = nanosecondsPerUnit(kernel);
  const slice = (entity.request || (kernel.scheduler.baseSlice ?? 0)) * scale;
  const rows: (readonly [string, string])[] = [
    ["se.exec_start", fraction(entity.accountedTo * scale)],
    ["se.vruntime", fraction(entity.vruntime * scale)],
    ["se.sum_exec_runtime", fraction(entity.ran * scale)],
    ["nr_switches", whole(switches.voluntary + switches.involuntary)],
    ["nr_voluntary_switches", whole(switches.voluntary)],
    ["nr_involuntary_switches", whole(switches.involuntary)],
    ["se.load.weight", whole(entity.weight * LOAD_SCALE)],
    ["policy", whole(entity.policy)],
    ["prio", whole(isRealTime(entity) ? 99 - entity.priority : NICE_0_PRIORITY + entity.nice)],
    ["se.slice", whole(Math.round(slice))],
  ];
  const head = `${task.name} (${task.pid}, #threads: ${task.group.threads.size})\n${"-".repeat(67)}\n`;
  return head + rows.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}:${value}\n`).join("");
}

const whole = (value: number): string => String(value).padStart(21);

/** Milliseconds with six decimals, of nanoseconds. */
function fraction(nanoseconds: number): string {
  const all = Math.trunc(nanoseconds);
  const rest = String(Math.abs(all % 1e6)).padStart(6, "0");
  return `${String(Math.trunc(all / 1e6)).padStart(14)}.${rest}`;
}

/** Nanoseconds on the CPU, nanoseconds waiting for it, turns. */
export function schedstatText({ entity }: Task, kernel: Kernel): string {
  const scale = nanosecondsPerUnit(kernel);
  return `${Math.round(entity.ran * scale)} ${Math.round(entity.waited * scale)} ${entity.turns}\n`;
}
