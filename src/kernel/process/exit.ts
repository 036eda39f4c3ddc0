/**
 * The end of a process and what is left of it until its parent asks.
 * Models do_exit and wait_task_zombie (Linux kernel/exit.c). Leaves out: threads, process groups that become orphaned.
 */
import { E } from "../abi/errno.js";
import { SIG_IGN, SIGNAL } from "../abi/signals.js";
import { Blocked } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import { sendSignal } from "./signal-delivery.js";
import type { SignalInfo } from "./signals.js";
import type { Ending, Task } from "./task.js";

/** Gives back memory and files, hands children over, and tells the parent. */
export function endTask(kernel: Kernel, task: Task, ending: Ending): void {
  if (task.ending) return;
  task.ending = ending;
  task.call = undefined;
  kernel.scheduler.remove(task.entity);
  for (const queue of task.waitingOn) queue.remove(task);
  task.waitingOn = [];
  task.files.descriptors.closeAll();
  releaseSpace(kernel, task);
  task.state = "zombie";
  for (const child of task.children) {
    child.parent = undefined;
    if (child.state === "zombie") reap(kernel, child);
  }
  task.children.clear();
  kernel.observer.ended?.(task);
  tellParent(kernel, task);
}

/** Leaves the address space; its last user frees it. The CPU runs on the kernel's own tables until the next switch. */
export function releaseSpace(kernel: Kernel, task: Task): void {
  const { space } = task;
  task.vforkDone?.wake();
  task.vforkDone = undefined;
  if (--space.users > 0) return;
  kernel.leaveSpace();
  space.release();
}

function tellParent(kernel: Kernel, task: Task): void {
  const { parent } = task;
  if (!parent) {
    reap(kernel, task);
    return;
  }
  sendSignal(parent, SIGNAL.SIGCHLD, childInfo(task));
  parent.childEnded.wake();
  // A parent that ignores SIGCHLD does not want to be asked.
  if (parent.signals.action(SIGNAL.SIGCHLD).handler === SIG_IGN) reap(kernel, task);
}

/** CLD_EXITED, CLD_KILLED, CLD_DUMPED. */
function childInfo(task: Task): SignalInfo {
  const ending = task.ending!;
  const code = ending.kind === "exited" ? 1 : ending.dumped ? 3 : 2;
  return {
    code,
    pid: task.pid,
    uid: task.files.credentials.uid,
    status: ending.kind === "exited" ? ending.status : ending.signal,
  };
}

/** Nothing is left but what the caller holds. */
export function reap(kernel: Kernel, task: Task): void {
  task.state = "dead";
  task.parent?.children.delete(task);
  kernel.tasks.delete(task.pid);
  kernel.frames.release(task.kernelStack);
}

/** An ended child that `pid` (as wait4 reads it) names, or why there is none. */
export function waitFor(task: Task, pid: number, hang: boolean): Task | number | Blocked {
  const wanted = [...task.children].filter((child) => {
    if (pid > 0) return child.pid === pid;
    if (pid === -1) return true;
    return child.processGroup === (pid === 0 ? task.processGroup : -pid);
  });
  if (wanted.length === 0) return E.ECHILD;
  const ended = wanted.find((child) => child.state === "zombie");
  if (ended) return ended;
  return hang ? new Blocked([task.childEnded]) : 0;
}
