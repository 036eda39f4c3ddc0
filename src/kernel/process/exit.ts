/**
 * The end of a thread, and of a process with its last one; what is left of it until its parent asks.
 * Models do_exit, do_group_exit and forget_original_parent (Linux kernel/exit.c).
 */
import { CLD_EXITED, CLD_KILLED, SA_NOCLDWAIT, SIG_IGN, SIGNAL } from "../abi/signals.js";
import { giveUpProgress } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import { leaveSpace } from "../sched/switch-mm.js";
import { tellTask } from "../sched/tell.js";
import { endSession } from "./job-control.js";
import { tellIfOrphaned } from "./orphaned-groups.js";
import { releaseRobustLocks } from "./robust-list.js";
import { sendSignal } from "./signal-delivery.js";
import type { SignalInfo } from "./signals.js";
import { panicWithoutInit } from "./system-end.js";
import type { Ending, Task } from "./task.js";
import type { ThreadGroup } from "./thread-group.js";

/** All threads of the process end, that of `task` last: exit_group, or a signal that kills. */
export function endProcess(kernel: Kernel, task: Task, ending: Ending): void {
  const { group } = task;
  group.ending ??= ending;
  endOtherThreads(kernel, task);
  endThread(kernel, task, ending);
}

/** Every other thread of the process ends, whatever it does. */
export function endOtherThreads(kernel: Kernel, task: Task): void {
  for (const other of [...task.group.threads])
    if (other !== task) endThread(kernel, other, task.group.ending ?? { kind: "exited", status: 0 });
}

/** One thread ends; with the last one the process does. */
export function endThread(kernel: Kernel, task: Task, ending: Ending): void {
  const { group } = task;
  if (!group.threads.has(task)) return;
  kernel.scheduler.account(task.entity, kernel.machine.clock.now);
  kernel.scheduler.remove(task.entity);
  task.leaveQueues();
  giveUpProgress(task.call?.progress);
  task.call = undefined;
  releaseRobustLocks(kernel, task);
  kernel.locks.ownerEnded(task);
  clearThreadNumber(kernel, task);
  task.files.descriptors.leave();
  releaseSpace(kernel, task);
  task.state = "zombie";
  tellTask(kernel, task, { kind: "ended" });
  group.ended.addThread(task);
  const { user, system } = task.cpuTime;
  kernel.statistics.ended.user += user;
  kernel.statistics.ended.system += system;
  group.threads.delete(task);
  if (group.threads.size === 0) finishProcess(kernel, group, group.ending ?? ending);
  if (!task.isLeader) forget(kernel, task);
}

/** CLONE_CHILD_CLEARTID: who joins the thread waits for this word to become 0. */
function clearThreadNumber(kernel: Kernel, task: Task): void {
  const { clearChildTid, space, memory } = task;
  task.clearChildTid = 0;
  if (clearChildTid === 0 || space.users < 2) return;
  if (memory.write32(clearChildTid, 0)) kernel.futexes.wake(space, clearChildTid, 1);
}

/** Leaves the address space; its last user frees it. The CPU runs on the kernel's own tables until the next switch. */
export function releaseSpace(kernel: Kernel, task: Task): void {
  const { space } = task;
  task.vforkDone?.wake();
  task.vforkDone = undefined;
  const { ended } = task.group;
  ended.mostResident = Math.max(ended.mostResident, space.resident.peak);
  if (--space.users > 0) return;
  leaveSpace(kernel, space);
  space.release();
}

function finishProcess(kernel: Kernel, group: ThreadGroup, ending: Ending): void {
  const { leader } = group;
  leader.ending = ending;
  leader.state = "zombie";
  group.intervalTimers?.stop(kernel);
  for (const timer of group.posixTimers.values()) kernel.timers.remove(timer);
  endSession(kernel, group);
  handChildrenOver(kernel, group);
  tellIfOrphaned(kernel, leader, group.parent, true);
  kernel.observer.ended?.(leader);
  group.exited.wake();
  if (group.isInit) panicWithoutInit(kernel, leader);
  else tellParent(kernel, leader);
}

/** Children go to the nearest ancestor that takes such ones, at last to process 1; without one nobody will ask for them. */
function handChildrenOver(kernel: Kernel, group: ThreadGroup): void {
  const heir = subreaper(group) ?? init(kernel, group);
  for (const child of group.children) {
    child.group.parent = heir;
    child.group.exitSignal = SIGNAL.SIGCHLD;
    if (child.parentDeathSignal !== 0) sendSignal(child, child.parentDeathSignal, { code: 0 });
    if (heir) heir.group.children.add(child);
    if (child.ending) tellParent(kernel, child);
    tellIfOrphaned(kernel, child, group.leader, false);
  }
  group.children.clear();
}

function subreaper(group: ThreadGroup): Task | undefined {
  for (let above = group.parent; above; above = above.group.parent)
    if (above.group.isSubreaper && above.group.threads.size > 0) return above;
  return undefined;
}

function init({ tasks }: Kernel, group: ThreadGroup): Task | undefined {
  const task = tasks.get(1);
  return task?.group.isInit && task.group !== group ? task : undefined;
}

function tellParent(kernel: Kernel, leader: Task): void {
  const { parent, exitSignal } = leader.group;
  if (!parent) {
    reap(kernel, leader);
    return;
  }
  const action = parent.signals.action(SIGNAL.SIGCHLD);
  if (exitSignal !== 0) sendSignal(parent, exitSignal, childInfo(leader));
  parent.group.childEnded.wake();
  // A parent that ignores SIGCHLD does not want to be asked.
  const ignored = action.handler === SIG_IGN || (action.flags & BigInt(SA_NOCLDWAIT)) !== 0n;
  if (exitSignal === SIGNAL.SIGCHLD && ignored) reap(kernel, leader);
}

/** What the parent is told with the signal. */
export function childInfo(task: Task): SignalInfo {
  const ending = task.ending!;
  return {
    code: ending.kind === "exited" ? CLD_EXITED : CLD_KILLED,
    pid: task.pid,
    uid: task.files.credentials.uid,
    status: ending.kind === "exited" ? ending.status : ending.signal,
  };
}

/** Nothing is left of the process but what the caller holds. */
export function reap(kernel: Kernel, leader: Task): void {
  const { group } = leader;
  const { parent, ended, ofChildren } = group;
  if (parent) {
    parent.group.ofChildren.add(ended);
    parent.group.ofChildren.add(ofChildren);
    parent.group.children.delete(leader);
  }
  forget(kernel, leader);
}

function forget(kernel: Kernel, task: Task): void {
  task.state = "dead";
  task.group.exited.wake();
  kernel.tasks.delete(task.pid);
  kernel.frames.release(task.kernelStack);
}
