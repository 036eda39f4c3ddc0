/** Descriptors of processes and of signals. Models Linux kernel/pid.c, kernel/signal.c (pidfd_send_signal), fs/signalfd.c. */
import { E, type Errno, failed } from "../abi/errno.js";
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from "../abi/open-flags.js";
import { SI_TKILL, SI_USER, SIGNAL } from "../abi/signals.js";
import { openOutsideTree } from "../fs/descriptors.js";
import { ProcessDirectory } from "../fs/proc-process.js";
import { signalBit } from "../process/pending-signals.js";
import { openProcess, PIDFD_THREAD, type ProcessFile, processFileOf } from "../process/process-file.js";
import { mayInspect } from "../process/process-memory.js";
import { sendSignal, sendToThread } from "../process/signal-delivery.js";
import { SignalFile } from "../process/signal-file.js";
import type { SignalInfo } from "../process/signals.js";
import type { Task } from "../process/task.js";
import {
  address,
  type Call,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
} from "./definition.js";
import { fd } from "./file-arguments.js";
import { takeInfo } from "./queued-signals.js";
import { isSignal, maySignal, sendAdmitted, signal, signalSet } from "./signals.js";

const SFD = { SFD_NONBLOCK: O_NONBLOCK, SFD_CLOEXEC: O_CLOEXEC };
const NEVER = signalBit(SIGNAL.SIGKILL) | signalBit(SIGNAL.SIGSTOP);

/** A new descriptor with −1, else another mask for one. */
function makeSignalFile(call: Call, number: number, at: number, length: number, bits: number): Outcome {
  if (length !== 8) return E.EINVAL;
  const given = call.memory.read64(at);
  if (given === undefined) return E.EFAULT;
  if ((bits & ~(O_NONBLOCK | O_CLOEXEC)) !== 0) return E.EINVAL;
  const mask = given & ~NEVER;
  const { files } = call.task;
  if (number === -1) {
    const inode = new SignalFile(call.kernel, mask);
    const kept = O_RDWR | (bits & O_NONBLOCK);
    return openOutsideTree(files, inode, kept, (bits & O_CLOEXEC) !== 0, "anon_inode:[signalfd]");
  }
  const file = files.file(number);
  if (failed(file)) return file;
  if (!(file.inode instanceof SignalFile)) return E.EINVAL;
  file.inode.mask = mask;
  call.task.group.signalArrived.wake();
  return number;
}

const signalfd = systemCall(
  "signalfd",
  "Makes a file from which signals are read.",
  { fd, mask: signalSet(false), sizemask: size },
  (call, values) => makeSignalFile(call, values.fd, values.mask, values.sizemask, 0),
);
const signalfd4 = systemCall(
  "signalfd4",
  "Makes a file from which signals are read, with flags.",
  { fd, mask: signalSet(false), sizemask: size, flags: flags(SFD) },
  (call, values) => makeSignalFile(call, values.fd, values.mask, values.sizemask, values.flags),
);

const pidfdOpen = systemCall(
  "pidfd_open",
  "Gives a descriptor of a process.",
  { pid: int, flags: flags({ PIDFD_NONBLOCK: O_NONBLOCK, PIDFD_THREAD }) },
  (call, { pid, flags: bits }) => {
    if ((bits & ~(O_NONBLOCK | PIDFD_THREAD)) !== 0 || pid <= 0) return E.EINVAL;
    const task = call.kernel.tasks.get(pid);
    if (!task) return E.ESRCH;
    const isThread = (bits & PIDFD_THREAD) !== 0;
    return task.isLeader || isThread ? openProcess(call.task.files, task, isThread, bits) : E.ENOENT;
  },
);

const SCOPE = {
  PIDFD_SIGNAL_THREAD: 1,
  PIDFD_SIGNAL_THREAD_GROUP: 2,
  PIDFD_SIGNAL_PROCESS_GROUP: 4,
} as const;
const SCOPES: readonly number[] = [0, ...Object.values(SCOPE)];

/** What the signal tells: the program's own words, or who sends it. */
function infoFor(
  call: Call,
  target: Task | undefined,
  at: number,
  sig: number,
  group: boolean,
): SignalInfo | number {
  if (at === 0) return { code: SI_USER, pid: call.task.tgid, uid: call.task.files.credentials.uid };
  const given = takeInfo(call, at);
  if (!given) return E.EFAULT;
  if (call.memory.read32(at) !== sig) return E.EINVAL;
  const reserved = given.code >= 0 || given.code === SI_TKILL;
  return reserved && (target !== call.task || group) ? E.EPERM : given;
}

/** Whom a descriptor stands for when it comes to signals: a process's directory in /proc does as well. */
function signalledBy(call: Call, fd: number): Pick<ProcessFile, "target" | "isThread"> | Errno {
  const file = call.task.files.file(fd);
  if (failed(file) || !(file.inode instanceof ProcessDirectory)) return processFileOf(call.task.files, fd);
  return { target: call.kernel.tasks.get(file.inode.process)?.group.leader, isThread: false };
}

const pidfdSendSignal = systemCall(
  "pidfd_send_signal",
  "Sends a signal to the process of a descriptor.",
  { pidfd: fd, sig: signal, info: address, flags: flags(SCOPE) },
  (call, { pidfd, sig, info: at, flags: scope }) => {
    if (!SCOPES.includes(scope)) return E.EINVAL;
    const opened = signalledBy(call, pidfd);
    if (typeof opened === "number") return opened;
    const { target } = opened;
    const toGroup = scope === SCOPE.PIDFD_SIGNAL_PROCESS_GROUP;
    const info = infoFor(call, target, at, sig, toGroup);
    if (typeof info === "number") return info;
    if (!target) return E.ESRCH;
    if (toGroup) return sendToGroup(call, target.pid, sig, info);
    if (sig !== 0 && !isSignal(sig)) return E.EINVAL;
    if (!maySignal(call.task, target, sig)) return E.EPERM;
    const toThread = scope === SCOPE.PIDFD_SIGNAL_THREAD || (scope === 0 && opened.isThread);
    return sig === 0 ? 0 : sendAdmitted(call, target, sig, info, toThread ? sendToThread : sendSignal);
  },
);

/** To all members of the group that the process leads; one that may be sent it is enough. */
function sendToGroup(call: Call, number: number, sig: number, info: SignalInfo): Outcome {
  const members = [...call.kernel.processes()].filter(({ group }) => group.processGroup === number);
  if (members.length === 0) return E.ESRCH;
  if (sig !== 0 && !isSignal(sig)) return E.EINVAL;
  const allowed = members.filter((member) => maySignal(call.task, member, sig));
  if (allowed.length === 0) return E.EPERM;
  if (sig !== 0) for (const member of allowed) sendAdmitted(call, member, sig, info, sendSignal);
  return 0;
}

const pidfdGetfd = systemCall(
  "pidfd_getfd",
  "Gives a descriptor for what another process has open.",
  { pidfd: fd, targetfd: fd, flags: flags({}) },
  (call, { pidfd, targetfd, flags: bits }) => {
    if (bits !== 0) return E.EINVAL;
    const { files } = call.task;
    const opened = processFileOf(files, pidfd);
    if (typeof opened === "number") return opened;
    const { target } = opened;
    if (!target || target.ending) return E.ESRCH;
    if (!mayInspect(call.task, target, "real")) return E.EPERM;
    const file = target.files.descriptors.file(targetfd);
    if (failed(file)) return file;
    const number = files.install(file, true);
    if (!failed(number)) file.share();
    return number;
  },
);

export const PROCESS_FILE_CALLS: readonly SystemCall[] = [
  ...[signalfd, signalfd4, pidfdOpen, pidfdSendSignal, pidfdGetfd],
];
