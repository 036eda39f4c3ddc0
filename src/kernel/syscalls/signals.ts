/**
 * Signals: actions, masks, sending. Models Linux kernel/signal.c.
 * Signals with values are in `queued-signals.ts`.
 */
import { CAP } from "../abi/capabilities.js";
import { E, failed } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import {
  formatSignalSet,
  LAST_SIGNAL,
  SI_TKILL,
  SI_USER,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGNAL,
  SIGPROCMASK_COMMANDS,
  signalName,
} from "../abi/signals.js";
import { SIGACTION, STACK_T } from "../abi/structs.js";
import { Blocked } from "../fs/blocking.js";
import { forceSignal, refuseBadReturn, sendSignal, sendToThread } from "../process/signal-delivery.js";
import { popFrame } from "../process/signal-frame.js";
import { admitted } from "../process/signal-quota.js";
import type { SignalInfo } from "../process/signals.js";
import type { Task } from "../process/task.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
} from "./definition.js";

export const signal: ArgumentKind<number> = {
  ...int,
  format: (value) => (value === 0 ? "0" : signalName(value)),
};

/** A pointer to a signal set, shown as the set. */
export const signalSet = (late: boolean): ArgumentKind<number> => ({
  type: "sigset_t *",
  convert: size.convert,
  late,
  format(at, call) {
    const mask = at === 0 ? undefined : call.memory.read64(at);
    return mask === undefined ? (at === 0 ? "NULL" : `0x${at.toString(16)}`) : formatSignalSet(mask);
  },
});

export const isSignal = (number: number): boolean => number >= 1 && number <= LAST_SIGNAL;

const rtSigaction = systemCall(
  "rt_sigaction",
  "Tells and sets what a signal does.",
  { signum: signal, act: address, oldact: address, sigsetsize: size },
  (call, { signum, act, oldact, sigsetsize }) => {
    if (sigsetsize !== 8 || !isSignal(signum)) return E.EINVAL;
    if (act !== 0 && (signum === SIGNAL.SIGKILL || signum === SIGNAL.SIGSTOP)) return E.EINVAL;
    const { signals } = call.task;
    const given = act === 0 ? undefined : call.take(act, SIGACTION);
    if (act !== 0 && !given) return E.EFAULT;
    const old = signals.action(signum);
    if (oldact !== 0) {
      const words = {
        sa_handler: old.handler,
        sa_flags: old.flags,
        sa_restorer: old.restorer,
        sa_mask: old.mask,
      };
      if (call.put(oldact, SIGACTION, words) !== 0) return E.EFAULT;
    }
    if (given) {
      signals.actions.set(signum, {
        handler: given.sa_handler,
        flags: given.sa_flags,
        restorer: given.sa_restorer,
        mask: given.sa_mask,
      });
    }
    return 0;
  },
);

const rtSigprocmask = systemCall(
  "rt_sigprocmask",
  "Tells and changes which signals are blocked.",
  {
    how: {
      ...choice(SIGPROCMASK_COMMANDS),
      format: (value: number) => formatConstant(SIGPROCMASK_COMMANDS, value),
    },
    set: signalSet(false),
    oldset: signalSet(true),
    sigsetsize: size,
  },
  (call, { how, set, oldset, sigsetsize }) => {
    if (sigsetsize !== 8) return E.EINVAL;
    const { signals } = call.task;
    const given = set === 0 ? undefined : call.memory.read64(set);
    if (set !== 0 && given === undefined) return E.EFAULT;
    const old = signals.blocked;
    if (given !== undefined) {
      if (how === SIG_BLOCK) signals.blocked = old | given;
      else if (how === SIG_UNBLOCK) signals.blocked = old & ~given;
      else if (how === SIG_SETMASK) signals.blocked = given;
      else return E.EINVAL;
      signals.setMask(signals.blocked);
    }
    return oldset === 0 || call.memory.write64(oldset, old) ? 0 : E.EFAULT;
  },
);

const rtSigsuspend = systemCall(
  "rt_sigsuspend",
  "Sleeps with another signal mask until a signal is caught.",
  { mask: signalSet(false), sigsetsize: size },
  (call, { mask, sigsetsize }) => {
    if (sigsetsize !== 8) return E.EINVAL;
    const { signals } = call.task;
    if (call.progress) return new Blocked([]);
    const wanted = call.memory.read64(mask);
    if (wanted === undefined) return E.EFAULT;
    signals.savedMask = signals.blocked;
    signals.setMask(wanted);
    return new Blocked([]);
  },
);

const rtSigreturn = systemCall("rt_sigreturn", "Returns from a signal handler.", {}, (call) => {
  if (!popFrame(call.kernel, call.task, call.registers)) {
    forceSignal(call.kernel, call.task, SIGNAL.SIGSEGV, {
      rip: call.registers.get("rip"),
      reason: "rt_sigreturn: the frame cannot be read",
    });
  } else refuseBadReturn(call.kernel, call.task, call.registers);
  return "gone";
});

const rtSigpending = systemCall(
  "rt_sigpending",
  "Tells which signals wait.",
  { set: signalSet(true), sigsetsize: size },
  (call, { set, sigsetsize }) => {
    if (sigsetsize > 8) return E.EINVAL;
    const waiting = new DataView(new ArrayBuffer(8));
    waiting.setBigUint64(0, call.task.signals.pending & call.task.signals.blocked, true);
    return call.memory.write(set, new Uint8Array(waiting.buffer, 0, sigsetsize)) ? 0 : E.EFAULT;
  },
);
const pause = systemCall("pause", "Sleeps until a signal comes.", {}, () => new Blocked([]));

/** Sends to one process, to a group, or to all. */
function send(call: Call, pid: number, signum: number): Outcome {
  const targets = [...call.kernel.processes()].filter((task) => isTarget(call, task, pid));
  if (targets.length === 0) return E.ESRCH;
  if (signum !== 0 && !isSignal(signum)) return E.EINVAL;
  const allowed = targets.filter((task) => maySignal(call.task, task, signum));
  if (allowed.length === 0) return E.EPERM;
  const info = { code: SI_USER, pid: call.task.tgid, uid: call.task.files.credentials.uid };
  if (signum === 0) return 0;
  for (const task of allowed) {
    const told = admitted(call.kernel, task, signum, info);
    if (!failed(told)) sendSignal(task, signum, told);
  }
  return 0;
}

function isTarget(call: Call, task: Task, pid: number): boolean {
  const own = call.task.group;
  if (pid > 0) return task.pid === call.kernel.tasks.get(pid)?.tgid;
  if (pid === -1) return task.group !== own && task.pid > 1;
  return task.group.processGroup === (pid === 0 ? own.processGroup : -pid);
}

/** Models check_kill_permission. */
export function maySignal(sender: Task, target: Task, signum: number): boolean {
  const { euid, uid } = sender.files.credentials;
  const theirs = target.files.credentials;
  if (sender.group === target.group || sender.capable(CAP.CAP_KILL)) return true;
  if ([euid, uid].some((id) => id === theirs.suid || id === theirs.uid)) return true;
  return signum === SIGNAL.SIGCONT && sender.group.session === target.group.session;
}

/** Sends what a program tells with a signal, if there is room for it. */
export function sendAdmitted(
  { kernel }: Call,
  target: Task,
  signum: number,
  info: SignalInfo,
  deliver: typeof sendSignal | typeof sendToThread,
): Outcome {
  const told = admitted(kernel, target, signum, info);
  if (failed(told)) return told;
  deliver(target, signum, told);
  return 0;
}

/** Sends to one thread, which must belong to the process `tgid` unless that is 0. */
function sendThread(call: Call, tgid: number, tid: number, signum: number): Outcome {
  if (tid <= 0 || tgid < 0 || (signum !== 0 && !isSignal(signum))) return E.EINVAL;
  const task = call.kernel.tasks.get(tid);
  if (!task || (tgid !== 0 && task.tgid !== tgid)) return E.ESRCH;
  if (!maySignal(call.task, task, signum)) return E.EPERM;
  const info = { code: SI_TKILL, pid: call.task.tgid, uid: call.task.files.credentials.uid };
  return signum === 0 ? 0 : sendAdmitted(call, task, signum, info, sendToThread);
}

const kill = systemCall("kill", "Sends a signal.", { pid: int, sig: signal }, (call, { pid, sig }) =>
  send(call, pid, sig),
);
const tkill = systemCall(
  "tkill",
  "Sends a signal to a thread.",
  { tid: int, sig: signal },
  (call, { tid, sig }) => sendThread(call, 0, tid, sig),
);
const tgkill = systemCall(
  "tgkill",
  "Sends a signal to a thread of a process.",
  { tgid: int, tid: int, sig: signal },
  (call, { tgid, tid, sig }) => (tgid <= 0 ? E.EINVAL : sendThread(call, tgid, tid, sig)),
);

const SS_ONSTACK = 1;
const SS_DISABLE = 2;
const SS_AUTODISARM = -0x80000000;
/** MINSIGSTKSZ */
const SMALLEST_STACK = 2048n;

const sigaltstack = systemCall(
  "sigaltstack",
  "Names the stack on which handlers run.",
  { ss: address, old_ss: address },
  (call, { ss, old_ss }) => {
    const { signals } = call.task;
    const given = ss === 0 ? undefined : call.take(ss, STACK_T);
    if (ss !== 0 && !given) return E.EFAULT;
    const { base, size: bytes, disabled, autoDisarms } = signals.alternateStack;
    const flags = (disabled ? SS_DISABLE : 0) | (autoDisarms ? SS_AUTODISARM : 0);
    if (old_ss !== 0 && call.put(old_ss, STACK_T, { ss_sp: base, ss_flags: flags, ss_size: bytes }) !== 0)
      return E.EFAULT;
    if (!given) return 0;
    const mode = given.ss_flags & ~SS_AUTODISARM;
    if (mode !== SS_DISABLE && mode !== SS_ONSTACK && mode !== 0) return E.EINVAL;
    const rsp = call.registers.get("rsp");
    if (!disabled && !autoDisarms && rsp > base && rsp <= base + bytes) return E.EPERM;
    const off = mode === SS_DISABLE;
    if (!off && given.ss_size < SMALLEST_STACK) return E.ENOMEM;
    signals.alternateStack = {
      base: off ? 0n : given.ss_sp,
      size: off ? 0n : given.ss_size,
      disabled: off,
      autoDisarms: (given.ss_flags & SS_AUTODISARM) !== 0,
    };
    return 0;
  },
);

export const SIGNAL_CALLS: readonly SystemCall[] = [
  ...[
    rtSigaction,
    rtSigprocmask,
    rtSigsuspend,
    rtSigreturn,
    rtSigpending,
    pause,
    kill,
    tkill,
    tgkill,
    sigaltstack,
  ],
];
