/**
 * What a process may use at most: sixteen resources, each with a soft limit, which counts, and a hard one, up to which the
 * process itself may raise the soft one. All threads of a process share them, children inherit them, execve keeps them.
 * Who enforces which: NOFILE, FSIZE `fs/`; DATA, STACK, AS, MEMLOCK `mm/` and `exec/`; NPROC `process/`; CPU, RTTIME
 * `time/cpu-limits.ts`; SIGPENDING `process/signal-quota.ts`; NICE, RTPRIO `syscalls/scheduling.ts`. CORE: no memory image is
 * ever written. RSS and LOCKS have had no effect on Linux for long; MSGQUEUE has none here, without message queues.
 * Models the rlim of struct signal_struct (Linux include/asm-generic/resource.h, kernel/sys.c).
 */
import { RESOURCES, RLIM_INFINITY } from "./abi/process-flags.js";

export const RLIMIT = {
  CPU: 0,
  FSIZE: 1,
  DATA: 2,
  STACK: 3,
  CORE: 4,
  RSS: 5,
  NPROC: 6,
  NOFILE: 7,
  MEMLOCK: 8,
  AS: 9,
  LOCKS: 10,
  SIGPENDING: 11,
  MSGQUEUE: 12,
  NICE: 13,
  RTPRIO: 14,
  RTTIME: 15,
} as const;

export const RESOURCE_COUNT = Object.keys(RESOURCES).length;

/** Descriptors beyond this no process can be allowed: /proc/sys/fs/nr_open. */
export const MOST_DESCRIPTORS = 1048576n;

/** In bytes, seconds, processes or what the resource is counted in; `RLIM_INFINITY` for no limit. */
export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

const limit = (soft: bigint, hard = soft): Limit => ({ soft, hard });
const NONE = limit(RLIM_INFINITY);

const MIB = 1n << 20n;

/** What the first process has. Source: INIT_RLIMITS; descriptors as Debian sets them for what it starts. */
const INITIAL: Readonly<Record<number, Limit>> = {
  [RLIMIT.STACK]: limit(8n * MIB, RLIM_INFINITY),
  [RLIMIT.CORE]: limit(0n, RLIM_INFINITY),
  [RLIMIT.NOFILE]: limit(1024n, MOST_DESCRIPTORS),
  [RLIMIT.MEMLOCK]: limit(8n * MIB),
  [RLIMIT.MSGQUEUE]: limit(819200n),
  [RLIMIT.NICE]: limit(0n),
  [RLIMIT.RTPRIO]: limit(0n),
};

export class ResourceLimits {
  private readonly limits: Limit[];

  private constructor(limits: readonly Limit[]) {
    this.limits = [...limits];
  }

  /** @param threads how many threads there can be in all: half of them may be one user's, and so may be pending signals */
  static initial(threads = 32768): ResourceLimits {
    const limits = Array.from({ length: RESOURCE_COUNT }, (_, resource) => INITIAL[resource] ?? NONE);
    limits[RLIMIT.NPROC] = limits[RLIMIT.SIGPENDING] = limit(BigInt(threads >> 1));
    return new ResourceLimits(limits);
  }

  get(resource: number): Limit {
    return this.limits[resource] ?? NONE;
  }

  set(resource: number, to: Limit): void {
    this.limits[resource] = to;
  }

  /** What counts, as a number; Infinity for no limit. */
  soft(resource: number): number {
    return asNumber(this.get(resource).soft);
  }

  hard(resource: number): number {
    return asNumber(this.get(resource).hard);
  }

  /** For a child process. */
  clone(): ResourceLimits {
    return new ResourceLimits(this.limits);
  }
}

function asNumber(value: bigint): number {
  return value === RLIM_INFINITY ? Number.POSITIVE_INFINITY : Number(value);
}
