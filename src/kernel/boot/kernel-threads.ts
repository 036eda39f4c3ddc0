/** Which threads the kernel has of its own, in the order in which kthreadd makes them. */
import type { Kernel } from "../kernel.js";
import { Kswapd } from "../mm/reclaim/kswapd.js";
import { KernelThreads } from "../process/kernel-threads.js";
import { KernelWorkQueue } from "../process/work-queue.js";

export function startKernelThreads(kernel: Kernel): void {
  const threads = new KernelThreads(kernel);
  const workQueue = new KernelWorkQueue();
  threads.create("kworker/u2:0", workQueue);
  threads.create("kswapd0", new Kswapd(kernel));
  Object.assign(kernel, { threads, workQueue });
}
