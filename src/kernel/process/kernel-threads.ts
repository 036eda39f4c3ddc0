/**
 * Threads of the kernel's own: tasks that have no memory of a program. They run on whatever page tables are loaded, so that
 * switching to one and back writes no CR3 (lazy TLB). What such a thread does is a function here; its flow of control is a
 * loop of the stubs on a kernel stack of its own that asks for the next piece by VMCALL, and lets interrupts in before it.
 * All are made by one of them, kthreadd, whose number is the first that a kernel gives.
 * Models kthreadd, kthread_create and struct kthread (Linux kernel/kthread.c). Leaves out: stopping one, CPUs to be bound to.
 */
import { PT_REGS } from "../abi/pt-regs.js";
import { LAST_SIGNAL, SIG_IGN } from "../abi/signals.js";
import { Blocked, WaitQueue } from "../fs/blocking.js";
import { Files } from "../fs/files.js";
import type { Kernel } from "../kernel.js";
import { directMap } from "../layout.js";
import { AddressSpace } from "../mm/address-space.js";
import { ResourceLimits } from "../resource-limits.js";
import { tellCreation } from "../sched/tell.js";
import { newTask } from "./clone.js";
import type { Task } from "./task.js";

/** What a thread does. All of its state is in its fields, where moments of the kernel find it. */
export interface KernelThreadBody {
  /** Does the next piece of the work, and charges its time; or says what it waits for when there is none. */
  step(kernel: Kernel): Blocked | undefined;
}

interface Wanted {
  readonly name: string;
  readonly body: KernelThreadBody;
}

/** The kernel's threads, and what kthreadd does. */
export class KernelThreads implements KernelThreadBody {
  private readonly bodies = new Map<Task, KernelThreadBody>();
  private readonly wanted: Wanted[] = [];
  private readonly asked = new WaitQueue("a thread that is wanted");
  private daemon: Task | undefined;
  /** What stands in place of a program's memory: nothing (init_mm). */
  private space: AddressSpace | undefined;

  constructor(kernel: Kernel) {
    this.daemon = this.make(kernel, { name: "kthreadd", body: this });
  }

  /** Asks kthreadd for a thread. */
  create(name: string, body: KernelThreadBody): void {
    this.wanted.push({ name, body });
    this.asked.wake();
  }

  /** Of kthreadd: the next thread that is wanted. */
  step(kernel: Kernel): Blocked | undefined {
    const next = this.wanted.shift();
    if (!next) return new Blocked([this.asked]);
    kernel.charge(kernel.costs.fork);
    this.make(kernel, next);
    return undefined;
  }

  /** VMCALL from the loop of a thread: its next piece. */
  run(kernel: Kernel, task: Task): void {
    const blocked = this.bodies.get(task)?.step(kernel);
    if (blocked) task.sleepOn(blocked.queues, blocked.until);
  }

  private make(kernel: Kernel, { name, body }: Wanted): Task {
    const stack = kernel.frames.allocate();
    if (stack === undefined) throw new Error(`there is no memory for the kernel's thread ${name}`);
    this.space ??= new AddressSpace(
      kernel.machine.memory,
      kernel.frames,
      kernel.image.root,
      kernel.systemMemory,
    );
    const limits = ResourceLimits.initial(kernel.maximumTasks);
    const files = new Files(kernel.files, undefined, undefined, undefined, limits);
    const task = newTask(kernel, stack, this.space, files);
    this.join(task);
    task.name = name;
    task.kernelRsp = directMap(task.kernelStackTop - PT_REGS.size);
    task.kernelRip = kernel.image.symbols.get("kernel_thread")!;
    this.bodies.set(task, body);
    kernel.scheduler.enqueue(task.entity, "new", kernel.machine.clock.now);
    tellCreation(kernel, task);
    return task;
  }

  /** No session, no process group, and no ear for signals. */
  private join({ group, signals }: Task): void {
    group.isKernelThread = true;
    group.processGroup = group.session = 0;
    group.parent = this.daemon;
    this.daemon?.group.children.add(group.leader);
    for (let signal = 1; signal <= LAST_SIGNAL; signal++)
      signals.actions.set(signal, { handler: SIG_IGN, flags: 0n, restorer: 0n, mask: 0n });
  }
}
