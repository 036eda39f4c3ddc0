/**
 * Process groups that nobody looks after: no member has a parent in another group of the same session, such as a shell that
 * could let it go on. Keys and the background do not stop their members; and when a group with stopped members becomes one,
 * it is sent SIGHUP and SIGCONT, lest they sleep for ever.
 * Models will_become_orphaned_pgrp and kill_orphaned_pgrp (Linux kernel/exit.c).
 */
import { SI_KERNEL, SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { sendSignal } from "./signal-delivery.js";
import type { Task } from "./task.js";
import type { ThreadGroup } from "./thread-group.js";

function* membersOf(kernel: Kernel, number: number): Iterable<ThreadGroup> {
  for (const { group } of kernel.processes()) if (group.processGroup === number) yield group;
}

/** Whether somebody outside the group, but in its session, is the parent of this member. */
function isLookedAfter(member: ThreadGroup): boolean {
  const parent = member.parent?.group;
  if (!parent) return member.isStartedFromOutside;
  return parent.processGroup !== member.processGroup && parent.session === member.session;
}

/** @param without a process that is about to end and counts no more */
export function isOrphaned(kernel: Kernel, number: number, without?: ThreadGroup): boolean {
  for (const member of membersOf(kernel, number)) {
    const counts = member !== without && !member.leader.ending && member.parent?.tgid !== INIT;
    if (counts && isLookedAfter(member)) return false;
  }
  return true;
}

/** The first process: it adopts all, and looks after nobody's jobs. */
const INIT = 1;

/** The parent of `leader` ends, or `leader` itself does: then its group may have lost its only link to `parent`. */
export function tellIfOrphaned(kernel: Kernel, leader: Task, parent: Task | undefined, ends: boolean): void {
  const { group } = leader;
  const number = group.processGroup;
  const linked =
    parent?.group.processGroup !== number && parent?.group.session === group.session && parent !== undefined;
  if (!linked || !isOrphaned(kernel, number, ends ? group : undefined)) return;
  const members = [...membersOf(kernel, number)];
  if (!members.some(({ stoppedBy }) => stoppedBy !== undefined)) return;
  for (const signal of [SIGNAL.SIGHUP, SIGNAL.SIGCONT])
    for (const member of members) sendSignal(member.leader, signal, { code: SI_KERNEL });
}
