/**
 * Work that is not done where it comes up, but by a thread of the kernel's: a queue, and the thread that empties it.
 * Models queue_work and worker_thread (Linux kernel/workqueue.c). Leaves out: several workers, priorities, delayed work.
 */
import { Blocked, WaitQueue } from "../fs/blocking.js";
import type { Kernel } from "../kernel.js";
import type { KernelThreadBody } from "./kernel-threads.js";

/** Something to be done, which charges the time that it takes. */
export interface KernelWorkItem {
  carryOut(kernel: Kernel): void;
}

export class KernelWorkQueue implements KernelThreadBody {
  private readonly waiting: KernelWorkItem[] = [];
  private readonly filled = new WaitQueue("work");

  add(item: KernelWorkItem): void {
    this.waiting.push(item);
    this.filled.wake();
  }

  step(kernel: Kernel): Blocked | undefined {
    const item = this.waiting.shift();
    if (!item) return new Blocked([this.filled]);
    item.carryOut(kernel);
    return undefined;
  }
}
