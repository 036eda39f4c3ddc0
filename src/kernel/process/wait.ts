/**
 * What a process learns of its children: that one has ended, stopped or gone on.
 * Models do_wait (Linux kernel/exit.c). Leaves out: __WNOTHREAD (children belong to the process, not to one thread).
 */
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { SIGNAL } from "../abi/signals.js";
import { Blocked } from "../fs/blocking.js";
import type { Task } from "./task.js";

/** Which children: one, those of a process group, or all. */
export type Wanted = { readonly pid: number } | { readonly processGroup: number } | "all";

/** A child, and what is to be told of it. */
export interface ChildNews {
  readonly child: Task;
  readonly kind: "ended" | "stopped" | "continued";
}

/** How waitpid's argument names children. */
export function wantedBy(task: Task, pid: number): Wanted {
  if (pid > 0) return { pid };
  if (pid === -1) return "all";
  return { processGroup: pid === 0 ? task.group.processGroup : -pid };
}

/**
 * The first child of whom there is something to tell that `options` (WEXITED, WUNTRACED, WCONTINUED, WNOHANG, WNOWAIT) ask for;
 * 0 when there is none and the caller does not wait, ECHILD when there never can be.
 */
export function waitFor(task: Task, wanted: Wanted, options: number): ChildNews | number | Blocked {
  const children = [...task.group.children].filter((child) => isWanted(child, wanted, options));
  // Of one that has ended there is nothing more to come.
  const asksForEnds = (options & FLAGS.WEXITED) !== 0;
  if (children.every((child) => child.ending && !asksForEnds)) return E.ECHILD;
  for (const child of children) {
    const kind = newsOf(child, options);
    if (!kind) continue;
    if ((options & FLAGS.WNOWAIT) === 0) child.group.news = undefined;
    return { child, kind };
  }
  return (options & FLAGS.WNOHANG) === 0 ? new Blocked([task.group.childEnded]) : 0;
}

function isWanted(child: Task, wanted: Wanted, options: number): boolean {
  const isClone = child.group.exitSignal !== SIGNAL.SIGCHLD;
  if ((options & FLAGS.__WALL) === 0 && isClone !== ((options & FLAGS.__WCLONE) !== 0)) return false;
  if (wanted === "all") return true;
  return "pid" in wanted ? child.pid === wanted.pid : child.group.processGroup === wanted.processGroup;
}

function newsOf(child: Task, options: number): ChildNews["kind"] | undefined {
  if (child.ending) return (options & FLAGS.WEXITED) !== 0 ? "ended" : undefined;
  const { news } = child.group;
  if (news === "stopped" && (options & FLAGS.WUNTRACED) !== 0) return news;
  return news === "continued" && (options & FLAGS.WCONTINUED) !== 0 ? news : undefined;
}

/** The status word of wait4. */
export function statusOf({ child, kind }: ChildNews): number {
  if (kind === "continued") return FLAGS.CONTINUED_STATUS;
  return kind === "stopped" ? FLAGS.stoppedStatus(child.group.stoppedBy ?? SIGNAL.SIGSTOP) : child.waitStatus;
}
