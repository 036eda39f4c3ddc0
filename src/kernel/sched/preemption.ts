/**
 * Kernel preemption: whether a task can lose the CPU while the kernel works for it. Models the choices of PREEMPT_DYNAMIC
 * (Linux kernel/Kconfig.preempt). Leaves out: lazy preemption and PREEMPT_RT.
 *
 * "none": at the return to the program only. "voluntary": also where long work looks up (`cond_resched`). "full": wherever an
 * interrupt finds the kernel with interrupts enabled.
 */
export const KERNEL_PREEMPTIONS = ["none", "voluntary", "full"] as const;
export type KernelPreemption = (typeof KERNEL_PREEMPTIONS)[number];
