/** /proc/PID/limits: what a process may use at most. Format: proc_pid_limits (Linux fs/proc/base.c). */
import { RLIM_INFINITY } from "../abi/process-flags.js";
import { type ResourceLimits, RLIMIT } from "../resource-limits.js";

/** What each is called there, and what it is counted in. */
const ROWS: readonly (readonly [resource: number, name: string, unit: string])[] = [
  [RLIMIT.CPU, "Max cpu time", "seconds"],
  [RLIMIT.FSIZE, "Max file size", "bytes"],
  [RLIMIT.DATA, "Max data size", "bytes"],
  [RLIMIT.STACK, "Max stack size", "bytes"],
  [RLIMIT.CORE, "Max core file size", "bytes"],
  [RLIMIT.RSS, "Max resident set", "bytes"],
  [RLIMIT.NPROC, "Max processes", "processes"],
  [RLIMIT.NOFILE, "Max open files", "files"],
  [RLIMIT.MEMLOCK, "Max locked memory", "bytes"],
  [RLIMIT.AS, "Max address space", "bytes"],
  [RLIMIT.LOCKS, "Max file locks", "locks"],
  [RLIMIT.SIGPENDING, "Max pending signals", "signals"],
  [RLIMIT.MSGQUEUE, "Max msgqueue size", "bytes"],
  [RLIMIT.NICE, "Max nice priority", ""],
  [RLIMIT.RTPRIO, "Max realtime priority", ""],
  [RLIMIT.RTTIME, "Max realtime timeout", "us"],
];

const row = (name: string, soft: string, hard: string, unit: string): string =>
  `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit && unit.padEnd(10)}\n`;

export function limitsText(limits: ResourceLimits): string {
  const shown = (value: bigint) => (value === RLIM_INFINITY ? "unlimited" : `${value}`);
  const rows = ROWS.map(([resource, name, unit]) => {
    const { soft, hard } = limits.get(resource);
    return row(name, shown(soft), shown(hard), unit);
  });
  return row("Limit", "Soft Limit", "Hard Limit", "Units") + rows.join("");
}
