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
    return (
      task && {
        session: task.group.session,
        group: task.group.processGroup,
        leads: task.group.session === task.tgid,
      }
    );
  }

  sessionOf(group: number): number | undefined {
    return [...this.kernel.processes()].find((task) => task.group.processGroup === group && !task.ending)
      ?.group.session;
  }

  signalGroup(group: number, signal: number): void {
    const SI_KERNEL = 0x80;
    for (const task of this.kernel.processes())
      if (task.group.processGroup === group) sendSignal(task, signal, { code: SI_KERNEL });
  }
}
