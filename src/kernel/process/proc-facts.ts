/** What several files of /proc/PID tell. Models fs/proc/array.c of Linux. */
import { SIG_IGN } from "../abi/signals.js";
import { signalBit } from "./pending-signals.js";
import type { Task, TaskState } from "./task.js";

export const STATES: Readonly<Record<TaskState, { readonly letter: string; readonly word: string }>> = {
  runnable: { letter: "R", word: "running" },
  sleeping: { letter: "S", word: "sleeping" },
  stopped: { letter: "T", word: "stopped" },
  zombie: { letter: "Z", word: "zombie" },
  dead: { letter: "X", word: "dead" },
};

/** A process without a parent belongs to the first; that one and kthreadd come from nowhere. */
export const parentOf = ({ group }: Task): number =>
  group.parent?.tgid ?? (group.isInit || group.isKernelThread ? 0 : 1);

/** It has no memory of a program: it has ended, or is one of the kernel's own. */
export const isWithoutMemory = ({ ending, group }: Task): boolean =>
  ending !== undefined || group.isKernelThread;

/** Which signals the process ignores and which it has handlers for, as sets. */
export function signalSets({ signals }: Task): { ignored: bigint; caught: bigint } {
  let ignored = 0n;
  let caught = 0n;
  for (const [signal, { handler }] of signals.actions) {
    if (handler === SIG_IGN) ignored |= signalBit(signal);
    else if (handler !== 0n) caught |= signalBit(signal);
  }
  return { ignored, caught };
}

/** 16 digits. */
export const signalSet = (set: bigint): string => set.toString(16).padStart(16, "0");
