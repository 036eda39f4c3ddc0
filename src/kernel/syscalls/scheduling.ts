/**
 * How a thread is scheduled: nice values, classes, priorities. Models Linux kernel/sched/syscalls.c and kernel/sys.c.
 * Leaves out: SCHED_DEADLINE, utilization clamps.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { TIMESPEC } from "../abi/structs.js";
import type { Task } from "../process/task.js";
import {
  allowsNice,
  attributesOf,
  CLASSES,
  mayChange,
  requeued,
  setAttributes,
} from "../sched/attributes.js";
import { isRealTime, SCHED_FIFO, SCHED_IDLE, SCHED_RR } from "../sched/real-time.js";
import { setNice } from "../sched/weights.js";
import { SECOND } from "./clock-time.js";
import {
  address,
  type Call,
  choice,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";

const policy = choice(CLASSES);
export const WHICH = { PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2 } as const;
const [HIGHEST, LOWEST] = [-20, 19];
const RESET_ON_FORK = 0x40000000;

const clamp = (nice: number): number => Math.max(HIGHEST, Math.min(LOWEST, nice));

/** Whom getpriority and setpriority are about; undefined for EINVAL. */
export function chosen(call: Call, which: number, who: number): Task[] | undefined {
  const { task, kernel } = call;
  const all = [...kernel.tasks.values()].filter((one) => !one.ending);
  switch (which) {
    case WHICH.PRIO_PROCESS:
      return all.filter((one) => one.pid === (who === 0 ? task.pid : who));
    case WHICH.PRIO_PGRP:
      return all.filter((one) => one.group.processGroup === (who === 0 ? task.group.processGroup : who));
    case WHICH.PRIO_USER: {
      const uid = who === 0 ? task.files.credentials.uid : who;
      return all.filter((one) => one.files.credentials.uid === uid);
    }
    default:
      return undefined;
  }
}

function changeNice(call: Call, target: Task, nice: number): number {
  const { task, kernel } = call;
  if (!mayChange(task, target)) return E.EPERM;
  if (nice < target.entity.nice && !task.capable(CAP.CAP_SYS_NICE) && !allowsNice(target, nice))
    return E.EACCES;
  requeued(kernel, target, () => {
    if (target.entity.policy === SCHED_IDLE) target.entity.nice = nice;
    else setNice(target.entity, nice);
  });
  return 0;
}

const getpriority = systemCall(
  "getpriority",
  "Tells the best nice value of some processes, as 20 less it.",
  { which: choice(WHICH), who: int },
  (call, { which, who }) => {
    const found = chosen(call, which, who);
    if (!found) return E.EINVAL;
    return found.length === 0 ? E.ESRCH : 20 - Math.min(...found.map(({ entity }) => entity.nice));
  },
);

const setpriority = systemCall(
  "setpriority",
  "Sets the nice value of some processes.",
  { which: choice(WHICH), who: int, niceval: int },
  (call, { which, who, niceval }) => {
    const found = chosen(call, which, who);
    if (!found) return E.EINVAL;
    if (found.length === 0) return E.ESRCH;
    return found.reduce((worst, one) => changeNice(call, one, clamp(niceval)) || worst, 0);
  },
);

const nice = systemCall(
  "nice",
  "Adds to the caller's nice value.",
  { increment: int },
  (call, { increment }) => {
    const wanted = clamp(call.task.entity.nice + clamp40(increment));
    return changeNice(call, call.task, wanted) === 0 ? 0 : E.EPERM;
  },
);
const clamp40 = (increment: number): number => Math.max(-40, Math.min(40, increment));

function threadOf(call: Call, pid: number): Task | number {
  if (pid < 0) return E.EINVAL;
  return (pid === 0 ? call.task : call.kernel.tasks.get(pid)) ?? E.ESRCH;
}

function takePriority(call: Call, at: number): number {
  if (at === 0) return E.EINVAL;
  const priority = call.memory.read32(at);
  return priority === undefined ? E.EFAULT : priority | 0;
}

/** Sets class and priority; -1 keeps the class. */
function setClass(call: Call, pid: number, wanted: number, at: number): Outcome {
  if (wanted < -1 || pid < 0) return E.EINVAL;
  const priority = takePriority(call, at);
  if (priority === E.EFAULT) return E.EFAULT;
  const target = threadOf(call, pid);
  if (typeof target === "number") return target;
  const has = attributesOf(target);
  const chosenClass =
    wanted === -1 ? {} : { policy: wanted & ~RESET_ON_FORK, resetsOnFork: (wanted & RESET_ON_FORK) !== 0 };
  return setAttributes(call.kernel, call.task, target, { ...has, ...chosenClass, priority });
}

const setscheduler = systemCall(
  "sched_setscheduler",
  "Sets the class and priority of a thread.",
  { pid: int, policy, param: address },
  (call, values) => (values.policy < 0 ? E.EINVAL : setClass(call, values.pid, values.policy, values.param)),
  "SCHED_DEADLINE",
);
const setparam = systemCall(
  "sched_setparam",
  "Sets the priority of a thread.",
  { pid: int, param: address },
  (call, { pid, param }) => setClass(call, pid, -1, param),
);
const getscheduler = systemCall(
  "sched_getscheduler",
  "Tells the class of a thread.",
  { pid: int },
  (call, { pid }) => {
    const target = threadOf(call, pid);
    if (typeof target === "number") return target;
    return target.entity.policy | (target.entity.resetsOnFork ? RESET_ON_FORK : 0);
  },
);
const getparam = systemCall(
  "sched_getparam",
  "Tells the priority of a thread.",
  { pid: int, param: address },
  (call, { pid, param }) => {
    const target = param === 0 ? E.EINVAL : threadOf(call, pid);
    if (typeof target === "number") return target;
    return call.memory.write32(param, target.entity.priority) ? 0 : E.EFAULT;
  },
);

const limit = (name: string, says: string, realTime: number): SystemCall =>
  systemCall(name, says, { policy }, (_call, values) => {
    if (values.policy === SCHED_FIFO || values.policy === SCHED_RR) return realTime;
    // SCHED_DEADLINE and SCHED_EXT have one priority, although nobody can have it here.
    const known = Object.values<number>(CLASSES).includes(values.policy) || [6, 7].includes(values.policy);
    return known ? 0 : E.EINVAL;
  });

const interval = systemCall(
  "sched_rr_get_interval",
  "Tells how long a turn of a thread is.",
  { pid: int, tp: address },
  (call, { pid, tp }) => {
    const target = threadOf(call, pid);
    if (typeof target === "number") return target;
    const nanoseconds =
      target.entity.policy === SCHED_RR ? SECOND / 10n : isRealTime(target.entity) ? 0n : 4_000_000n;
    return call.put(tp, TIMESPEC, { tv_sec: 0n, tv_nsec: nanoseconds });
  },
);

/** The only CPU. */
const CPUS = 1n;

const getaffinity = systemCall(
  "sched_getaffinity",
  "The CPUs that the thread may use: the only one.",
  { pid: int, cpusetsize: unsignedInt, mask: address },
  (call, { pid, cpusetsize, mask }) => {
    if (cpusetsize < 8 || cpusetsize % 8 !== 0) return E.EINVAL;
    const target = threadOf(call, pid);
    if (typeof target === "number") return pid < 0 ? E.ESRCH : target;
    return call.memory.write64(mask, CPUS) ? 8 : E.EFAULT;
  },
);
const setaffinity = systemCall(
  "sched_setaffinity",
  "Accepts a set of CPUs that has the only one in it.",
  { pid: int, cpusetsize: unsignedInt, mask: address },
  (call, { pid, cpusetsize, mask }) => {
    const bytes = call.memory.read(mask, Math.min(8, cpusetsize));
    if (!bytes) return E.EFAULT;
    const target = threadOf(call, pid);
    if (typeof target === "number") return pid < 0 ? E.ESRCH : target;
    if (!mayChange(call.task, target)) return E.EPERM;
    return ((bytes[0] ?? 0) & 1) !== 0 ? 0 : E.EINVAL;
  },
);

const schedYield = systemCall("sched_yield", "Lets others have the CPU.", {}, (call) => {
  call.kernel.scheduler.yield(call.task.entity, call.now);
  call.kernel.reschedule = "yield";
  return 0;
});

const getcpu = systemCall(
  "getcpu",
  "Tells on which CPU the caller runs: the only one.",
  { cpu: address, node: address, tcache: unsignedInt },
  (call, { cpu, node }) => ([cpu, node].every((at) => at === 0 || call.memory.write32(at, 0)) ? 0 : E.EFAULT),
);

export const SCHEDULING_CALLS: readonly SystemCall[] = [
  ...[getpriority, setpriority, nice, setscheduler, setparam, getscheduler, getparam],
  limit("sched_get_priority_max", "The highest priority of a class.", 99),
  limit("sched_get_priority_min", "The lowest priority of a class.", 1),
  ...[interval, getaffinity, setaffinity, schedYield, getcpu],
];
