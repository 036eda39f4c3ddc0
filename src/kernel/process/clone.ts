/**
 * A second thread or process that is the first one once more: what it shares with it is the caller's choice, the rest is
 * copied, memory only when one side writes. The same registers but for RAX.
 * Models kernel_clone and copy_process (Linux kernel/fork.c). Leaves out: namespaces, ptrace.
 */
import { E, failed, type Result } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { PT_REGS } from "../abi/pt-regs.js";
import type { Files } from "../fs/files.js";
import type { Kernel } from "../kernel.js";
import { directMap } from "../layout.js";
import type { AddressSpace } from "../mm/address-space.js";
import { inheritScheduling } from "../sched/attributes.js";
import { tellCreation } from "../sched/tell.js";
import { openProcess } from "./process-file.js";
import { mayHaveThread } from "./process-quota.js";
import { SavedRegisters } from "./saved-registers.js";
import { NO_STACK, type SignalState } from "./signals.js";
import { Task } from "./task.js";
import { ThreadGroup } from "./thread-group.js";

export interface CloneOptions {
  /** CLONE_*, without the signal. */
  readonly flags: bigint;
  /** What the parent is sent at the end; 0 for nothing. */
  readonly exitSignal: number;
  /** The stack pointer of the new thread; 0 keeps the parent's. */
  readonly stack: bigint;
  /** Addresses of the parent's and the child's memory where the new number goes. */
  readonly parentTid: number;
  readonly childTid: number;
  /** CLONE_PIDFD: where the number of the descriptor goes. */
  readonly pidfd: number;
  /** CLONE_SETTLS: the thread pointer. */
  readonly tls: bigint;
  /** The number that it shall have, which is free; the next one by default. */
  readonly number?: number;
}

const has = ({ flags }: Pick<CloneOptions, "flags">, flag: number): boolean => (flags & BigInt(flag)) !== 0n;

const NOT_HERE = Object.values(FLAGS.NAMESPACE_FLAGS).reduce((all, flag) => all | flag, 0);

/** 0, or why these flags do not go together. Source: copy_process. */
export function checkFlags(options: CloneOptions, isAdministrator: boolean): number {
  if (options.flags >> 34n !== 0n) return E.EINVAL;
  if (has(options, FLAGS.CLONE_THREAD) && !has(options, FLAGS.CLONE_SIGHAND)) return E.EINVAL;
  if (has(options, FLAGS.CLONE_SIGHAND) && !has(options, FLAGS.CLONE_VM)) return E.EINVAL;
  if (has(options, FLAGS.CLONE_SIGHAND) && has(options, FLAGS.CLONE_CLEAR_SIGHAND)) return E.EINVAL;
  if (has(options, FLAGS.CLONE_PIDFD) && has(options, FLAGS.CLONE_DETACHED)) return E.EINVAL;
  return checkNamespaces(options, isAdministrator);
}

/** There is one namespace of each kind, and a kernel without others says so to those who might make them. */
export function checkNamespaces(options: Pick<CloneOptions, "flags">, isAdministrator: boolean): number {
  if (!has(options, NOT_HERE)) return 0;
  return isAdministrator || has(options, FLAGS.CLONE_NEWUSER) ? E.EINVAL : E.EPERM;
}

/** The new task, already in the run queue; or ENOMEM or EAGAIN. */
export function clone(
  kernel: Kernel,
  parent: Task,
  registers: SavedRegisters,
  options: CloneOptions,
): Task | number {
  if (kernel.tasks.size >= kernel.maximumTasks || !mayHaveThread(kernel, parent)) return E.EAGAIN;
  if (has(options, FLAGS.CLONE_PARENT) && parent.group.isInit) return E.EINVAL;
  parent.exceedsThreads = false;
  const pidfd = has(options, FLAGS.CLONE_PIDFD) ? announcePidfd(parent, options.pidfd) : 0;
  if (failed(pidfd)) return pidfd;
  const kernelStack = kernel.frames.allocate();
  const space =
    kernelStack === undefined ? undefined : spaceFor(kernel, parent, has(options, FLAGS.CLONE_VM));
  if (kernelStack === undefined || !space) {
    if (kernelStack !== undefined) kernel.frames.release(kernelStack);
    return E.ENOMEM;
  }
  const files = parent.files.fork({
    descriptors: has(options, FLAGS.CLONE_FILES),
    place: has(options, FLAGS.CLONE_FS),
    limits: has(options, FLAGS.CLONE_THREAD),
  });
  const isThread = has(options, FLAGS.CLONE_THREAD);
  const child = newTask(
    kernel,
    kernelStack,
    space,
    files,
    isThread ? parent.group : undefined,
    options.number,
  );
  if (!isThread) joinFamily(parent, child, options);
  child.signals = signalsFor(parent, child, options);
  inherit(kernel, parent, child);
  setUpRegisters(kernel, child, registers, options);
  tellNumbers(parent, child, options);
  if (has(options, FLAGS.CLONE_PIDFD)) openProcess(parent.files, child, isThread);
  child.sequence = has(options, FLAGS.CLONE_VM) ? undefined : parent.sequence;
  kernel.statistics.forks++;
  kernel.chargeWork(kernel.costs.fork);
  kernel.scheduler.enqueue(child.entity, "new", kernel.machine.clock.now);
  tellCreation(kernel, child);
  kernel.observer.forked?.(parent, child);
  return child;
}

/** Tells the caller the number that its descriptor of the child will have. */
function announcePidfd({ files, memory }: Task, at: number): Result<number> {
  const fd = files.lowestFree();
  return failed(fd) || memory.write32(at, fd) ? fd : E.EFAULT;
}

function spaceFor(kernel: Kernel, parent: Task, shared: boolean): AddressSpace | undefined {
  if (shared) {
    parent.space.users++;
    return parent.space;
  }
  const root = kernel.newRoot();
  return root === undefined ? undefined : parent.space.fork(root, parent);
}

/** A task with the next free number, known to the kernel and not yet runnable: of a process of its own unless told otherwise. */
export function newTask(
  kernel: Kernel,
  kernelStack: number,
  space: AddressSpace,
  files: Files,
  group = new ThreadGroup(),
  number = nextNumber(kernel),
): Task {
  const task = new Task(number, group, kernelStack, space, files, kernel);
  group.leader ??= task;
  task.startTime = kernel.machine.clock.now;
  kernel.tasks.set(task.pid, task);
  return task;
}

/** Some may have been chosen by programs. */
function nextNumber(kernel: Kernel): number {
  while (kernel.tasks.has(kernel.nextPid)) kernel.nextPid++;
  return kernel.nextPid++;
}

function joinFamily(parent: Task, child: Task, options: CloneOptions): void {
  const { group } = child;
  const before = parent.group;
  const relative = has(options, FLAGS.CLONE_PARENT) ? before.parent : before.leader;
  group.parent = relative;
  relative?.group.children.add(child);
  group.processGroup = before.processGroup;
  group.session = before.session;
  group.terminal = before.terminal;
  group.oomScoreAdj = before.oomScoreAdj;
  group.oomScoreAdjLeast = before.oomScoreAdjLeast;
  group.exitSignal = has(options, FLAGS.CLONE_PARENT) ? before.exitSignal : options.exitSignal;
}

function signalsFor(parent: Task, child: Task, options: CloneOptions): SignalState {
  if (child.group === parent.group) return parent.signals.shareWithThread();
  const signals = parent.signals.copyForChild();
  if (has(options, FLAGS.CLONE_SIGHAND)) signals.actions = parent.signals.actions;
  if (has(options, FLAGS.CLONE_CLEAR_SIGHAND)) signals.forgetHandlers();
  // A child on the parent's memory must not run handlers on the parent's alternate stack.
  if (has(options, FLAGS.CLONE_VM) && !has(options, FLAGS.CLONE_VFORK))
    signals.alternateStack = { ...NO_STACK };
  return signals;
}

function inherit(kernel: Kernel, parent: Task, child: Task): void {
  child.name = parent.name;
  child.executable = parent.executable;
  child.executableFile = parent.executableFile;
  child.personality = parent.personality;
  child.timerSlack = parent.timerSlack;
  child.ioPriority = parent.ioPriority;
  child.noNewPrivileges = parent.noNewPrivileges;
  inheritScheduling(parent.entity, child.entity);
  child.fsBase = kernel.machine.cpu.evaluator.fsBase;
  child.gsBase = kernel.machine.cpu.system.kernelGsBase;
  child.fpu.save(kernel.machine.cpu.state);
}

function setUpRegisters(kernel: Kernel, child: Task, from: SavedRegisters, options: CloneOptions): void {
  const saved = copyRegisters(kernel, child, from);
  saved.set("rax", 0n);
  if (options.stack !== 0n) saved.set("rsp", options.stack);
  if (has(options, FLAGS.CLONE_SETTLS)) child.fsBase = options.tls;
}

/** A place that cannot be written is no error: the number is returned anyway. */
function tellNumbers(parent: Task, child: Task, options: CloneOptions): void {
  if (has(options, FLAGS.CLONE_PARENT_SETTID)) parent.memory.write32(options.parentTid, child.pid);
  if (has(options, FLAGS.CLONE_CHILD_SETTID)) child.memory.write32(options.childTid, child.pid);
  if (has(options, FLAGS.CLONE_CHILD_CLEARTID)) child.clearChildTid = options.childTid;
}

/** `pt_regs` at the top of the child's kernel stack, from where it will leave the kernel for the first time. */
export function copyRegisters(kernel: Kernel, child: Task, from: SavedRegisters | undefined): SavedRegisters {
  const at = child.kernelStackTop - PT_REGS.size;
  const { memory } = kernel.machine;
  if (from) memory.writeBytes(at, memory.readBytes(from.at, PT_REGS.size));
  child.kernelRsp = directMap(at);
  child.kernelRip = kernel.image.symbols.get("return_by_iret")!;
  return new SavedRegisters(memory, at);
}
