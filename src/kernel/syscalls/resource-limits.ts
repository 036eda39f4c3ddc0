/** Limits of processes: telling and setting them. What each limits is in `kernel/resource-limits.ts`. Models do_prlimit (Linux kernel/sys.c). */
import { CAP } from "../abi/capabilities.js";
import { E, failed, type Result } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import { RESOURCES, RLIM_INFINITY } from "../abi/process-flags.js";
import { RLIMIT as RLIMIT_STRUCT } from "../abi/structs.js";
import { RLIMIT_I386 } from "../abi/structs-i386.js";
import type { Task } from "../process/task.js";
import { type Limit, MOST_DESCRIPTORS, RESOURCE_COUNT, RLIMIT } from "../resource-limits.js";
import {
  type ArgumentKind,
  address,
  type Call,
  int,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";

const resource: ArgumentKind<number> = {
  ...unsignedInt,
  type: "int",
  format: (value) => formatConstant(RESOURCES, value),
};

/** Tells a task's limit as it was, and sets another. */
function exchange(call: Call, task: Task, which: number, wanted?: Limit): Result<Limit> {
  if (which >= RESOURCE_COUNT) return E.EINVAL;
  const old = task.limits.get(which);
  if (!wanted) return old;
  if (wanted.soft > wanted.hard) return E.EINVAL;
  if (which === RLIMIT.NOFILE && wanted.hard > MOST_DESCRIPTORS) return E.EPERM;
  if (wanted.hard > old.hard && !call.task.capable(CAP.CAP_SYS_RESOURCE)) return E.EPERM;
  task.limits.set(which, wanted);
  return old;
}

/** @param most what a 32-bit program can be told; more is told as `endless` */
function put32(call: Call, at: number, { soft, hard }: Limit, most: bigint, endless: number): number {
  const cut = (value: bigint) => (value > most ? endless : Number(value));
  return call.put(at, RLIMIT_I386, { rlim_cur: cut(soft), rlim_max: cut(hard) });
}

function putLimit(call: Call, at: number, { soft, hard }: Limit): number {
  return call.put(at, RLIMIT_STRUCT, { rlim_cur: soft, rlim_max: hard });
}

/** The limit that a program gives, or undefined for EFAULT. */
function takeLimit(call: Call, at: number, wide: boolean): Limit | undefined {
  if (wide) {
    const given = call.take(at, RLIMIT_STRUCT);
    return given && { soft: given.rlim_cur, hard: given.rlim_max };
  }
  const given = call.take(at, RLIMIT_I386);
  const widened = (value: number) => (value === ENDLESS_32 ? RLIM_INFINITY : BigInt(value));
  return given && { soft: widened(given.rlim_cur), hard: widened(given.rlim_max) };
}

const ENDLESS_32 = 0xffffffff;
/** What the first getrlimit of i386 knew as the largest. */
const OLD_ENDLESS = 0x7fffffff;

function getLimit(name: string, endless: number): SystemCall {
  return systemCall(
    name,
    "Tells a limit of the process.",
    { resource, rlim: address },
    (call, { resource: which, rlim }) => {
      const limit = exchange(call, call.task, which);
      if (failed(limit)) return limit;
      return call.abi === "x86-64"
        ? putLimit(call, rlim, limit)
        : put32(call, rlim, limit, BigInt(endless), endless);
    },
  );
}

const setrlimit = systemCall(
  "setrlimit",
  "Sets a limit of the process.",
  { resource, rlim: address },
  (call, { resource: which, rlim }) => {
    const wanted = takeLimit(call, rlim, call.abi === "x86-64");
    if (!wanted) return E.EFAULT;
    const old = exchange(call, call.task, which, wanted);
    return failed(old) ? old : 0;
  },
);

/** Models check_prlimit_permission: all six identities must agree, unless user 0 asks. */
function mayLimit({ task }: Call, target: Task): boolean {
  if (task === target) return true;
  const own = task.files.credentials;
  const theirs = target.files.credentials;
  const users = [theirs.uid, theirs.euid, theirs.suid].every((id) => id === own.uid);
  const groups = [theirs.gid, theirs.egid, theirs.sgid].every((id) => id === own.gid);
  return own.capable(CAP.CAP_SYS_RESOURCE) || (users && groups);
}

const prlimit64 = systemCall(
  "prlimit64",
  "Tells and sets a limit of a process.",
  { pid: int, resource, new_rlim: address, old_rlim: address },
  (call, { pid, resource: which, new_rlim, old_rlim }) => {
    const wanted = new_rlim === 0 ? undefined : takeLimit(call, new_rlim, true);
    if (new_rlim !== 0 && !wanted) return E.EFAULT;
    const target = pid === 0 ? call.task : call.kernel.tasks.get(pid);
    if (!target) return E.ESRCH;
    if (!mayLimit(call, target)) return E.EPERM;
    const old = exchange(call, target, which, wanted);
    if (failed(old)) return old;
    return old_rlim === 0 ? 0 : putLimit(call, old_rlim, old);
  },
);

export const RESOURCE_LIMIT_CALLS: readonly SystemCall[] = [
  getLimit("getrlimit", OLD_ENDLESS),
  getLimit("ugetrlimit", ENDLESS_32),
  setrlimit,
  prlimit64,
];
