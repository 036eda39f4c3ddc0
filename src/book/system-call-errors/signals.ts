/** The errors of calls on signals, clocks and timers. See `error-trial.ts`. */
import { INTERRUPTED, NO_DESCRIPTORS, STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

/** And of another session: SIGCONT may be sent within one. */
const OUTSIDER = `setsid(); ${STRANGER}`;
const NONE_PENDING = "setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0, 0});";

export const SIGNAL_ERRORS: ErrorTrials = {
  kill: [
    ["EINVAL", "child, 99", "there is no such signal"],
    ["ESRCH", "99999999, SIGTERM", "there is no such process"],
    ["ESRCH", "-99999999, SIGTERM", "there is no such group"],
    ["ESRCH", "-0x80000000, SIGTERM", "no group has that number"],
    ["EPERM", "getppid(), 0", "the process is another's", OUTSIDER],
    ["EINVAL", "getpid(), -1", "a signal is not negative"],
    ["ESRCH", "99999999, 99", "a missing process is noticed before a missing signal is"],
  ],
  tkill: [
    ["EINVAL", "0, SIGTERM", "no thread has the number 0"],
    ["EINVAL", "child, 99", "there is no such signal"],
    ["ESRCH", "99999999, SIGTERM", "there is no such thread"],
    ["EPERM", "getppid(), 0", "the thread is another's", OUTSIDER],
    ["EAGAIN", "getpid(), SIGRTMIN", "RLIMIT_SIGPENDING is reached", NONE_PENDING],
  ],
  tgkill: [
    ["EINVAL", "0, child, SIGTERM", "no process has the number 0"],
    ["EINVAL", "child, child, 99", "there is no such signal"],
    ["ESRCH", "1, child, SIGTERM", "the thread is another process's"],
    ["EPERM", "getppid(), getppid(), 0", "the thread is another's", OUTSIDER],
    ["EAGAIN", "getpid(), getpid(), SIGRTMIN", "RLIMIT_SIGPENDING is reached", NONE_PENDING],
  ],
  rt_sigaction: [
    ["EINVAL", "99, &action, &was, 8", "there is no such signal"],
    ["EINVAL", "SIGKILL, &action, &was, 8", "SIGKILL cannot be caught"],
    ["EINVAL", "SIGSTOP, &action, &was, 8", "SIGSTOP cannot be caught"],
    ["EINVAL", "SIGUSR1, &action, &was, 4", "the mask has eight bytes"],
  ],
  rt_sigprocmask: [
    ["EINVAL", "9, &set, &old, 8", "it is neither to block, to unblock nor to set"],
    ["EINVAL", "SIG_BLOCK, &set, &old, 4", "the mask has eight bytes"],
  ],
  rt_sigpending: [["EINVAL", "&set, 9", "the mask has eight bytes"]],
  rt_sigtimedwait: [
    ["EAGAIN", "&set, &info, &moment, 8", "no signal came in time"],
    ["EINVAL", "&set, &info, odd, 8", "the time is no time", "long odd[2] = {0, 1000000000};"],
    ["EINVAL", "&set, &info, &moment, 4", "the mask has eight bytes"],
    ["EINTR", "&set, &info, NULL, 8", "another signal came", INTERRUPTED],
  ],
  rt_sigqueueinfo: [
    ["EPERM", "child, SIGUSR1, &info", "only the kernel's own signals have such a code", "info.si_code = 0;"],
    ["EINVAL", "child, 99, &info", "there is no such signal"],
    ["ESRCH", "99999999, SIGUSR1, &info", "there is no such process"],
    ["EPERM", "getppid(), SIGUSR1, &info", "the process is another's", OUTSIDER],
    [
      "EAGAIN",
      "getpid(), SIGRTMIN, &info",
      "RLIMIT_SIGPENDING is reached",
      `unsigned long all = -1; syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, 8); setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0, 0}); ${OUTSIDER}`,
    ],
  ],
  rt_tgsigqueueinfo: [
    ["EINVAL", "0, child, SIGUSR1, &info", "no process has the number 0"],
    ["ESRCH", "1, child, SIGUSR1, &info", "the thread is another process's"],
    [
      "EPERM",
      "child, child, SIGUSR1, &info",
      "only the kernel's own signals have such a code",
      "info.si_code = 0;",
    ],
    ["EAGAIN", "getpid(), getpid(), SIGRTMIN, &info", "RLIMIT_SIGPENDING is reached", NONE_PENDING],
  ],
  rt_sigsuspend: [
    ["EINVAL", "&none, 4", "the mask has eight bytes"],
    ["EINTR", "&none, 8", "that is what it waits for", "soon;"],
  ],
  pause: [["EINTR", "", "that is what it waits for", "soon;"]],
  sigaltstack: [
    ["ENOMEM", "&odd, NULL", "the stack is smaller than a signal's frame", "stack_t odd = {buf, 0, 100};"],
    ["EINVAL", "&odd, NULL", "a flag is unknown", "stack_t odd = {buf, 8, 4096};"],
  ],
  nanosleep: [
    ["EINVAL", "odd, &rest", "there are a milliard nanoseconds or more", "long odd[2] = {0, 1000000000};"],
    ["EINVAL", "odd, &rest", "the time is negative", "long odd[2] = {-1, 0};"],
    ["EINTR", "long_time, &rest", "a signal came first", `long long_time[2] = {2, 0}; ${INTERRUPTED}`],
  ],
  clock_nanosleep: [
    ["EINVAL", "99, 0, &moment, &rest", "there is no such clock"],
    ["EINVAL", "CLOCK_MONOTONIC, 0, odd, &rest", "the time is no time", "long odd[2] = {0, 1000000000};"],
    ["EOPNOTSUPP", "CLOCK_MONOTONIC_COARSE, 0, &moment, &rest", "nobody can sleep by that clock"],
    ["EOPNOTSUPP", "CLOCK_THREAD_CPUTIME_ID, 0, &moment, &rest", "who sleeps uses no processor"],
    [
      "EINTR",
      "CLOCK_MONOTONIC, 0, long_time, &rest",
      "a signal came first",
      `long long_time[2] = {2, 0}; ${INTERRUPTED}`,
    ],
  ],
  clock_gettime: [["EINVAL", "99, &moment", "there is no such clock"]],
  clock_getres: [["EINVAL", "99, &moment", "there is no such clock"]],
  getitimer: [["EINVAL", "9, &earlier", "there is no such timer"]],
  setitimer: [
    ["EINVAL", "9, &alarms, &earlier", "there is no such timer"],
    [
      "EINVAL",
      "ITIMER_REAL, odd, &earlier",
      "there are a million microseconds or more",
      "long odd[4] = {0, 0, 0, 1000000};",
    ],
    ["EINVAL", "ITIMER_REAL, odd, &earlier", "the time is negative", "long odd[4] = {0, 0, -1, 0};"],
  ],
  timer_create: [
    ["EINVAL", "99, &told, &thread", "there is no such clock"],
    [
      "EINVAL",
      "CLOCK_MONOTONIC, &odd, &thread",
      "it tells in no known way",
      "struct sigevent odd = {.sigev_notify = 99, .sigev_signo = SIGUSR1};",
    ],
    [
      "EINVAL",
      "CLOCK_MONOTONIC, &odd, &thread",
      "there is no such signal",
      "struct sigevent odd = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 99};",
    ],
    [
      "EAGAIN",
      "CLOCK_MONOTONIC, &told, &thread",
      "RLIMIT_SIGPENDING is reached",
      `setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0, 0}); ${OUTSIDER}`,
    ],
    ["EOPNOTSUPP", "CLOCK_MONOTONIC_COARSE, &told, &thread", "that clock has no timers"],
  ],
  timer_settime: [
    ["EINVAL", "999, 0, &after, &before", "there is no such timer"],
    ["EINVAL", "timer, 0, odd, &before", "the time is no time", "long odd[4] = {0, 0, 0, 1000000000};"],
    ["EINVAL", "timer, 0, odd, &before", "the time is negative", "long odd[4] = {0, 0, -1, 0};"],
    ["EINVAL", "timer, 0, NULL, &before", "no time is given"],
  ],
  timer_gettime: [["EINVAL", "999, &before", "there is no such timer"]],
  timer_getoverrun: [["EINVAL", "999", "there is no such timer"]],
  timer_delete: [["EINVAL", "999", "there is no such timer"]],
  timerfd_create: [
    ["EINVAL", "99, 0", "there is no such clock"],
    ["EINVAL", "CLOCK_MONOTONIC, 1", "a flag is unknown"],
    ["EINVAL", "CLOCK_THREAD_CPUTIME_ID, 0", "that clock has no timer files"],
    ["EMFILE", "CLOCK_MONOTONIC, 0", "the process has as many descriptors as it may", NO_DESCRIPTORS],
    ["EPERM", "8, 0", "only root may wake the machine", OUTSIDER],
  ],
  timerfd_settime: [
    ["EINVAL", "fd, 0, &after, &before", "it is no timer's"],
    ["EINVAL", "timerFile, 8, &after, &before", "a flag is unknown"],
    ["EINVAL", "timerFile, 0, odd, &before", "the time is no time", "long odd[4] = {0, 0, 0, 1000000000};"],
  ],
  timerfd_gettime: [["EINVAL", "fd, &before", "it is no timer's"]],
};
