/**
 * Locks that a thread holds when it ends: each is marked as left by a dead owner, and one who waits for it is woken.
 * The list lies in the program's memory and is believed as little as possible: a bad pointer ends the walk.
 *
 *     struct robust_list_head   0 next   8 offset of the lock word from an entry   16 entry about to be locked
 *
 * Models exit_robust_list and handle_futex_death (Linux kernel/futex/core.c). Locks that the kernel hands
 * on are in `inheriting-locks.ts`.
 */
import { FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS } from "../abi/process-flags.js";
import type { Kernel } from "../kernel.js";
import type { Task } from "./task.js";

/** ROBUST_LIST_LIMIT */
const LONGEST = 2048;

export function releaseRobustLocks(kernel: Kernel, task: Task): void {
  const head = task.robustList;
  task.robustList = 0;
  if (head === 0) return;
  const { memory } = task;
  const pointer = (at: number): number | undefined => {
    const value = memory.read64(at);
    return value === undefined ? undefined : Number(value & ~1n);
  };
  const offset = memory.read64(head + 8);
  const pending = pointer(head + 16);
  if (offset === undefined || pending === undefined) return;
  const distance = Number(BigInt.asIntN(64, offset));
  let entry = pointer(head);
  for (let count = 0; entry !== undefined && entry !== head && count < LONGEST; count++) {
    if (entry !== pending) leaveLock(kernel, task, entry + distance);
    entry = pointer(entry);
  }
  if (pending !== 0) leaveLock(kernel, task, pending + distance);
}

function leaveLock(kernel: Kernel, task: Task, at: number): void {
  const word = task.memory.read32(at);
  if (word === undefined || (word & FUTEX_TID_MASK) !== task.pid) return;
  task.memory.write32(at, ((word & FUTEX_WAITERS) | FUTEX_OWNER_DIED) >>> 0);
  if ((word & FUTEX_WAITERS) !== 0) kernel.futexes.wake(task.space, at, 1);
}
