/**
 * How much would be won by killing a process: what the OOM killer compares, and /proc/PID/oom_score.
 * Models oom_badness and proc_oom_score (Linux mm/oom_kill.c, fs/proc/base.c).
 */
import { CAP } from "../abi/capabilities.js";
import { E, type Result } from "../abi/errno.js";
import type { Kernel } from "../kernel.js";
import type { Task } from "./task.js";
import type { ThreadGroup } from "./thread-group.js";

/** Processes with this never die so. */
export const OOM_SCORE_ADJ_MIN = -1000;
export const OOM_SCORE_ADJ_MAX = 1000;

/** PROC_NUMBUF, without the NUL. */
const LONGEST_NUMBER = 12;

/** What a process has, in pages. */
export interface MemoryUse {
  readonly anonymous: number;
  readonly file: number;
  readonly shared: number;
  readonly swapped: number;
  /** Page tables, the root apart. */
  readonly tables: number;
}

export function memoryUse({ space }: Task): MemoryUse {
  const { anonymous, file, shared, swapped } = space.resident;
  const tables = space.tables.tableFrames - 1;
  return { anonymous, file, shared, swapped, tables };
}

/** Pages that the adjustments of all processes are parts of: memory and swap. */
export function totalPages({ overcommit, reclaim }: Kernel): number {
  return overcommit.total + reclaim.swap.total;
}

/** Points, more for whom it is more worthwhile to kill; undefined for one that must not be killed. */
export function badness(kernel: Kernel, group: ThreadGroup): number | undefined {
  const task = group.representative;
  if (isUnkillable(group) || task.space.isReaped || task.vforkDone) return undefined;
  const { anonymous, file, shared, swapped, tables } = memoryUse(task);
  const points = anonymous + file + shared + swapped + tables;
  return points + group.oomScoreAdj * Math.floor(totalPages(kernel) / 1000);
}

function isUnkillable(group: ThreadGroup): boolean {
  const isNeeded = group.leader.pid === 1 || group.isKernelThread;
  return group.threads.size === 0 || isNeeded || group.oomScoreAdj === OOM_SCORE_ADJ_MIN;
}

/** Sets the adjustment of a process, and of others with the same memory, as text says; how much of it counts, or an errno. */
export function setOomScoreAdj(kernel: Kernel, task: Task, text: string): Result<number> {
  const read = text.slice(0, LONGEST_NUMBER);
  const digits = read.trim();
  const value = /^[-+]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(digits) ? numberOf(digits) : Number.NaN;
  if (Math.abs(value) > 2 ** 31 - 1) return E.ERANGE;
  if (!(value >= OOM_SCORE_ADJ_MIN && value <= OOM_SCORE_ADJ_MAX)) return E.EINVAL;
  const mayLessen = kernel.current?.capable(CAP.CAP_SYS_RESOURCE) ?? true;
  if (value < task.group.oomScoreAdjLeast && !mayLessen) return E.EACCES;
  for (const { group } of kernel.processes()) {
    if (group !== task.group && group.representative.space !== task.space) continue;
    group.oomScoreAdj = value;
    if (mayLessen) group.oomScoreAdjLeast = value;
  }
  return read.length;
}

/** As kstrtoint with base 0 reads it. */
function numberOf(text: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(text)!;
  const value = /^0[0-7]/.test(digits!) ? Number.parseInt(digits!, 8) : Number(digits);
  return sign === "-" ? -value : value;
}

/** 0 to about 1333; 666 for a process that has nothing and no adjustment. */
export function oomScore(kernel: Kernel, group: ThreadGroup): number {
  const points = badness(kernel, group);
  if (points === undefined) return 0;
  const scaled = 1000 + Math.trunc((points * 1000) / totalPages(kernel));
  return Math.trunc((scaled * 2) / 3);
}
