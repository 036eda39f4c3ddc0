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
  "sched",
  "schedstat",
  "smaps",
  "smaps_rollup",
  "stat",
  "statm",
  "status",
] as const;

/** The texts of the whole system. */
export const SYSTEM_TEXTS = ["cpuinfo", "loadavg", "meminfo", "stat", "swaps", "uptime", "vmstat"] as const;

/** Those of PROCESS_TEXTS that programs may write, too. */
export const WRITABLE_TEXTS: ReadonlySet<string> = new Set(["oom_score_adj"]);

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
  /** The process that makes the present system call; undefined between calls. */
  current(): number | undefined;
  /** The file that a process runs. */
  executable(process: number): Dentry | undefined;
  /** Its descriptors and its place; undefined once it is a zombie. */
  files(process: number): Files | undefined;
  /** A text of PROCESS_TEXTS, a byte string. */
  text(process: number, name: string): string | undefined;
  /** Something is written to one of WRITABLE_TEXTS; how many bytes of it count, or an errno. */
  write(process: number, name: string, text: string): Result<number>;
  /** A text of SYSTEM_TEXTS. */
  systemText(name: string): string | undefined;
}
