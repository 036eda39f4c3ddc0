/**
 * What /proc tells of processes and of the machine. Formats: Linux Documentation/filesystems/proc.rst, fs/proc/{array,task_mmu}.c.
 * Leaves out: figures that this kernel does not keep are zero.
 */

import { E, type Result } from "../abi/errno.js";
import { fromBytes } from "../fs/byte-string.js";
import type { Dentry } from "../fs/dentry.js";
import type { Files } from "../fs/files.js";
import type { ProcessInformation, ProcessMemory } from "../fs/process-information.js";
import type { Kernel } from "../kernel.js";
import { nameTask } from "../sched/tell.js";
import { oomScore, setOomScoreAdj } from "./badness.js";
import { isWithoutMemory } from "./proc-facts.js";
import { interruptsText } from "./proc-interrupts.js";
import { limitsText } from "./proc-limits.js";
import { mapsText } from "./proc-maps.js";
import { meminfoText, swapsText, vmstatText } from "./proc-meminfo.js";
import { schedstatText, schedText } from "./proc-sched.js";
import { smapsRollupText, smapsText } from "./proc-smaps.js";
import { statText } from "./proc-stat.js";
import { statmText, statusText } from "./proc-status.js";
import { systemCallText } from "./proc-syscall.js";
import { loadAverageText, systemStatText, uptimeText } from "./proc-system-stat.js";
import { InspectedMemory, mayInspect } from "./process-memory.js";
import type { Task } from "./task.js";

export class ProcTexts implements ProcessInformation {
  constructor(private readonly kernel: Kernel) {}

  processes(): readonly number[] {
    return [...this.kernel.processes()].map(({ pid }) => pid).sort((a, b) => a - b);
  }

  threads(process: number): readonly number[] {
    const { group } = this.kernel.tasks.get(process) ?? {};
    if (group?.leader.pid !== process) return [];
    // A leader that has ended waits for the others, and is seen.
    return [...new Set([process, ...[...group.threads].map(({ pid }) => pid)])].sort((a, b) => a - b);
  }

  exists(task: number): boolean {
    return this.kernel.tasks.has(task);
  }

  current(): { process: number; thread: number } | undefined {
    const { current } = this.kernel;
    return current && { process: current.tgid, thread: current.pid };
  }

  executable(process: number): Dentry | undefined {
    return this.kernel.tasks.get(process)?.executableFile;
  }

  files(process: number): Files | undefined {
    const task = this.kernel.tasks.get(process);
    return task?.ending ? undefined : task?.files;
  }

  mayInspect(process: number): boolean {
    const task = this.kernel.tasks.get(process);
    return task !== undefined && this.kernel.current !== undefined && mayInspect(this.kernel.current, task);
  }

  memory(process: number): ProcessMemory | undefined {
    const task = this.kernel.tasks.get(process);
    return task && !isWithoutMemory(task)
      ? new InspectedMemory(task, this.kernel.current ?? task)
      : undefined;
  }

  text(number: number, name: string, isWhole: boolean): string | undefined {
    const task = this.kernel.tasks.get(number);
    return task && PROCESS[name]?.(task, this.kernel, isWhole);
  }

  children(number: number): string | undefined {
    const task = this.kernel.tasks.get(number);
    if (!task?.isLeader) return task && "";
    return [...task.group.children].map(({ pid }) => `${pid} `).join("");
  }

  write(process: number, name: string, text: string): Result<number> {
    const task = this.kernel.tasks.get(process);
    if (!task || task.ending) return E.ESRCH;
    if (name === "oom_score_adj") return setOomScoreAdj(this.kernel, task, text);
    return name === "comm" ? this.rename(task, text) : E.EINVAL;
  }

  /** Threads may name themselves and each other. */
  private rename(task: Task, text: string): Result<number> {
    if (this.kernel.current?.group !== task.group) return E.EINVAL;
    nameTask(this.kernel, task, text.split("\0")[0]!);
    return text.length;
  }

  systemText(name: string): string | undefined {
    return SYSTEM[name]?.(this.kernel);
  }
}

const PROCESS: Readonly<
  Record<string, (task: Task, kernel: Kernel, isWhole: boolean) => string | undefined>
> = {
  comm: (task) => `${task.name}\n`,
  cmdline: (task) => userText(task, task.space.argStart, task.space.argEnd),
  environ: (task) => userText(task, task.space.argEnd, task.space.envEnd),
  auxv: (task) => fromBytes(task.space.auxiliaryVector),
  limits: (task) => limitsText(task.limits),
  maps: (task) => (task.ending ? "" : mapsText(task.space)),
  smaps: (task) => (task.ending ? "" : smapsText(task.space)),
  smaps_rollup: (task) => (isWithoutMemory(task) ? undefined : smapsRollupText(task.space)),
  sched: schedText,
  schedstat: schedstatText,
  stat: statText,
  statm: statmText,
  status: statusText,
  personality: (task) => `${task.personality.toString(16).padStart(8, "0")}\n`,
  syscall: systemCallText,
  oom_score: (task, kernel) => `${oomScore(kernel, task.group)}\n`,
  oom_score_adj: ({ group }) => `${group.oomScoreAdj}\n`,
};

function userText(task: Task, start: number, end: number): string {
  const bytes = task.ending ? undefined : task.memory.read(start, end - start);
  return bytes ? fromBytes(bytes) : "";
}

const SYSTEM: Readonly<Record<string, (kernel: Kernel) => string>> = {
  uptime: uptimeText,
  loadavg: loadAverageText,
  meminfo: (kernel) => meminfoText(kernel),
  swaps: (kernel) => swapsText(kernel),
  vmstat: (kernel) => vmstatText(kernel),
  cpuinfo: ({ machine }) =>
    `processor\t: 0\nvendor_id\t: You in CPU\nmodel name\t: You in CPU, a processor that one can read\ncpu MHz\t\t: ${(machine.clock.stepsPerSecond / 1e6).toFixed(3)}\n\n`,
  stat: systemStatText,
  interrupts: interruptsText,
};
