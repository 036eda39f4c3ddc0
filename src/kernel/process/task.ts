/**
 * A thread: one flow of execution, with its place in memory, its files and its process. A process of one thread is one task.
 * Models `struct task_struct` (Linux include/linux/sched.h).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { Progress, Sleeper, WaitQueue } from "../fs/blocking.js";
import type { Dentry } from "../fs/dentry.js";
import type { Files } from "../fs/files.js";
import { FaultCounts, type MemoryUser } from "../mm/accounts.js";
import type { AddressSpace } from "../mm/address-space.js";
import { UserMemory } from "../mm/user-memory.js";
import type { ResourceLimits } from "../resource-limits.js";
import { KernelWork } from "../sched/kernel-work.js";
import { SchedEntity } from "../sched/policy.js";
import { SleepTimer } from "../time/sleep-timer.js";
import type { TimerQueue } from "../time/timer-queue.js";
import { FpuContext } from "./fpu-context.js";
import type { RegisteredSequence } from "./rseq.js";
import { SignalState } from "./signals.js";
import type { CpuTime, ThreadGroup } from "./thread-group.js";

/** Running includes waiting for the CPU. A zombie has ended, and its parent has not asked yet. */
export type TaskState = "runnable" | "sleeping" | "stopped" | "zombie" | "dead";

/** How a process ended: by `exit`, or by a signal (no memory image is ever written, as with RLIMIT_CORE 0). */
export type Ending = { kind: "exited"; status: number } | { kind: "killed"; signal: number };

/** Why a process was killed by a fault, for a human. */
export interface FaultReport {
  signal: string;
  /** Address of the instruction, and what was wrong. */
  rip: bigint;
  reason: string;
}

/** Where a task that goes on announces itself, and where the ends of sleeps are kept: the kernel. */
export interface WakeUps {
  /** Tasks that were woken and must be put into the run queue. */
  readonly woken: Task[];
  readonly timers: TimerQueue;
}

export class Task implements Sleeper, MemoryUser {
  state: TaskState = "runnable";
  /** Where the task continues when it gets the CPU: on its kernel stack, in a stub. */
  kernelRsp = 0n;
  kernelRip = 0n;
  fsBase = 0n;
  gsBase = 0n;
  readonly fpu = new FpuContext();
  signals = new SignalState();
  /** How often it gave the CPU up because it waited, and how often it was taken away. */
  readonly switches = { voluntary: 0, involuntary: 0 };
  /** Clock time at which it began. */
  startTime = 0;
  /** Page faults that it has met. */
  readonly faults = new FaultCounts();
  /** Clock time that the kernel has spent for it. */
  systemTime = 0;
  /** The queues it sleeps on; the system call is run again when it wakes. */
  waitingOn: readonly WaitQueue[] = [];
  /** Ends a sleep at its time. */
  private readonly alarm: SleepTimer;
  /** The system call under way, to be run again after waking, with what it has done so far. */
  call: CallInProgress | undefined;
  /** What the kernel still has to do for it before it returns to its program. */
  readonly work = new KernelWork();
  /** What the scheduler knows of it. */
  readonly entity: SchedEntity;
  /** How it ended; of a process's leader, how the process did. */
  ending: Ending | undefined;
  faultReport: FaultReport | undefined;
  /** The last exception that became a signal, as signal frames tell it. */
  readonly lastTrap = { vector: 0, errorCode: 0, cr2: 0n };
  /** Name of the program: at most 15 characters. */
  name = "";
  /** Path of the program file. */
  executable = "";
  /** The program file itself, for /proc/self/exe: it may have lost its name. */
  executableFile: Dentry | undefined;
  /** How programs are run: PER_* and flags such as ADDR_NO_RANDOMIZE. */
  personality = 0;
  /** PR_SET_NO_NEW_PRIVS: set-user-ID bits have no effect, for it and its children. */
  noNewPrivileges = false;
  /** It became a user who has more threads than RLIMIT_NPROC allows: execve will refuse. */
  exceedsThreads = false;
  /** Ticks that it has had the CPU in a real-time class since it slept: RLIMIT_RTTIME. */
  realTimeTicks = 0;
  /** PR_SET_PDEATHSIG: what it is sent when its parent ends. */
  parentDeathSignal = 0;
  /** PR_SET_KEEPCAPS and PR_SET_TIMERSLACK: kept for who asks. */
  timerSlack = 50_000;
  /** ioprio_set: class and level; 0 for what follows from nice. */
  ioPriority = 0;
  /** set_tid_address: cleared when the task ends, with a wake of who waits there. */
  clearChildTid = 0;
  /** set_robust_list: locks that it holds. */
  robustList = 0;
  /** rseq: where it says in which stretch of code it is. */
  sequence: RegisteredSequence | undefined;
  /** It has lost the CPU since it was in user mode. */
  lostCpu = false;
  /** For vfork: the parent that sleeps until this task has called execve or ended. */
  vforkDone: WaitQueue | undefined;

  private memoryOfSpace: UserMemory | undefined;

  constructor(
    /** The thread's own number; the process has that of its leader. */
    public pid: number,
    /** The process that it belongs to. */
    readonly group: ThreadGroup,
    /** Frame of the kernel stack. */
    readonly kernelStack: number,
    public space: AddressSpace,
    public files: Files,
    private readonly wakeUps: WakeUps,
  ) {
    this.alarm = new SleepTimer(wakeUps.timers, this);
    this.entity = new SchedEntity(pid);
    group.threads.add(this);
  }

  /** The number of the process. */
  get tgid(): number {
    return this.group.leader.pid;
  }

  get isLeader(): boolean {
    return this.group.leader === this;
  }

  get cpuTime(): CpuTime {
    return { user: Math.max(0, this.entity.ran - this.systemTime), system: this.systemTime };
  }

  /** Falls asleep until one of the queues is woken, or the clock reaches `until`. */
  sleepOn(queues: readonly WaitQueue[], until: number): void {
    this.state = "sleeping";
    this.waitingOn = queues;
    for (const queue of queues) queue.add(this);
    this.alarm.start(until);
  }

  wake(): void {
    if (this.state === "sleeping") this.resume();
  }

  /** Goes on, from sleep or from a stop. A call under way is made again. */
  resume(): void {
    this.leaveQueues();
    this.realTimeTicks = 0;
    this.state = "runnable";
    this.wakeUps.woken.push(this);
  }

  /** Waits for nothing any more. */
  leaveQueues(): void {
    for (const queue of this.waitingOn) queue.remove(this);
    this.waitingOn = [];
    this.alarm.stop();
  }

  /** Physical address behind the kernel stack, where an entry from ring 3 begins to push. */
  get kernelStackTop(): number {
    return (this.kernelStack + 1) * PAGE_SIZE;
  }

  /** The program's memory as system calls see it. */
  get memory(): UserMemory {
    if (this.memoryOfSpace?.space !== this.space) this.memoryOfSpace = new UserMemory(this.space, this);
    return this.memoryOfSpace;
  }

  /** Whether it has a right of user 0. */
  capable(capability: number): boolean {
    return this.files.credentials.capable(capability);
  }

  /** What the process may use at most. */
  get limits(): ResourceLimits {
    return this.files.limits;
  }

  /** Status as wait4 stores it. Source: Linux include/uapi/linux/wait.h. */
  get waitStatus(): number {
    if (!this.ending) return 0;
    if (this.ending.kind === "exited") return (this.ending.status & 0xff) << 8;
    return this.ending.signal;
  }
}

/** A system call under way. `progress` is what its handler had done when it went to sleep. */
export interface CallInProgress {
  abi: "x86-64" | "i386";
  number: number;
  /** Entered at this clock time. */
  started: number;
  progress: Progress | undefined;
}
