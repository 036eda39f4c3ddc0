/**
 * Flags of clone, the flags and the status word of wait, and the codes of arch_prctl, futex and rlimit.
 *
 * The status word that wait4 stores:
 *
 *     exited       15..8 exit status        7..0 zero
 *     killed       7 core dumped            6..0 signal
 *     stopped      15..8 signal             7..0 0x7f
 *     continued    0xffff
 *
 * Source: Linux 6.18, include/uapi/linux/{sched,wait,futex,resource}.h, arch/x86/include/uapi/asm/prctl.h.
 */
import { type FlagTable, formatFlags } from "./flag-names.js";
import { signalName } from "./signals.js";

/** The low byte of clone's flags is the signal that the parent gets at the end. */
export const CSIGNAL = 0xff;
export const CLONE_VM = 0x100;
export const CLONE_FS = 0x200;
export const CLONE_FILES = 0x400;
export const CLONE_SIGHAND = 0x800;
export const CLONE_PIDFD = 0x1000;
export const CLONE_PTRACE = 0x2000;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_THREAD = 0x10000;
export const CLONE_NEWNS = 0x20000;
export const CLONE_SYSVSEM = 0x40000;
export const CLONE_SETTLS = 0x80000;
export const CLONE_PARENT_SETTID = 0x100000;
export const CLONE_CHILD_CLEARTID = 0x200000;
export const CLONE_DETACHED = 0x400000;
export const CLONE_UNTRACED = 0x800000;
export const CLONE_CHILD_SETTID = 0x1000000;
export const CLONE_NEWCGROUP = 0x2000000;
export const CLONE_NEWUTS = 0x4000000;
export const CLONE_NEWIPC = 0x8000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;
export const CLONE_IO = 0x80000000;
/** Not in clone, where the lowest bits are a signal. */
export const CLONE_NEWTIME = 0x80;
/** Only in clone3. */
export const CLONE_CLEAR_SIGHAND = 0x100000000;
export const CLONE_INTO_CGROUP = 0x200000000;

/** What would make namespaces. */
export const NAMESPACE_FLAGS = {
  ...{ CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC },
  ...{ CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWTIME },
} as const;

export const CLONE_FLAGS: FlagTable = {
  CLONE_VM,
  CLONE_FS,
  CLONE_FILES,
  CLONE_SIGHAND,
  CLONE_PIDFD,
  CLONE_PTRACE,
  CLONE_VFORK,
  CLONE_PARENT,
  CLONE_THREAD,
  CLONE_NEWNS,
  CLONE_SYSVSEM,
  CLONE_SETTLS,
  CLONE_PARENT_SETTID,
  CLONE_CHILD_CLEARTID,
  CLONE_DETACHED,
  CLONE_UNTRACED,
  CLONE_CHILD_SETTID,
  CLONE_NEWCGROUP,
  CLONE_NEWUTS,
  CLONE_NEWIPC,
  CLONE_NEWUSER,
  CLONE_NEWPID,
  CLONE_NEWNET,
  CLONE_IO,
  CLONE_CLEAR_SIGHAND,
  CLONE_INTO_CGROUP,
};

/** The flags of clone in strace's form: "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD". */
export function formatCloneFlags(flags: bigint): string {
  const signal = Number(flags & 0xffn);
  const rest = flags & ~0xffn;
  const names = rest === 0n ? [] : [formatFlags(CLONE_FLAGS, rest)];
  if (signal !== 0) names.push(signalName(signal));
  return names.join("|") || "0";
}

export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WEXITED = 4;
export const WCONTINUED = 8;
export const WNOWAIT = 0x01000000;
export const __WNOTHREAD = 0x20000000;
export const __WALL = 0x40000000;
export const __WCLONE = 0x80000000;

/** The options of wait4. */
export const WAIT_FLAGS: FlagTable = {
  WNOHANG,
  WUNTRACED,
  WEXITED,
  WCONTINUED,
  WNOWAIT,
  __WNOTHREAD,
  __WALL,
  __WCLONE,
};

/** The status of a process that called exit. */
export function exitedStatus(code: number): number {
  return (code & 0xff) << 8;
}

/** The status of a process that a signal killed. */
export function killedStatus(signal: number, coreDumped = false): number {
  return (signal & 0x7f) | (coreDumped ? 0x80 : 0);
}

/** The status of a process that a signal stopped. */
export function stoppedStatus(signal: number): number {
  return (signal << 8) | 0x7f;
}

/** The status of a process that was continued. */
export const CONTINUED_STATUS = 0xffff;

/** arch_prctl. */
export const ARCH_SET_GS = 0x1001;
export const ARCH_SET_FS = 0x1002;
export const ARCH_GET_FS = 0x1003;
export const ARCH_GET_GS = 0x1004;

export const ARCH_PRCTL_CODES: FlagTable = { ARCH_SET_GS, ARCH_SET_FS, ARCH_GET_FS, ARCH_GET_GS };

export const FUTEX_WAIT = 0;
export const FUTEX_WAKE = 1;
export const FUTEX_REQUEUE = 3;
export const FUTEX_CMP_REQUEUE = 4;
export const FUTEX_WAKE_OP = 5;
export const FUTEX_LOCK_PI = 6;
export const FUTEX_UNLOCK_PI = 7;
export const FUTEX_TRYLOCK_PI = 8;
export const FUTEX_WAIT_BITSET = 9;
export const FUTEX_WAKE_BITSET = 10;
export const FUTEX_LOCK_PI2 = 13;
export const FUTEX_PRIVATE_FLAG = 128;
export const FUTEX_CLOCK_REALTIME = 256;

/** In the word of a lock: somebody waits, its owner has ended; and the owner's number. */
export const FUTEX_WAITERS = 0x80000000;
export const FUTEX_OWNER_DIED = 0x40000000;
export const FUTEX_TID_MASK = 0x3fffffff;

/** Resources of getrlimit, by number. */
export const RESOURCES: FlagTable = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
};

/** No limit. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/** Clocks of clock_gettime, by number. */
export const CLOCKS: FlagTable = {
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_PROCESS_CPUTIME_ID: 2,
  CLOCK_THREAD_CPUTIME_ID: 3,
  CLOCK_MONOTONIC_RAW: 4,
  CLOCK_REALTIME_COARSE: 5,
  CLOCK_MONOTONIC_COARSE: 6,
  CLOCK_BOOTTIME: 7,
  CLOCK_REALTIME_ALARM: 8,
  CLOCK_BOOTTIME_ALARM: 9,
  CLOCK_TAI: 11,
};
