/**
 * Stopping a process and letting it go on: SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU and SIGCONT.
 * Models do_signal_stop and prepare_signal (Linux kernel/signal.c).
 */
import { CLD_CONTINUED, CLD_STOPPED, SA_NOCLDSTOP, SIG_IGN, SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { tellTask } from "../sched/tell.js";
import { signalBit } from "./pending-signals.js";
import { sendSignal } from "./signal-delivery.js";
import type { ThreadGroup } from "./thread-group.js";

const STOPS =
  signalBit(SIGNAL.SIGSTOP) |
  signalBit(SIGNAL.SIGTSTP) |
  signalBit(SIGNAL.SIGTTIN) |
  signalBit(SIGNAL.SIGTTOU);

/** All threads of the process stop. What one of them slept in is begun again when it goes on. */
export function stopProcess(kernel: Kernel, group: ThreadGroup, signal: number): void {
  group.stoppedBy = signal;
  group.news = "stopped";
  for (const thread of group.threads) {
    thread.leaveQueues();
    const couldRun = thread.entity.queued;
    kernel.scheduler.remove(thread.entity);
    thread.state = "stopped";
    if (couldRun) tellTask(kernel, thread, { kind: "slept", on: "SIGCONT" });
  }
  tellParent(group, CLD_STOPPED, signal);
}

/** What a signal does at once, when it is sent: SIGCONT lets a stopped process go on, and each side discards the other. */
export function beforeSending(group: ThreadGroup, signal: number): void {
  const bit = signalBit(signal);
  if ((bit & STOPS) !== 0n) discard(group, signalBit(SIGNAL.SIGCONT));
  if (signal === SIGNAL.SIGCONT) {
    discard(group, STOPS);
    resumeProcess(group);
  }
}

/** SIGCONT, and SIGKILL, which a stopped process obeys too. */
export function resumeProcess(group: ThreadGroup, tells = true): void {
  if (group.stoppedBy === undefined) return;
  group.stoppedBy = undefined;
  for (const thread of group.threads) if (thread.state === "stopped") thread.resume();
  if (!tells) return;
  group.news = "continued";
  tellParent(group, CLD_CONTINUED, SIGNAL.SIGCONT);
}

function discard(group: ThreadGroup, signals: bigint): void {
  group.representative.signals.shared.discard(signals);
  for (const thread of group.threads) thread.signals.own.discard(signals);
}

function tellParent({ parent, leader }: ThreadGroup, code: number, status: number): void {
  if (!parent) return;
  const action = parent.signals.action(SIGNAL.SIGCHLD);
  const wanted = action.handler !== SIG_IGN && (action.flags & BigInt(SA_NOCLDSTOP)) === 0n;
  const info = { code, pid: leader.pid, uid: leader.files.credentials.uid, status };
  if (wanted) sendSignal(parent, SIGNAL.SIGCHLD, info);
  parent.group.childEnded.wake();
}
