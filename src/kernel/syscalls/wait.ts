/** Waiting for children. Models Linux kernel/exit.c (SYSCALL_DEFINE of wait4 and waitid). */
import { E, failed } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { CLD_CONTINUED, CLD_STOPPED, SIGNAL } from "../abi/signals.js";
import { RUSAGE } from "../abi/structs.js";
import { Blocked } from "../fs/blocking.js";
import { childInfo, reap } from "../process/exit.js";
import { processFileOf } from "../process/process-file.js";
import { putInfo } from "../process/signal-frame.js";
import type { SignalInfo } from "../process/signals.js";
import { type ChildNews, statusOf, type Wanted, waitFor, wantedBy } from "../process/wait.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
} from "./definition.js";
import { putUsage, usageOf } from "./usage.js";

/** wait4's status word as strace shows it. */
const status: ArgumentKind<number> = {
  type: "int *",
  convert: size.convert,
  late: true,
  format(at, call, result) {
    if (at === 0) return "NULL";
    const value = result > 0 ? call.memory.read32(at) : undefined;
    return value === undefined ? `0x${at.toString(16)}` : `[{${explain(value)}}]`;
  },
};

function explain(value: number): string {
  const signal = value & 0x7f;
  if (value === FLAGS.CONTINUED_STATUS) return "WIFCONTINUED(s)";
  if (signal === 0x7f) return `WIFSTOPPED(s) && WSTOPSIG(s) == ${value >> 8}`;
  if (signal === 0) return `WIFEXITED(s) && WEXITSTATUS(s) == ${(value >> 8) & 0xff}`;
  return `WIFSIGNALED(s) && WTERMSIG(s) == ${signal}${value & 0x80 ? " && WCOREDUMP(s)" : ""}`;
}

const OPTIONS =
  FLAGS.WNOHANG | FLAGS.WUNTRACED | FLAGS.WCONTINUED | FLAGS.__WNOTHREAD | FLAGS.__WALL | FLAGS.__WCLONE;

function wait(call: Call, pid: number, at: number, options: number, usage: number): Outcome {
  if ((options & ~OPTIONS) !== 0) return E.EINVAL;
  if (pid === -0x80000000) return E.ESRCH;
  const found = waitFor(call.task, wantedBy(call.task, pid), options | FLAGS.WEXITED);
  if (typeof found === "number" || found instanceof Blocked) return found;
  const { child, kind } = found;
  const told = at === 0 || call.memory.write32(at, statusOf(found));
  const used = usageOf(child.group, "with children", call);
  if (kind === "ended") reap(call.kernel, child);
  if (!told) return E.EFAULT;
  return usage !== 0 && putUsage(call, usage, used) !== 0 ? E.EFAULT : child.pid;
}

const wait4 = systemCall(
  "wait4",
  "Waits until a child ends, stops or goes on, and tells how.",
  { pid: int, wstatus: status, options: flags(FLAGS.WAIT_FLAGS), rusage: address },
  (call, { pid, wstatus, options, rusage }) => wait(call, pid, wstatus, options, rusage),
);

const waitpid = systemCall(
  "waitpid",
  "Waits until a child ends, stops or goes on, and tells how.",
  { pid: int, wstatus: status, options: flags(FLAGS.WAIT_FLAGS) },
  (call, { pid, wstatus, options }) => wait(call, pid, wstatus, options, 0),
);

const KINDS = { P_ALL: 0, P_PID: 1, P_PGID: 2, P_PIDFD: 3 } as const;

/** Which children waitid's first two arguments name. */
function wantedById(call: Call, kind: number, id: number): Wanted | number {
  if (kind === KINDS.P_ALL) return "all";
  if (kind === KINDS.P_PID) return id > 0 ? { pid: id } : E.EINVAL;
  if (kind === KINDS.P_PGID) {
    if (id < 0) return E.EINVAL;
    return { processGroup: id === 0 ? call.task.group.processGroup : id };
  }
  if (kind !== KINDS.P_PIDFD || id < 0) return E.EINVAL;
  const opened = processFileOf(call.task.files, id);
  return typeof opened === "number" ? opened : { pid: opened.target?.pid ?? 0 };
}

/** Waiting for a descriptor that is opened with PIDFD_NONBLOCK ends at once. */
function waitsNot(call: Call, kind: number, id: number): boolean {
  const file = kind === KINDS.P_PIDFD ? call.task.files.file(id) : E.EBADF;
  return !failed(file) && file.nonBlocking;
}

function infoOf({ child, kind }: ChildNews): SignalInfo {
  if (kind === "ended") return childInfo(child);
  const { uid } = child.files.credentials;
  const code = kind === "stopped" ? CLD_STOPPED : CLD_CONTINUED;
  const signal = kind === "stopped" ? child.group.stoppedBy : SIGNAL.SIGCONT;
  return { code, pid: child.pid, uid, status: signal ?? SIGNAL.SIGSTOP };
}

const INFO_SIZE = 128;
/** What waitid fills: up to and with si_status. */
const FILLED = 28;

const waitid = systemCall(
  "waitid",
  "Waits for a child as wait4 does, and tells more of it.",
  { idtype: choice(KINDS), id: int, infop: address, options: flags(FLAGS.WAIT_FLAGS), rusage: address },
  (call, { idtype, id, infop, options, rusage }) => {
    const known = OPTIONS | FLAGS.WNOWAIT | FLAGS.WEXITED;
    const asked = options & (FLAGS.WEXITED | FLAGS.WUNTRACED | FLAGS.WCONTINUED);
    if ((options & ~known) !== 0 || asked === 0) return E.EINVAL;
    const wanted = wantedById(call, idtype, id);
    if (typeof wanted === "number") return wanted;
    const found = waitFor(call.task, wanted, options);
    if (found instanceof Blocked && waitsNot(call, idtype, id)) return E.EAGAIN;
    if (found instanceof Blocked || (typeof found === "number" && found < 0)) return found;
    const info = new Uint8Array(INFO_SIZE);
    if (typeof found === "object") {
      putInfo(new DataView(info.buffer), 0, SIGNAL.SIGCHLD, infoOf(found));
      const used = usageOf(found.child.group, "with children", call);
      if (rusage !== 0 && call.put(rusage, RUSAGE, used) !== 0) return E.EFAULT;
      if (found.kind === "ended" && (options & FLAGS.WNOWAIT) === 0) reap(call.kernel, found.child);
    }
    return infop === 0 || call.memory.write(infop, info.subarray(0, FILLED)) ? 0 : E.EFAULT;
  },
);

export const WAIT_CALLS: readonly SystemCall[] = [wait4, waitpid, waitid];
