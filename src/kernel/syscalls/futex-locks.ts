/**
 * The operations of futex by which the kernel hands a lock on. Models Linux kernel/futex/pi.c (futex_lock_pi, futex_unlock_pi).
 * Leaves out: requeueing to such a lock (FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI).
 */
import { E } from "../abi/errno.js";
import { FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS } from "../abi/process-flags.js";
import { Blocked } from "../fs/blocking.js";
import { LockWaiter } from "../process/inheriting-locks.js";
import type { Call, Outcome } from "./definition.js";
import { type FutexArguments, type LimitClock, limitOf, wordAt } from "./futex-arguments.js";

/** FUTEX_LOCK_PI, FUTEX_LOCK_PI2: takes the lock, or waits until it is given. */
export function lock(call: Call, values: FutexArguments, clock: LimitClock): Outcome {
  const until = limitOf(call, values, clock);
  if (until < 0) return until;
  const held = call.progress?.held;
  if (!(held instanceof LockWaiter)) {
    const owner = contend(call, values);
    if (typeof owner === "number") return owner;
    return sleepFor(call.kernel.locks.enter(owner.key, owner.pid, call.task, values.uaddr), until);
  }
  if (held.isOwner) return 0;
  if (call.now < until) return sleepFor(held, until);
  held.release();
  return E.ETIMEDOUT;
}

function sleepFor(waiter: LockWaiter, until: number): Blocked {
  return new Blocked([waiter.queue], { done: 0, held: waiter }, until);
}

/** FUTEX_TRYLOCK_PI */
export function tryLock(call: Call, values: FutexArguments): Outcome {
  const owner = contend(call, values);
  return typeof owner === "number" ? owner : E.EAGAIN;
}

/** Takes a free lock: 0. Of one that is owned, marks that it is waited for, and tells by whom; or an errno. */
function contend(call: Call, values: FutexArguments): number | { key: string; pid: number } {
  const key = wordAt(call, values, values.uaddr);
  if (typeof key === "number") return key;
  const { memory, task, kernel } = call;
  const word = memory.read32(values.uaddr);
  if (word === undefined) return E.EFAULT;
  const pid = word & FUTEX_TID_MASK;
  if (pid === task.pid) return E.EDEADLK;
  const next = pid === 0 ? (word & FUTEX_OWNER_DIED) | task.pid : word | FUTEX_WAITERS;
  if (!memory.write32(values.uaddr, next >>> 0)) return E.EFAULT;
  if (pid === 0) return 0;
  const owner = kernel.tasks.get(pid);
  if (!owner || owner.ending) return E.ESRCH;
  return owner.group.isKernelThread ? E.EPERM : { key, pid };
}

/** FUTEX_UNLOCK_PI: gives the lock to the first who waits, or frees it. */
export function unlock(call: Call, values: FutexArguments): Outcome {
  const word = call.memory.read32(values.uaddr);
  if (word === undefined) return E.EFAULT;
  if ((word & FUTEX_TID_MASK) !== call.task.pid) return E.EPERM;
  const key = wordAt(call, values, values.uaddr);
  if (typeof key === "number") return key;
  if (call.kernel.locks.handOver(key)) return 0;
  return call.memory.write32(values.uaddr, 0) ? 0 : E.EFAULT;
}
