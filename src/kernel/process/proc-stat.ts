/**
 * /proc/PID/stat: a process in one line of 52 fields for programs.
 * Models do_task_stat (Linux 6.18, fs/proc/array.c; the fields are listed in Documentation/filesystems/proc.rst, table 1-4).
 * Leaves out: time that virtual processors took; what a sleeping process waits in.
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { deviceParts } from "../abi/file-modes.js";
import { RLIM_INFINITY } from "../abi/process-flags.js";
import type { Kernel } from "../kernel.js";
import { RLIMIT } from "../resource-limits.js";
import { isWithoutMemory, parentOf, STATES, signalSets } from "./proc-facts.js";
import type { Task } from "./task.js";

/** Ticks in a second, whatever the timer does. */
const USER_HZ = 100;
const PF_EXITING = 0x4;
const PF_FORKNOEXEC = 0x40;
const PF_NOFREEZE = 0x8000;
const PF_KTHREAD = 0x200000;
const PF_RANDOMIZE = 0x400000;
const ADDR_NO_RANDOMIZE = 0x40000;
/** Only signals up to 31 are told here. */
const OLD_SIGNALS = 0x7fffffffn;

/** @param isWhole of a process, in which its threads are counted together; otherwise of the one thread */
export function statText(task: Task, kernel: Kernel, isWhole: boolean): string {
  const fields = [
    ...[task.pid, `(${task.name})`, STATES[task.state].letter, parentOf(task)],
    ...[task.group.processGroup, task.group.session, ...terminalOf(task), flagsOf(task, kernel)],
    ...faultsOf(task, isWhole),
    ...timesOf(task, kernel, isWhole),
    ...[
      20 + task.entity.nice,
      task.entity.nice,
      Math.max(1, task.group.threads.size),
      0,
      ticks(kernel, task.startTime),
    ],
    ...memoryOf(task),
    ...signalsOf(task),
    ...[
      task.state === "runnable" ? 0 : 1,
      0,
      0,
      exitSignal(task),
      0,
      task.entity.priority,
      task.entity.policy,
      0,
      0,
      0,
    ],
    ...placesOf(task),
    task.ending ? task.waitStatus : 0,
  ];
  return `${fields.join(" ")}\n`;
}

/** The controlling terminal's number and the process group in its foreground. */
function terminalOf({ group: { terminal } }: Task): number[] {
  if (!terminal) return [0, -1];
  const [major, minor] = deviceParts(terminal.represents);
  return [(minor! & 0xff) | (major! << 8) | ((minor! & ~0xff) << 12), terminal.owner.foreground];
}

function flagsOf(task: Task, kernel: Kernel): number {
  const random = (task.personality & ADDR_NO_RANDOMIZE) === 0 && kernel.exec.randomizeVaSpace.value > 0;
  if (task.group.isKernelThread) return PF_KTHREAD | PF_NOFREEZE | PF_FORKNOEXEC;
  return (
    (task.ending ? PF_EXITING : 0) |
    (task.group.hasExecuted ? 0 : PF_FORKNOEXEC) |
    (random && kernel.exec.random ? PF_RANDOMIZE : 0)
  );
}

/** Minor faults, those of children that were waited for, major ones likewise. */
function faultsOf({ group, faults: own }: Task, isWhole: boolean): number[] {
  const faults = isWhole ? group.used.faults : own;
  const ofChildren = group.ofChildren.faults;
  return [faults.minor, ofChildren.minor, faults.major, ofChildren.major];
}

function timesOf({ group, cpuTime: own }: Task, kernel: Kernel, isWhole: boolean): number[] {
  const { ofChildren } = group;
  const cpuTime = isWhole ? group.cpuTime : own;
  return [cpuTime.user, cpuTime.system, ofChildren.user, ofChildren.system].map((time) =>
    ticks(kernel, time),
  );
}

function ticks(kernel: Kernel, time: number): number {
  return Math.floor((time * USER_HZ) / kernel.machine.clock.stepsPerSecond);
}

/** Bytes, pages in memory, the limit of these, and where code and stack begin. */
function memoryOf(task: Task): (number | bigint)[] {
  const limit = task.limits.get(RLIMIT.RSS).soft;
  const rsslim = limit === RLIM_INFINITY ? RLIM_INFINITY : limit;
  if (isWithoutMemory(task)) return [0, 0, rsslim, 0, 0, 0, 0, 0];
  const { totalPages, resident, startCode, endCode, startStack } = task.space;
  return [totalPages * PAGE_SIZE, resident.total, rsslim, startCode, endCode, startStack, 0, 0];
}

function signalsOf(task: Task): bigint[] {
  const { ignored, caught } = signalSets(task);
  const { pending, blocked } = task.signals;
  return [pending, blocked, ignored, caught].map((set) => set & OLD_SIGNALS);
}

function exitSignal({ group, isLeader }: Task): number {
  if (group.isKernelThread) return 0;
  return isLeader ? group.exitSignal : -1;
}

/** Where data, heap, arguments and environment are. */
function placesOf(task: Task): number[] {
  if (isWithoutMemory(task)) return [0, 0, 0, 0, 0, 0, 0];
  const { startData, endData, startBrk, argStart, argEnd, envEnd } = task.space;
  return [startData, endData, startBrk, argStart, argEnd, argEnd, envEnd];
}
