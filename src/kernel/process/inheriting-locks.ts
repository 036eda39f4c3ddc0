/**
 * Locks that the kernel itself hands on, so that it knows whom everybody waits for: FUTEX_LOCK_PI and its kin. The word in memory
 * holds the owner's number; a free one is taken there without a call.
 *
 *     0                        free
 *     tid                      owned
 *     tid | FUTEX_WAITERS      owned, and somebody waits in the kernel, which gives it to the first when the owner lets go or ends
 *
 * Models futex_pi_state and wake_futex_pi (Linux kernel/futex/pi.c). Leaves out: the inheriting. Linux does not let one of its
 * ordinary threads inherit from another one either, and these are the only ones here that wait for locks.
 */
import { FUTEX_OWNER_DIED, FUTEX_WAITERS } from "../abi/process-flags.js";
import { WaitQueue } from "../fs/blocking.js";
import type { Task } from "./task.js";

/** One thread that waits for a lock. */
export class LockWaiter {
  readonly queue: WaitQueue;
  /** The lock is its own now. */
  isOwner = false;

  constructor(
    private readonly locks: InheritingLocks,
    readonly key: string,
    readonly task: Task,
    /** Where the word is in its memory. */
    readonly address: number,
  ) {
    this.queue = new WaitQueue(`the lock at ${key}`);
  }

  /** It waits no longer. */
  release(): void {
    this.locks.leave(this);
  }
}

/** The locks for which somebody waits. */
export class InheritingLocks {
  private readonly contended = new Map<string, { owner: number; waiters: LockWaiter[] }>();

  /** Somebody waits for the lock of `owner`; first come, first served. */
  enter(key: string, owner: number, task: Task, address: number): LockWaiter {
    const waiter = new LockWaiter(this, key, task, address);
    const lock = this.contended.get(key);
    if (lock) lock.waiters.push(waiter);
    else this.contended.set(key, { owner, waiters: [waiter] });
    return waiter;
  }

  leave(waiter: LockWaiter): void {
    const lock = this.contended.get(waiter.key);
    if (!lock) return;
    lock.waiters = lock.waiters.filter((other) => other !== waiter);
    if (lock.waiters.length === 0) this.contended.delete(waiter.key);
  }

  /** Gives the lock to the first who waits for it; false when nobody does. */
  handOver(key: string, bits = 0): boolean {
    const lock = this.contended.get(key);
    const next = lock?.waiters[0];
    if (!lock || !next) return false;
    next.task.memory.write32(next.address, (next.task.pid | FUTEX_WAITERS | bits) >>> 0);
    next.isOwner = true;
    lock.owner = next.task.pid;
    this.leave(next);
    next.queue.wake();
    return true;
  }

  /** A thread has ended: what it owned goes on, marked as left by a dead owner. */
  ownerEnded({ pid }: Task): void {
    for (const [key, { owner }] of [...this.contended])
      if (owner === pid) this.handOver(key, FUTEX_OWNER_DIED);
  }
}
