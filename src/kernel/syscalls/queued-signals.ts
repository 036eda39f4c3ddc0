/** Signals that carry a value, and taking signals without a handler. Models Linux kernel/signal.c. */
import { E } from "../abi/errno.js";
import { TIMESPEC } from "../abi/structs.js";
import { Blocked } from "../fs/blocking.js";
import { sendSignal, sendToThread } from "../process/signal-delivery.js";
import { putInfo } from "../process/signal-frame.js";
import type { SignalInfo } from "../process/signals.js";
import { clockSteps, SECOND } from "./clock-time.js";
import { address, type Call, int, type Outcome, type SystemCall, size, systemCall } from "./definition.js";
import { isSignal, maySignal, sendAdmitted, signal, signalSet } from "./signals.js";

const INFO_SIZE = 128;
/** struct kernel_siginfo: more of it the kernel does not take. Of 32-bit programs' it takes all. */
const KNOWN_SIZE = 48;

/** What the caller gives along; a code below 0 and not SI_TKILL's is a program's own, others only for itself. */
export function takeInfo(call: Call, at: number): SignalInfo | undefined {
  const isWide = call.abi === "x86-64";
  const bytes = call.memory.read(at, isWide ? KNOWN_SIZE : INFO_SIZE);
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer);
  // Pointers of 64 bits leave a hole in front of the union.
  const union = isWide ? 16 : 12;
  return {
    code: view.getInt32(8, true),
    pid: view.getInt32(union, true),
    uid: view.getUint32(union + 4, true),
    value: isWide ? view.getBigUint64(union + 8, true) : BigInt(view.getUint32(union + 8, true)),
  };
}

const SI_TKILL = -6;
const isReserved = ({ code }: SignalInfo): boolean => code >= 0 || code === SI_TKILL;

const rtSigqueueinfo = systemCall(
  "rt_sigqueueinfo",
  "Sends a signal with a value to a process.",
  { tgid: int, sig: signal, info: address },
  (call, { tgid, sig, info: at }) => {
    const info = takeInfo(call, at);
    if (!info) return E.EFAULT;
    if (isReserved(info) && tgid !== call.task.tgid) return E.EPERM;
    if (sig !== 0 && !isSignal(sig)) return E.EINVAL;
    const task = call.kernel.tasks.get(tgid);
    if (!task) return E.ESRCH;
    if (!maySignal(call.task, task, sig)) return E.EPERM;
    return sig === 0 ? 0 : sendAdmitted(call, task, sig, info, sendSignal);
  },
);

const rtTgsigqueueinfo = systemCall(
  "rt_tgsigqueueinfo",
  "Sends a signal with a value to a thread.",
  { tgid: int, tid: int, sig: signal, info: address },
  (call, { tgid, tid, sig, info: at }) => {
    const info = takeInfo(call, at);
    if (!info) return E.EFAULT;
    if (tgid <= 0 || tid <= 0) return E.EINVAL;
    if (isReserved(info) && tid !== call.task.pid) return E.EPERM;
    if (sig !== 0 && !isSignal(sig)) return E.EINVAL;
    const task = call.kernel.tasks.get(tid);
    if (!task || task.tgid !== tgid) return E.ESRCH;
    if (!maySignal(call.task, task, sig)) return E.EPERM;
    return sig === 0 ? 0 : sendAdmitted(call, task, sig, info, sendToThread);
  },
);

/** Clock time at which the wait ends, or an errno. */
function limitOf(call: Call, at: number): number {
  if (at === 0) return Number.POSITIVE_INFINITY;
  const time = call.take(at, TIMESPEC);
  if (!time) return E.EFAULT;
  const { tv_sec, tv_nsec } = time;
  if (tv_sec < 0n || tv_nsec < 0n || tv_nsec >= SECOND) return E.EINVAL;
  return call.started + clockSteps(call, tv_sec * SECOND + tv_nsec);
}

const rtSigtimedwait = systemCall(
  "rt_sigtimedwait",
  "Takes a signal of a set, waiting for it if need be; no handler runs.",
  { set: signalSet(false), info: address, timeout: address, sigsetsize: size },
  (call, { set, info: at, timeout, sigsetsize }): Outcome => {
    if (sigsetsize !== 8) return E.EINVAL;
    const wanted = call.memory.read64(set);
    if (wanted === undefined) return E.EFAULT;
    const until = limitOf(call, timeout);
    if (until < 0) return until;
    const { signals } = call.task;
    const taken = signals.take(wanted);
    signals.awaited = 0n;
    if (taken) {
      const bytes = new Uint8Array(INFO_SIZE);
      putInfo(new DataView(bytes.buffer), 0, taken.signal, taken.info);
      return at === 0 || call.memory.write(at, bytes) ? taken.signal : E.EFAULT;
    }
    if (call.now >= until) return E.EAGAIN;
    signals.awaited = wanted;
    return new Blocked([], { done: 0 }, until);
  },
);

export const QUEUED_SIGNAL_CALLS: readonly SystemCall[] = [rtSigqueueinfo, rtTgsigqueueinfo, rtSigtimedwait];
