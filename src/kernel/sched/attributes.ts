/**
 * How a thread is to be scheduled, and whether somebody may have it so: class, priority, nice value, requested slice.
 * Models __sched_setscheduler and user_check_sched_setscheduler (Linux kernel/sched/syscalls.c).
 * Leaves out: SCHED_DEADLINE, utilization clamps.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import type { Kernel } from "../kernel.js";
import type { Task } from "../process/task.js";
import { RLIMIT } from "../resource-limits.js";
import type { SchedEntity } from "./policy.js";
import { isRealTime, SCHED_BATCH, SCHED_FIFO, SCHED_IDLE, SCHED_OTHER, SCHED_RR } from "./real-time.js";
import { tellTask } from "./tell.js";
import { IDLE_WEIGHT, setNice } from "./weights.js";

/** The classes that there are, by the names of sched.h. */
export const CLASSES = { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE } as const;

export interface Attributes {
  readonly policy: number;
  readonly priority: number;
  readonly nice: number;
  /** Clock time of the slice that it asks EEVDF for; 0 for the policy's own. */
  readonly request: number;
  readonly resetsOnFork: boolean;
}

/** What a thread has now. */
export function attributesOf({ entity }: Task): Attributes {
  const { policy, priority, nice, request, resetsOnFork } = entity;
  return { policy, priority, nice, request, resetsOnFork };
}

/** What a child begins with. Models sched_fork (Linux kernel/sched/core.c). */
export function inheritScheduling(parent: SchedEntity, child: SchedEntity): void {
  const { policy, priority, nice, weight, request, vruntime } = parent;
  Object.assign(child, { policy, priority, nice, weight, request, vruntime });
  if (!parent.resetsOnFork) return;
  child.request = 0;
  const wasRealTime = isRealTime(parent);
  if (wasRealTime) Object.assign(child, { policy: SCHED_OTHER, priority: 0 });
  if (wasRealTime || nice < 0) setNice(child, 0);
}

/** 0; or EINVAL for a class that does not exist or a priority that it does not have, EPERM. */
export function checkAttributes(caller: Task, target: Task, wanted: Attributes): number {
  const { policy, priority } = wanted;
  if (!Object.values<number>(CLASSES).includes(policy)) return E.EINVAL;
  if (priority < 0 || priority > 99 || isRealTime(wanted) !== (priority !== 0)) return E.EINVAL;
  return caller.capable(CAP.CAP_SYS_NICE) || mayHave(caller, target, wanted) ? 0 : E.EPERM;
}

/** Gives a thread its attributes, when it may have them; or why not. */
export function setAttributes(kernel: Kernel, caller: Task, target: Task, wanted: Attributes): number {
  const wrong = checkAttributes(caller, target, wanted);
  if (wrong) return wrong;
  requeued(kernel, target, () => {
    const { entity } = target;
    Object.assign(entity, wanted, { slice: 0 });
    setNice(entity, wanted.nice);
    if (wanted.policy === SCHED_IDLE) entity.weight = IDLE_WEIGHT;
  });
  return 0;
}

/** Whether somebody without privileges may give a thread these attributes. */
function mayHave(caller: Task, target: Task, wanted: Attributes): boolean {
  const { entity } = target;
  if (isRealTime(wanted)) {
    if (!mayBeRealTime(target, wanted)) return false;
  } else if (wanted.nice < entity.nice && !allowsNice(target, wanted.nice)) return false;
  if (entity.policy === SCHED_IDLE && wanted.policy !== SCHED_IDLE && !allowsNice(target, entity.nice))
    return false;
  return mayChange(caller, target) && (!entity.resetsOnFork || wanted.resetsOnFork);
}

/** Whether RLIMIT_RTPRIO lets anybody give a thread this class and priority. */
function mayBeRealTime({ entity, limits }: Task, { policy, priority }: Attributes): boolean {
  const most = limits.soft(RLIMIT.RTPRIO);
  if (policy !== entity.policy && most === 0) return false;
  return priority <= entity.priority || priority <= most;
}

/** RLIMIT_NICE counts from 1 for nice 19 to 40 for nice −20. */
export function allowsNice({ limits }: Task, nice: number): boolean {
  return 20 - nice <= limits.soft(RLIMIT.NICE);
}

/** Whether the caller may change how a thread is scheduled. */
export function mayChange({ files }: Task, target: Task): boolean {
  const { euid } = files.credentials;
  const theirs = target.files.credentials;
  return files.credentials.capable(CAP.CAP_SYS_NICE) || euid === theirs.euid || euid === theirs.uid;
}

/** Changes what the queue is ordered by: the thread leaves it and comes back. */
export function requeued(kernel: Kernel, target: Task, change: () => void): void {
  const { scheduler, machine } = kernel;
  const { entity } = target;
  const { now } = machine.clock;
  const waits = entity.queued;
  const wasRealTime = isRealTime(entity);
  const runs = target === kernel.current;
  if (runs) scheduler.account(entity, now);
  if (waits || runs) scheduler.remove(entity);
  change();
  // Time as a real-time task was not counted: it finds its place anew, as who has slept.
  const arrives = wasRealTime && !isRealTime(entity);
  if (waits || arrives) scheduler.enqueue(entity, arrives ? "woken" : "put", now);
  if (!waits && arrives) scheduler.remove(entity);
  const { nice, weight } = entity;
  tellTask(kernel, target, { kind: "reweighted", nice, weight });
  kernel.reschedule ??= "yield";
}
