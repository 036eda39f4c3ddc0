/**
 * Round robin: every runnable task gets the CPU for one timeslice in turn.
 * The state is the queue itself; who calls it and when is in `kernel.ts`.
 * Models the SCHED_RR part of Linux kernel/sched/rt.c. Leaves out: priorities, nice.
 */
import type { Task } from "./task.js";

export class RoundRobin {
  /** Runnable tasks that are not running, first to run first. */
  readonly queue: Task[] = [];

  /** @param timeslice ticks of the timer that a task may run before the next one's turn */
  constructor(public timeslice: number) {}

  /** A task became runnable. */
  enqueue(task: Task): void {
    if (this.queue.includes(task)) throw new Error(`task ${task.pid} is already in the run queue`);
    task.slice = this.timeslice;
    this.queue.push(task);
  }

  /** A task that waited for the CPU does so no longer (it was killed). */
  remove(task: Task): void {
    const at = this.queue.indexOf(task);
    if (at >= 0) this.queue.splice(at, 1);
  }

  /** The next to run, taken from the queue. */
  pick(): Task | undefined {
    return this.queue.shift();
  }

  /** One tick has passed for the running task; true when its turn is over and somebody else waits. */
  tick(running: Task): boolean {
    running.slice--;
    if (running.slice > 0) return false;
    running.slice = this.timeslice;
    return this.queue.length > 0;
  }
}
