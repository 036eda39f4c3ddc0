/**
 * A process: what all its threads have in common besides memory and files, which their tasks share.
 * Models `struct signal_struct` (Linux include/linux/sched/signal.h).
 */
import { SIGNAL } from "../abi/signals.js";
import { WaitQueue } from "../fs/blocking.js";
import type { Terminal } from "../fs/terminal.js";
import { FaultCounts } from "../mm/accounts.js";
import type { IntervalTimers } from "../time/interval-timers.js";
import type { PosixTimer } from "../time/posix-timer.js";
import type { Ending, Task } from "./task.js";

/** Clock time spent: in the program, and in the kernel for it. */
export interface CpuTime {
  user: number;
  system: number;
}

/** What threads have used together. */
export class Usage implements CpuTime {
  user = 0;
  system = 0;
  readonly faults = new FaultCounts();
  /** How often they gave the CPU up because they waited, and how often it was taken away. */
  voluntary = 0;
  involuntary = 0;
  /** The most pages that any one of them had in memory. */
  mostResident = 0;

  add(other: Usage): void {
    this.user += other.user;
    this.system += other.system;
    this.faults.add(other.faults);
    this.voluntary += other.voluntary;
    this.involuntary += other.involuntary;
    this.mostResident = Math.max(this.mostResident, other.mostResident);
  }

  addThread({ cpuTime, faults, switches }: Task): void {
    this.user += cpuTime.user;
    this.system += cpuTime.system;
    this.faults.add(faults);
    this.voluntary += switches.voluntary;
    this.involuntary += switches.involuntary;
  }
}

export class ThreadGroup {
  /** Threads that have not ended. The leader, whose number is the process's, may be gone from here before the others. */
  readonly threads = new Set<Task>();
  leader!: Task;
  parent: Task | undefined;
  /** Leaders of child processes. */
  readonly children = new Set<Task>();
  /** Woken when a child ends, stops or goes on. */
  readonly childEnded = new WaitQueue("the end of a child");
  /** Woken when a signal has come, blocked or not; when it has ended, and when nothing is left of it. */
  readonly signalArrived = new WaitQueue("a signal");
  readonly exited = new WaitQueue("the end of the process");
  processGroup = 1;
  session = 1;
  /** What /dev/tty means to it. */
  terminal: Terminal | undefined;
  /** Of a session's leader that was hung up: the process group that had been in front. */
  lastForeground = 0;
  /** Process 1: signals that it has no handler for do not touch it (SIGNAL_UNKILLABLE). */
  isInit = false;
  /** One of the kernel's own, without memory of a program (PF_KTHREAD). */
  isKernelThread = false;
  /** Somebody outside the machine looks after it as a shell does after its jobs. */
  isStartedFromOutside = false;
  /** How all of it ends, once that is decided. */
  ending: Ending | undefined;
  /** What the parent is sent at the end; 0 for nothing. */
  exitSignal: number = SIGNAL.SIGCHLD;
  /** The signal that stopped it, as long as it is stopped. */
  stoppedBy: number | undefined;
  /** What the parent has not been told yet. */
  news: "stopped" | "continued" | undefined;
  /** PR_SET_CHILD_SUBREAPER: takes over descendants whose parents end. */
  isSubreaper = false;
  /** PR_SET_DUMPABLE: kept for who asks. */
  isDumpable = true;
  /** It has called execve: the parent may no longer move it to another process group. */
  hasExecuted = false;
  /** What threads that have ended have used, and children that were waited for. */
  readonly ended = new Usage();
  readonly ofChildren = new Usage();
  /** /proc/PID/oom_score_adj: how gladly the kernel kills it when memory is short, and how low it may set that itself. */
  oomScoreAdj = 0;
  oomScoreAdjLeast = 0;
  /** setitimer's timers, once they were used; timers of timer_create by number. */
  intervalTimers: IntervalTimers | undefined;
  readonly posixTimers = new Map<number, PosixTimer>();

  /** A thread to which the process's affairs can be attributed: the leader, while it lives. */
  get representative(): Task {
    if (this.threads.has(this.leader)) return this.leader;
    return [...this.threads][0] ?? this.leader;
  }

  /** All clock time that it has used. */
  get cpuTime(): CpuTime {
    return this.used;
  }

  /** All that it has used. */
  get used(): Usage {
    const sum = new Usage();
    sum.add(this.ended);
    for (const thread of this.threads) {
      sum.addThread(thread);
      sum.mostResident = Math.max(sum.mostResident, thread.space.resident.peak);
    }
    return sum;
  }
}
