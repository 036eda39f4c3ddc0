/**
 * Numbers of threads, processes, groups and sessions.
 * Models Linux kernel/sys.c, kernel/fork.c (set_tid_address), fs/open.c (vhangup). Leaves out: namespaces.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { parentOf } from "../process/proc-facts.js";
import type { Task } from "../process/task.js";
import { address, type Call, int, type SystemCall, systemCall } from "./definition.js";

const getpid = systemCall("getpid", "The number of the process.", {}, (call) => call.task.tgid);
const gettid = systemCall("gettid", "The number of the thread.", {}, (call) => call.task.pid);
const getppid = systemCall("getppid", "The number of the parent, 1 when it has ended.", {}, (call) =>
  parentOf(call.task),
);

/** The thread with this number; 0 is the caller. */
function threadOf(call: Call, pid: number): Task | undefined {
  return pid === 0 ? call.task : call.kernel.tasks.get(pid);
}

const getpgrp = systemCall(
  "getpgrp",
  "The process group of the caller.",
  {},
  (call) => call.task.group.processGroup,
);
const getpgid = systemCall(
  "getpgid",
  "The process group of a process.",
  { pid: int },
  (call, { pid }) => threadOf(call, pid)?.group.processGroup ?? E.ESRCH,
);

const setpgid = systemCall(
  "setpgid",
  "Moves a process into a process group of its session.",
  { pid: int, pgid: int },
  (call, { pid, pgid }) => {
    const own = call.task.group;
    const wanted = pgid === 0 ? (pid === 0 ? call.task.tgid : pid) : pgid;
    if (wanted < 0) return E.EINVAL;
    const task = pid === 0 ? own.leader : call.kernel.tasks.get(pid);
    if (!task) return E.ESRCH;
    if (!task.isLeader) return E.EINVAL;
    const { group } = task;
    if (group.parent === own.leader) {
      if (group.session !== own.session) return E.EPERM;
      if (group.hasExecuted) return E.EACCES;
    } else if (group !== own) return E.ESRCH;
    if (group.session === task.pid) return E.EPERM;
    if (wanted !== task.pid && !groupExists(call, wanted, own.session)) return E.EPERM;
    group.processGroup = wanted;
    return 0;
  },
);

function groupExists(call: Call, number: number, session: number): boolean {
  for (const { group } of call.kernel.processes())
    if (group.processGroup === number && group.session === session) return true;
  return false;
}

const getsid = systemCall(
  "getsid",
  "The session of a process.",
  { pid: int },
  (call, { pid }) => threadOf(call, pid)?.group.session ?? E.ESRCH,
);

const setsid = systemCall("setsid", "Begins a session of its own.", {}, (call) => {
  const { group, tgid } = call.task;
  for (const other of call.kernel.processes()) if (other.group.processGroup === tgid) return E.EPERM;
  group.session = group.processGroup = tgid;
  group.terminal = undefined;
  return tgid;
});

const vhangup = systemCall("vhangup", "Hangs the caller's terminal up.", {}, (call) => {
  if (!call.task.capable(CAP.CAP_SYS_TTY_CONFIG)) return E.EPERM;
  call.task.group.terminal?.hangUp();
  return 0;
});

const setTidAddress = systemCall(
  "set_tid_address",
  "Names the word that is cleared when the thread ends.",
  { tidptr: address },
  (call, { tidptr }) => {
    call.task.clearChildTid = tidptr;
    return call.task.pid;
  },
);

export const PROCESS_ID_CALLS: readonly SystemCall[] = [
  ...[getpid, gettid, getppid, getpgrp, getpgid, setpgid, getsid, setsid, vhangup, setTidAddress],
];
