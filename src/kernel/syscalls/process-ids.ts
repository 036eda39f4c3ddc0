/**
 * Numbers of processes, groups and sessions, and giving up the CPU.
 * Models Linux kernel/sys.c, kernel/fork.c (set_tid_address), kernel/sched/core.c (sched_yield).
 */
import { E } from "../abi/errno.js";
import { address, int, type SystemCall, systemCall } from "./definition.js";

const getpid = systemCall("getpid", "The number of the process.", {}, (call) => call.task.pid);
const gettid = systemCall("gettid", "The number of the thread.", {}, (call) => call.task.pid);
const getppid = systemCall(
  "getppid",
  "The number of the parent, 1 when it has ended.",
  {},
  (call) => call.task.parent?.pid ?? 1,
);

const getpgrp = systemCall(
  "getpgrp",
  "The process group of the caller.",
  {},
  (call) => call.task.processGroup,
);
const getpgid = systemCall("getpgid", "The process group of a process.", { pid: int }, (call, { pid }) => {
  const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
  return task ? task.processGroup : E.ESRCH;
});
const setpgid = systemCall(
  "setpgid",
  "Moves a process into a process group.",
  { pid: int, pgid: int },
  (call, { pid, pgid }) => {
    const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
    if (!task || (task !== call.task && task.parent !== call.task)) return E.ESRCH;
    if (pgid < 0) return E.EINVAL;
    task.processGroup = pgid === 0 ? task.pid : pgid;
    return 0;
  },
);
const getsid = systemCall("getsid", "The session of a process.", { pid: int }, (call, { pid }) => {
  const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
  return task ? task.session : E.ESRCH;
});
const setsid = systemCall("setsid", "Begins a session of its own.", {}, (call) => {
  if (call.task.processGroup === call.task.pid) return E.EPERM;
  call.task.session = call.task.processGroup = call.task.pid;
  return call.task.pid;
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

const schedYield = systemCall("sched_yield", "Lets others have the CPU.", {}, (call) => {
  call.kernel.scheduler.yield(call.task.entity, call.now);
  call.kernel.reschedule = "yield";
  return 0;
});

export const PROCESS_ID_CALLS: readonly SystemCall[] = [
  ...[getpid, gettid, getppid, getpgrp, getpgid, setpgid, getsid, setsid, setTidAddress, schedYield],
];
