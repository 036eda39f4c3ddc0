/**
 * Which handler answers which number, for both ABIs: the numbers are in `abi/`, the handlers in the files beside this one,
 * and the name joins them.
 */
import type { CallTable } from "../abi/call-table.js";
import { SYSTEM_CALLS_I386 } from "../abi/system-calls-i386.js";
import { SYSTEM_CALLS_X86_64 } from "../abi/system-calls-x86-64.js";
import { ANONYMOUS_FILE_CALLS } from "./anonymous-files.js";
import { CAPABILITY_CALLS } from "./capability-calls.js";
import { CLONE_CALLS } from "./clone.js";
import { CREDENTIAL_CALLS } from "./credentials.js";
import type { Abi, SystemCall } from "./definition.js";
import { EPOLL_CALLS } from "./epoll.js";
import { EXECUTION_CALLS } from "./execution.js";
import { ATTRIBUTE_CALLS } from "./extended-attributes.js";
import { STATUS_CALLS } from "./file-status.js";
import { STATFS_CALLS } from "./file-system-status.js";
import { FILE_CALLS } from "./files.js";
import { FUTEX_CALLS } from "./futex.js";
import { IDENTITY_CALLS } from "./identity.js";
import { INOTIFY_CALLS } from "./inotify.js";
import { IO_PRIORITY_CALLS } from "./io-priority.js";
import { LOCK_CALLS } from "./locks.js";
import { MEMBARRIER_CALLS } from "./membarrier.js";
import { MEMORY_CALLS } from "./memory.js";
import { MEMORY_ADVICE_CALLS } from "./memory-advice.js";
import { MEMORY_TRANSFER_CALLS } from "./memory-transfer.js";
import { MESSAGE_CALLS } from "./messages.js";
import { MOUNT_CALLS } from "./mounts.js";
import { PATH_CALLS } from "./paths.js";
import { PERMISSION_CALLS } from "./permissions.js";
import { POLLING_CALLS } from "./polling.js";
import { PRCTL_CALLS } from "./prctl.js";
import { PROCESS_FILE_CALLS } from "./process-files.js";
import { PROCESS_ID_CALLS } from "./process-ids.js";
import { PROCESS_CALLS } from "./processes.js";
import { QUEUED_SIGNAL_CALLS } from "./queued-signals.js";
import { RANDOM_CALLS } from "./random-bytes.js";
import { REBOOT_CALLS } from "./reboot.js";
import { RESOURCE_LIMIT_CALLS } from "./resource-limits.js";
import { SCHEDULING_CALLS } from "./scheduling.js";
import { SCHEDULING_ATTRIBUTE_CALLS } from "./scheduling-attributes.js";
import { SIGNAL_CALLS } from "./signals.js";
import { SOCKET_OPTION_CALLS } from "./socket-options.js";
import { SOCKET_CALLS } from "./sockets.js";
import { STORAGE_CALLS } from "./storage.js";
import { SWAP_CALLS } from "./swap.js";
import { SYSLOG_CALLS } from "./syslog.js";
import { TIME_CALLS } from "./time.js";
import { TIMER_CALLS } from "./timers.js";
import { TRANSFER_CALLS } from "./transfers.js";
import { UNSHARE_CALLS } from "./unshare.js";
import { USAGE_CALLS } from "./usage.js";
import { VECTOR_CALLS } from "./vectors.js";
import { WAIT_CALLS } from "./wait.js";

/** Every call that this kernel answers. */
export const SYSTEM_CALLS: readonly SystemCall[] = [
  ...[
    PROCESS_CALLS,
    EXECUTION_CALLS,
    CAPABILITY_CALLS,
    IO_PRIORITY_CALLS,
    UNSHARE_CALLS,
    CREDENTIAL_CALLS,
    PROCESS_ID_CALLS,
    PROCESS_FILE_CALLS,
    MEMORY_CALLS,
    MEMORY_ADVICE_CALLS,
    MEMORY_TRANSFER_CALLS,
    MEMBARRIER_CALLS,
    FILE_CALLS,
    ANONYMOUS_FILE_CALLS,
    LOCK_CALLS,
    INOTIFY_CALLS,
    STORAGE_CALLS,
    ATTRIBUTE_CALLS,
    TRANSFER_CALLS,
    VECTOR_CALLS,
    STATUS_CALLS,
    STATFS_CALLS,
    PATH_CALLS,
    MOUNT_CALLS,
    PERMISSION_CALLS,
    POLLING_CALLS,
    EPOLL_CALLS,
    SOCKET_CALLS,
    SOCKET_OPTION_CALLS,
    MESSAGE_CALLS,
    CLONE_CALLS,
    WAIT_CALLS,
    FUTEX_CALLS,
    RANDOM_CALLS,
    RESOURCE_LIMIT_CALLS,
    USAGE_CALLS,
    SCHEDULING_CALLS,
    SCHEDULING_ATTRIBUTE_CALLS,
    PRCTL_CALLS,
    TIMER_CALLS,
    QUEUED_SIGNAL_CALLS,
    TIME_CALLS,
    SIGNAL_CALLS,
    IDENTITY_CALLS,
    SYSLOG_CALLS,
    SWAP_CALLS,
    REBOOT_CALLS,
  ].flat(),
];

/** Calls whose structures differ on i386 and are not translated: their numbers give ENOSYS there. */
const ONLY_64 = new Set([
  "stat",
  "lstat",
  "fstat",
  "rt_sigaction",
  "sigaltstack",
  "sysinfo",
  "times",
  "getrusage",
  "setitimer",
  "getitimer",
  "timer_create",
  "timer_settime",
  "timer_gettime",
  "timerfd_settime",
  "timerfd_gettime",
  "waitid",
  "sched_rr_get_interval",
  "rt_sigtimedwait",
  "rt_sigqueueinfo",
  "rt_tgsigqueueinfo",
  "sendfile",
  ...[
    "ppoll",
    "select",
    "pselect6",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_ctl",
    "preadv",
    "pwritev",
  ],
  ...[
    "preadv2",
    "pwritev2",
    "fallocate",
    "sendmsg",
    "recvmsg",
    "utime",
    "utimes",
    "futimesat",
    "sync_file_range",
    "readahead",
    "fadvise64",
  ],
]);

function byNumber(table: CallTable, skipped: ReadonlySet<string>): readonly (SystemCall | undefined)[] {
  const handlers = new Map(SYSTEM_CALLS.map((call) => [call.name, call]));
  return Array.from({ length: table.last + 1 }, (_, number) => {
    const name = table.name(number);
    return name === undefined || skipped.has(name) ? undefined : handlers.get(name);
  });
}

const X86_64 = byNumber(SYSTEM_CALLS_X86_64, new Set());
const I386 = byNumber(SYSTEM_CALLS_I386, ONLY_64);
/** On i386 number 90 is the old mmap whose arguments lie in memory. */
const OLD_MMAP = SYSTEM_CALLS.find((call) => call.name === "old_mmap")!;

/** The handler of a call number; undefined gives ENOSYS. */
export function handlerOf(abi: Abi, number: number): SystemCall | undefined {
  if (abi === "x86-64") return X86_64[number];
  return number === 90 ? OLD_MMAP : I386[number];
}

/** What Linux calls that number, or the number in words. */
export function nameOf(abi: Abi, number: number): string {
  const names = abi === "i386" ? SYSTEM_CALLS_I386 : SYSTEM_CALLS_X86_64;
  return names.name(number) ?? `syscall_0x${number.toString(16)}`;
}
