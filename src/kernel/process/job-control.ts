/**
 * What terminals may do to processes. Models the parts of Linux drivers/tty/tty_jobctrl.c that look at tasks.
 * Leaves out: stopping readers and writers in the background.
 */
import { SI_KERNEL } from "../abi/signals.js";
import type { JobControl } from "../fs/job-control.js";
import type { Kernel } from "../kernel.js";
import { sendSignal, sendToThread } from "./signal-delivery.js";

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

  signalCurrent(signal: number): void {
    const task = this.kernel.current;
    if (task) sendToThread(task, signal, { code: SI_KERNEL });
  }

  signalGroup(group: number, signal: number): void {
    for (const task of this.kernel.processes())
      if (task.group.processGroup === group) sendSignal(task, signal, { code: SI_KERNEL });
  }
}
