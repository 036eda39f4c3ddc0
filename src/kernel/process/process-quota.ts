/**
 * RLIMIT_NPROC: how many threads a user may have, those of all his processes together; zombies count until somebody asks for
 * them. User 0 may have as many as there can be.
 * Models is_rlimit_overlimit, copy_process and flag_nproc_exceeded (Linux kernel/ucount.c, kernel/fork.c, kernel/sys.c):
 * changing the user never fails for this, but execve does afterwards.
 */
import { CAP } from "../abi/capabilities.js";
import type { Kernel } from "../kernel.js";
import { type ResourceLimits, RLIMIT } from "../resource-limits.js";
import type { Task } from "./task.js";

function threadsOf(kernel: Kernel, uid: number): number {
  let count = 0;
  for (const { files } of kernel.tasks.values()) if (files.credentials.uid === uid) count++;
  return count;
}

/** Whether a user has more threads than these limits allow. */
export function isOverThreads(kernel: Kernel, uid: number, limits: ResourceLimits): boolean {
  const limit = limits.soft(RLIMIT.NPROC);
  return limit < kernel.maximumTasks && threadsOf(kernel, uid) > limit;
}

/** Whether a task may have one thread or process more. */
export function mayHaveThread(kernel: Kernel, { files, limits }: Task): boolean {
  const { credentials } = files;
  const { uid } = credentials;
  const isBeyond = [CAP.CAP_SYS_RESOURCE, CAP.CAP_SYS_ADMIN].some((one) => credentials.capable(one));
  if (uid === 0 || isBeyond) return true;
  return threadsOf(kernel, uid) < limits.soft(RLIMIT.NPROC);
}
