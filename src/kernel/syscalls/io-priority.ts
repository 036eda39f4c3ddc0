/**
 * Whose reads and writes of disks shall come first. Nobody waits for another's here, so it is remembered and told, without effect.
 * Models Linux block/ioprio.c.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import type { Task } from "../process/task.js";
import { SCHED_FIFO, SCHED_IDLE, SCHED_RR } from "../sched/real-time.js";
import { type ArgumentKind, choice, int, type SystemCall, systemCall } from "./definition.js";
import { chosen, WHICH as PRIORITY_OF } from "./scheduling.js";

const WHICH = { IOPRIO_WHO_PROCESS: 1, IOPRIO_WHO_PGRP: 2, IOPRIO_WHO_USER: 3 } as const;
/** The class is above these bits; below are the level and hints to the disk. */
const CLASS_SHIFT = 13;
const CLASSES = {
  IOPRIO_CLASS_NONE: 0,
  IOPRIO_CLASS_RT: 1,
  IOPRIO_CLASS_BE: 2,
  IOPRIO_CLASS_IDLE: 3,
} as const;
const { IOPRIO_CLASS_NONE, IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE } = CLASSES;
const LEVEL = 7;

const classOf = (priority: number): number => (priority >> CLASS_SHIFT) & 7;

const priority: ArgumentKind<number> = {
  ...int,
  format(value) {
    const name = Object.entries(CLASSES).find(([, number]) => number === classOf(value))?.[0];
    return name
      ? `IOPRIO_PRIO_VALUE(${name}, ${value & ((1 << CLASS_SHIFT) - 1)})`
      : `0x${value.toString(16)}`;
  },
};

/** Those that are meant; undefined for EINVAL. The numbers of kinds are by one higher than getpriority's. */
const meant = (call: Parameters<typeof chosen>[0], which: number, who: number) =>
  chosen(call, which - WHICH.IOPRIO_WHO_PROCESS + PRIORITY_OF.PRIO_PROCESS, who);

/** Without one of its own it follows from the policy and nice. */
function effective({ ioPriority, entity }: Task): number {
  if (classOf(ioPriority) !== IOPRIO_CLASS_NONE) return ioPriority;
  const isRealTime = entity.policy === SCHED_FIFO || entity.policy === SCHED_RR;
  const own =
    entity.policy === SCHED_IDLE ? IOPRIO_CLASS_IDLE : isRealTime ? IOPRIO_CLASS_RT : IOPRIO_CLASS_BE;
  return (own << CLASS_SHIFT) | Math.floor((entity.nice + 20) / 5);
}

const ioprioGet = systemCall(
  "ioprio_get",
  "Tells whose reads and writes come first.",
  { which: choice(WHICH), who: int },
  (call, { which, who }) => {
    const tasks = meant(call, which, who);
    if (!tasks) return E.EINVAL;
    if (tasks.length === 0) return E.ESRCH;
    return which === WHICH.IOPRIO_WHO_PROCESS ? tasks[0]!.ioPriority : Math.min(...tasks.map(effective));
  },
);

/** 0, or why nobody, or not the caller, may have this priority. */
function check(task: Task, value: number): number {
  const level = value & LEVEL;
  switch (classOf(value)) {
    case IOPRIO_CLASS_RT:
      return task.capable(CAP.CAP_SYS_ADMIN) || task.capable(CAP.CAP_SYS_NICE) ? 0 : E.EPERM;
    case IOPRIO_CLASS_BE:
    case IOPRIO_CLASS_IDLE:
      return 0;
    case IOPRIO_CLASS_NONE:
      return level === 0 ? 0 : E.EINVAL;
    default:
      return E.EINVAL;
  }
}

function mayChange({ files }: Task, target: Task): boolean {
  const { uid, euid } = files.credentials;
  const theirs = target.files.credentials.uid;
  return theirs === euid || theirs === uid || files.credentials.capable(CAP.CAP_SYS_NICE);
}

const ioprioSet = systemCall(
  "ioprio_set",
  "Says whose reads and writes shall come first.",
  { which: choice(WHICH), who: int, ioprio: priority },
  (call, { which, who, ioprio }) => {
    const error = check(call.task, ioprio);
    if (error !== 0) return error;
    const tasks = meant(call, which, who);
    if (!tasks) return E.EINVAL;
    if (tasks.length === 0) return E.ESRCH;
    for (const target of tasks) {
      if (!mayChange(call.task, target)) return E.EPERM;
      target.ioPriority = ioprio & 0xffff;
    }
    return 0;
  },
  "an effect: disks are read and written at once",
);

export const IO_PRIORITY_CALLS: readonly SystemCall[] = [ioprioGet, ioprioSet];
