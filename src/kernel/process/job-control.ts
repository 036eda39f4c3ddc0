/** What terminals may do to processes. Models the parts of Linux drivers/tty/tty_jobctrl.c that look at tasks. */
import { SI_KERNEL, SI_USER, SIG_IGN, SIGNAL } from "../abi/signals.js";
import type { Caller, JobControl, SignalSource } from "../fs/job-control.js";
import type { Terminal } from "../fs/terminal.js";
import type { Kernel } from "../kernel.js";
import { isOrphaned } from "./orphaned-groups.js";
import { sendSignal, sendToThread } from "./signal-delivery.js";
import type { SignalInfo } from "./signals.js";
import type { Task } from "./task.js";
import type { ThreadGroup } from "./thread-group.js";

/** The task that makes the present call, as terminals see it. */
class CallingTask implements Caller {
  constructor(private readonly task: Task) {}

  get session(): number {
    return this.task.group.session;
  }

  get group(): number {
    return this.task.group.processGroup;
  }

  get leads(): boolean {
    return this.session === this.task.tgid;
  }

  capable(capability: number): boolean {
    return this.task.capable(capability);
  }

  get terminal(): Terminal | undefined {
    return this.task.group.terminal;
  }

  set terminal(terminal: Terminal | undefined) {
    this.task.group.terminal = terminal;
  }

  ignores(signal: number): boolean {
    const { signals } = this.task;
    return signals.isBlocked(signal) || signals.action(signal).handler === SIG_IGN;
  }
}

export class ProcessJobs implements JobControl {
  constructor(private readonly kernel: Kernel) {}

  current(): Caller | undefined {
    return this.kernel.current && new CallingTask(this.kernel.current);
  }

  sessionOf(group: number): number | undefined {
    for (const task of this.kernel.processes())
      if (task.group.processGroup === group) return task.group.session;
    return this.kernel.tasks.get(group)?.group.session;
  }

  isOrphaned(group: number): boolean {
    return isOrphaned(this.kernel, group);
  }

  signalCurrent(signal: number): void {
    const task = this.kernel.current;
    if (task) sendToThread(task, signal, { code: SI_KERNEL });
  }

  signalGroup(group: number, signal: number, source: SignalSource = "kernel"): void {
    const info = this.infoFrom(source);
    for (const task of this.kernel.processes())
      if (task.group.processGroup === group) sendSignal(task, signal, info);
  }

  private infoFrom(source: SignalSource): SignalInfo {
    const { current } = this.kernel;
    if (source === "kernel" || !current) return { code: SI_KERNEL };
    return { code: SI_USER, pid: current.tgid, uid: current.files.credentials.uid };
  }

  hangUpSession(session: number, terminal: Terminal, foreground: number): void {
    for (const { group, pid } of this.kernel.processes()) {
      if (group.session !== session) continue;
      if (group.terminal === terminal) group.terminal = undefined;
      if (pid !== session) continue;
      sendSignal(group.leader, SIGNAL.SIGHUP, { code: SI_KERNEL });
      sendSignal(group.leader, SIGNAL.SIGCONT, { code: SI_KERNEL });
      group.lastForeground = foreground;
    }
  }

  takeTerminalFrom(session: number): void {
    for (const { group } of this.kernel.processes())
      if (group.session === session) group.terminal = undefined;
  }
}

/**
 * A session's leader ends: its terminal is free, and who was in the foreground learns of it. A real line is hung up; a
 * pseudo-terminal stays with its other end. Source: disassociate_ctty.
 */
export function endSession({ files }: Kernel, group: ThreadGroup): void {
  if (group.session !== group.leader.pid) return;
  const { terminal, lastForeground } = group;
  group.lastForeground = 0;
  if (terminal) {
    if (terminal.isPaired) terminal.owner.leave("exit");
    else terminal.hangUp(true);
    return;
  }
  if (lastForeground === 0) return;
  files.jobs?.signalGroup(lastForeground, SIGNAL.SIGHUP);
  files.jobs?.signalGroup(lastForeground, SIGNAL.SIGCONT);
}
