/**
 * Long work of the kernel. What a system call does is done at once, since the kernel is TypeScript; the time that it takes is
 * spent on the way out, piece by piece, in a loop of the stubs that lets interrupts in between two pieces. So the timer
 * ticks during a long write as it does on hardware, and whether somebody else gets the CPU meanwhile is the choice of
 * `KernelPreemption`. What others see of the call's effects they see too early; that is the simplification.
 * Models preempt_schedule_irq and cond_resched (Linux kernel/sched/core.c). Leaves out: preempt_count, locks.
 */
import type { Kernel } from "../kernel.js";
import type { Task } from "../process/task.js";
import { tellTask } from "./tell.js";

/** Clock time of a piece: the longest for which a pending interrupt waits. */
const PIECE = 1000;
/** Work up to this much is not worth a loop. */
const SHORT = 5 * PIECE;

/** The work that a task still has to do before it may return to its program. */
export class KernelWork {
  /** Clock time to be spent, and spent since the loop began. */
  left = 0;
  done = 0;
  /** The task is in the loop: its kernel stack may hold the frame of an interrupt that came in between. */
  isUnderWay = false;
  /** The last piece ended at a point where `cond_resched` looks up. */
  looksUp = false;
  /** Whoever watches knows that it must give up the CPU and may not yet. */
  toldNeed = false;
  /** Where the stub that called the kernel goes on. */
  returnTo = 0n;
}

/** On the way out of a call: true when there is long work left, and the CPU has been sent to do it. */
export function beginWork(kernel: Kernel, task: Task): boolean {
  const { work } = task;
  if (work.left === 0 || task.call || task.state !== "runnable") return false;
  if (work.left <= SHORT) {
    const { left } = work;
    work.left = 0;
    kernel.charge(left);
    return false;
  }
  const { cpu } = kernel.machine;
  Object.assign(work, { isUnderWay: true, done: 0, toldNeed: false, returnTo: cpu.evaluator.following() });
  cpu.rip = kernel.image.symbols.get("kernel_work")!;
  tellTask(kernel, task, { kind: "kernel-work", begins: true });
  return true;
}

/** VMCALL from the loop: one piece, and after the last one back to where the call came from. */
export function doPiece(kernel: Kernel, task: Task): void {
  const { work } = task;
  const piece = Math.min(work.left, PIECE);
  const pointsBefore = Math.floor(work.done / kernel.reschedulePoints);
  work.left -= piece;
  work.done += piece;
  work.looksUp = Math.floor(work.done / kernel.reschedulePoints) > pointsBefore;
  kernel.charge(piece);
  if (work.left > 0) return;
  work.isUnderWay = false;
  kernel.machine.cpu.rip = work.returnTo;
  tellTask(kernel, task, { kind: "kernel-work", begins: false });
}

/** Whether a task in the loop gives up the CPU now, when it must. `atPiece`: a piece has ended; else an interrupt has. */
export function givesUpWork(kernel: Kernel, task: Task, atPiece: boolean): boolean {
  const { reschedule, preemption } = kernel;
  if (!reschedule) return false;
  const allowed = preemption === "full" || (preemption === "voluntary" && atPiece && task.work.looksUp);
  if (!allowed && !task.work.toldNeed) {
    task.work.toldNeed = true;
    tellTask(kernel, task, { kind: "need-resched", reason: reschedule });
  }
  if (allowed) task.work.toldNeed = false;
  return allowed;
}
