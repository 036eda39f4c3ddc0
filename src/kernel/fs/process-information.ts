/**
 * What /proc asks of the kernel. The file tree knows no processes; whoever does implements this.
 */
import type { Result } from "../abi/errno.js";
import type { Dentry } from "./dentry.js";
import type { Files } from "./files.js";

/** The texts that /proc/PID has. */
export const PROCESS_TEXTS = [
  "auxv",
  "cmdline",
  "comm",
  "environ",
  "limits",
  "maps",
  "oom_score",
  "oom_score_adj",
  "personality",
  "sched",
  "schedstat",
  "smaps",
  "smaps_rollup",
  "stat",
  "statm",
  "status",
  "syscall",
] as const;

/** The texts of the whole system. */
export const SYSTEM_TEXTS = [
  "cpuinfo",
  "interrupts",
  "loadavg",
  "meminfo",
  "stat",
  "swaps",
  "uptime",
  "vmstat",
] as const;

/** Those of PROCESS_TEXTS that programs may write, too. */
export const WRITABLE_TEXTS: ReadonlySet<string> = new Set(["comm", "oom_score_adj"]);

/** A process's memory, as files show it. */
export interface ProcessMemory {
  /** The process has ended or runs another program. */
  readonly isGone: boolean;
  /** How many bytes from `address` on could be read, and written. */
  read(address: number, into: Uint8Array): number;
  write(address: number, bytes: Uint8Array): number;
  /** What pagemap tells of `count` pages; fewer at the end of the user's addresses. */
  pagemap(first: number, count: number): BigUint64Array;
  /** 0 or an errno. */
  clearReferences(what: number): number;
}

export interface ProcessInformation {
  /** Whether the process that makes the present system call may look into another one. */
  mayInspect(process: number): boolean;
  /** Its memory; undefined for a zombie. */
  memory(process: number): ProcessMemory | undefined;
  /** Numbers of all processes, ascending. */
  processes(): readonly number[];
  /** Numbers of a process's threads that have not ended, ascending; of a number that is no process's, those of none. */
  threads(process: number): readonly number[];
  /** Whether it is the number of a process or of a thread. */
  exists(task: number): boolean;
  /** The process, and the thread, that make the present system call; undefined between calls. */
  current(): { readonly process: number; readonly thread: number } | undefined;
  /** The file that a process runs. */
  executable(process: number): Dentry | undefined;
  /** Its descriptors and its place; undefined once it is a zombie. */
  files(process: number): Files | undefined;
  /** A text of PROCESS_TEXTS, a byte string: of a whole process, or of the one thread alone. */
  text(task: number, name: string, isWhole: boolean): string | undefined;
  /** The children of a process, as /proc/PID/task/TID/children lists them with its leader; the kernel keeps them by process. */
  children(task: number): string | undefined;
  /** Something is written to one of WRITABLE_TEXTS; how many bytes of it count, or an errno. */
  write(process: number, name: string, text: string): Result<number>;
  /** A text of SYSTEM_TEXTS. */
  systemText(name: string): string | undefined;
}
