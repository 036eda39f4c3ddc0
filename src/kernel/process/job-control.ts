/**
 * What terminals may do to processes. Models the parts of Linux drivers/tty/tty_jobctrl.c that look at tasks.
 * Leaves out: stopping readers and writers in the background.
 */
import type { JobControl } from "../fs/job-control.js";
import type { Kernel } from "../kernel.js";
import { sendSignal } from "./signal-delivery.js";

export class ProcessJobs implements JobControl {
  constructor(private readonly kernel: Kernel) {}

  current(): { session: number; group: number; leads: boolean } | undefined {
    const task = this.kernel.current;
    return task && { session: task.session, group: task.processGroup, leads: task.session === task.pid };
  }

  sessionOf(group: number): number | undefined {
    return [...this.kernel.tasks.values()].find((task) => task.processGroup === group && !task.ending)
      ?.session;
  }

  signalGroup(group: number, signal: number): void {
    const SI_KERNEL = 0x80;
    for (const task of this.kernel.tasks.values())
      if (task.processGroup === group) sendSignal(task, signal, { code: SI_KERNEL });
  }
}
