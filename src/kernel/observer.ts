/** What happens in the kernel, for those who watch: views, traces, tests. Each may be absent, and then costs nothing. */
import type { ExecEvent } from "./exec/stages.js";
import type { LogLine } from "./log.js";
import type { PageEvent } from "./memory-events.js";
import type { FaultOutcome } from "./mm/page-fault.js";
import type { OomKill } from "./process/oom-killer.js";
import type { Task } from "./process/task.js";
import type { SchedulingEvent } from "./sched/events.js";

/** One finished system call in strace's words. */
export interface CallRecord {
  pid: number;
  name: string;
  abi: "x86-64" | "i386";
  /** The arguments, formatted. */
  arguments: readonly string[];
  /** The result, or undefined for a call that does not return. */
  result: number | undefined;
  /** Machine time t at the end of the call. */
  time: number;
}

export interface KernelObserver {
  called?(record: CallRecord): void;
  /** A number without a handler was called: it got ENOSYS. */
  unknownCall?(task: Task, abi: "x86-64" | "i386", number: number, name: string | undefined): void;
  /** Whatever happens to tasks and the CPU, decisions and switches among it. */
  scheduled?(event: SchedulingEvent): void;
  /** The CPU has nothing to do, until an interrupt comes. */
  idle?(): void;
  forked?(parent: Task, child: Task): void;
  /** A station of execve was passed, or ended it; `EXEC_STAGES` says what happens at each. */
  execStage?(task: Task, event: ExecEvent): void;
  executed?(task: Task, path: string, argv: readonly string[]): void;
  ended?(task: Task): void;
  /** A signal reached a process: a handler runs, or it is stopped, or it ends. */
  signalled?(task: Task, signal: number, effect: "handled" | "stopped" | "killed"): void;
  /** A page fault of a program was handled; `outcome` says how. */
  pageFault?(task: Task, address: number, error: number, outcome: FaultOutcome): void;
  /** An exception of a program that is not a page fault. */
  exception?(task: Task, vector: number, errorCode: number): void;
  /** A page has left memory or come back to it. */
  pageMoved?(event: PageEvent): void;
  /** Memory was so short that a process had to be killed. */
  oomKilled?(kill: OomKill): void;
  /** A line came into the kernel's log. */
  said?(line: LogLine): void;
}
