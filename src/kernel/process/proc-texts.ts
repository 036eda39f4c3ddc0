/**
 * What /proc tells of processes and of the machine. Formats: Linux Documentation/filesystems/proc.rst, fs/proc/{array,task_mmu}.c.
 * Leaves out: figures that this kernel does not keep are zero.
 */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { fromBytes } from "../fs/byte-string.js";
import type { Dentry } from "../fs/dentry.js";
import type { Files } from "../fs/files.js";
import type { ProcessInformation } from "../fs/process-information.js";
import type { Kernel } from "../kernel.js";
import { limitsText } from "./proc-limits.js";
import { mapsText } from "./proc-maps.js";
import type { Task } from "./task.js";

const STATE_LETTERS = { runnable: "R", sleeping: "S", stopped: "T", zombie: "Z", dead: "X" } as const;
const STATE_WORDS = { R: "running", S: "sleeping", T: "stopped", Z: "zombie", X: "dead" } as const;

export class ProcTexts implements ProcessInformation {
  constructor(private readonly kernel: Kernel) {}

  processes(): readonly number[] {
    return [...this.kernel.processes()].map(({ pid }) => pid).sort((a, b) => a - b);
  }

  current(): number | undefined {
    return this.kernel.current?.tgid;
  }

  executable(process: number): Dentry | undefined {
    return this.kernel.tasks.get(process)?.executableFile;
  }

  files(process: number): Files | undefined {
    const task = this.kernel.tasks.get(process);
    return task?.ending ? undefined : task?.files;
  }

  text(process: number, name: string): string | undefined {
    const task = this.kernel.tasks.get(process);
    return task && PROCESS[name]?.(task, this.kernel);
  }

  systemText(name: string): string | undefined {
    return SYSTEM[name]?.(this.kernel);
  }
}

const PROCESS: Readonly<Record<string, (task: Task, kernel: Kernel) => string>> = {
  comm: (task) => `${task.name}\n`,
  cmdline: (task) => userText(task, task.space.argStart, task.space.argEnd),
  environ: (task) => userText(task, task.space.argEnd, task.space.envEnd),
  auxv: (task) => fromBytes(task.space.auxiliaryVector),
  limits: (task) => limitsText(task.limits),
  maps: (task) => mapsText(task.space),
  stat: (task) => statText(task),
  statm: (task) => `${task.space.totalPages} ${residentPages(task)} 0 0 0 0 0\n`,
  status: (task) => statusText(task),
};

function userText(task: Task, start: number, end: number): string {
  const bytes = task.ending ? undefined : task.memory.read(start, end - start);
  return bytes ? fromBytes(bytes) : "";
}

function residentPages(task: Task): number {
  return task.ending ? 0 : task.space.resident.total;
}

const parentOf = ({ group }: Task): number => group.parent?.pid ?? 1;

function statText(task: Task): string {
  const letter = STATE_LETTERS[task.state];
  const zeros = (count: number) => new Array(count).fill("0").join(" ");
  const size = task.space.totalPages * PAGE_SIZE;
  // Fields 4 to 8, 9 to 17, priority and nice, threads, two zeros, start time, size, resident pages, the rest.
  return `${task.pid} (${task.name}) ${letter} ${parentOf(task)} ${task.group.processGroup} ${task.group.session} 0 -1 ${zeros(9)} 20 0 ${task.group.threads.size} 0 0 ${size} ${residentPages(task)} ${zeros(28)}\n`;
}

function statusText(task: Task): string {
  const letter = STATE_LETTERS[task.state];
  const { uid, euid, suid, gid, egid, sgid } = task.files.credentials;
  const kilobytes = (pages: number) => `${String((pages * PAGE_SIZE) / 1024).padStart(8)} kB`;
  const rows = [
    ["Name", task.name],
    ["Umask", task.files.place.umask.toString(8).padStart(4, "0")],
    ["State", `${letter} (${STATE_WORDS[letter]})`],
    ["Tgid", task.tgid],
    ["Pid", task.pid],
    ["PPid", parentOf(task)],
    ["Uid", [uid, euid, suid, euid].join("\t")],
    ["Gid", [gid, egid, sgid, egid].join("\t")],
    ["VmSize", kilobytes(task.space.totalPages)],
    ["VmRSS", kilobytes(residentPages(task))],
    ["Threads", task.group.threads.size],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

const SYSTEM: Readonly<Record<string, (kernel: Kernel) => string>> = {
  uptime: ({ uptime }) => `${uptime.toFixed(2)} ${uptime.toFixed(2)}\n`,
  loadavg: ({ tasks, nextPid }) => `0.00 0.00 0.00 1/${tasks.size} ${nextPid - 1}\n`,
  meminfo: ({ frames, machine }) => {
    const row = (name: string, bytes: number) =>
      `${`${name}:`.padEnd(16)}${String(bytes / 1024).padStart(8)} kB\n`;
    const free = frames.available * PAGE_SIZE;
    return row("MemTotal", machine.memory.size) + row("MemFree", free) + row("MemAvailable", free);
  },
  cpuinfo: ({ machine }) =>
    `processor\t: 0\nvendor_id\t: You in CPU\nmodel name\t: You in CPU, a processor that one can read\ncpu MHz\t\t: ${(machine.clock.stepsPerSecond / 1e6).toFixed(3)}\n\n`,
  stat: ({ bootTime, statistics }) =>
    `cpu  0 0 0 0 0 0 0 0 0 0\nctxt ${statistics.contextSwitches}\nbtime ${bootTime}\nprocesses ${statistics.forks}\n`,
};
