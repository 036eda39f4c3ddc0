/** The errors of calls on limits, priorities and scheduling. See `error-trial.ts`. */
import { STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

export const LIMIT_ERRORS: ErrorTrials = {
  getrlimit: [["EINVAL", "99, &answer", "there is no such limit"]],
  setrlimit: [
    ["EINVAL", "99, &limit", "there is no such limit"],
    ["EINVAL", "RLIMIT_NOFILE, &odd", "the soft limit is above the hard one", "struct rlimit odd = {2, 1};"],
    [
      "EPERM",
      "RLIMIT_NOFILE, &odd",
      "only root may raise a hard limit",
      `struct rlimit odd = {9, 9}, low = {8, 8}; setrlimit(RLIMIT_NOFILE, &low); ${STRANGER}`,
    ],
    [
      "EPERM",
      "RLIMIT_NOFILE, &odd",
      "there are never more descriptors than /proc/sys/fs/nr_open",
      "struct rlimit odd = {1UL << 40, 1UL << 40};",
    ],
  ],
  prlimit64: [
    ["EINVAL", "0, 99, &limit, &answer", "there is no such limit"],
    ["ESRCH", "99999999, RLIMIT_NOFILE, NULL, &answer", "there is no such process"],
    ["ESRCH", "99999999, 99, NULL, &answer", "which is noticed before a missing limit is", ""],
    ["EPERM", "getppid(), RLIMIT_NOFILE, NULL, &answer", "the process is another's", STRANGER],
    [
      "EINVAL",
      "0, RLIMIT_NOFILE, &odd, NULL",
      "the soft limit is above the hard one",
      "struct rlimit odd = {2, 1};",
    ],
  ],
  getrusage: [["EINVAL", "9, &usage", "nobody is meant by that number"]],
  getpriority: [
    ["EINVAL", "9, 0", "the kind of the number is unknown"],
    ["ESRCH", "PRIO_PROCESS, 99999999", "there is no such process"],
  ],
  setpriority: [
    ["EINVAL", "9, 0, 0", "the kind of the number is unknown"],
    ["ESRCH", "PRIO_PROCESS, 99999999, 0", "there is no such process"],
    [
      "EACCES",
      "PRIO_PROCESS, 0, -5",
      "only root may become more important",
      `setrlimit(RLIMIT_NICE, &(struct rlimit){0, 0}); ${STRANGER}`,
    ],
    ["EPERM", "PRIO_PROCESS, getppid(), 5", "the process is another's", STRANGER],
  ],
  sched_setscheduler: [
    ["EINVAL", "0, 99, &(struct sched_param){0}", "there is no such policy"],
    ["EINVAL", "0, SCHED_FIFO, &(struct sched_param){0}", "the priority of SCHED_FIFO begins at 1"],
    ["EINVAL", "0, SCHED_OTHER, &(struct sched_param){1}", "SCHED_OTHER has no priority but 0"],
    ["EINVAL", "-1, SCHED_OTHER, &(struct sched_param){0}", "no process has a negative number"],
    ["EINVAL", "0, SCHED_OTHER, NULL", "there are no parameters"],
    ["ESRCH", "99999999, SCHED_OTHER, &(struct sched_param){0}", "there is no such process"],
    [
      "EPERM",
      "0, SCHED_FIFO, &(struct sched_param){1}",
      "only root may run in real time",
      `setrlimit(RLIMIT_RTPRIO, &(struct rlimit){0, 0}); ${STRANGER}`,
    ],
    ["EPERM", "getppid(), SCHED_BATCH, &(struct sched_param){0}", "the process is another's", STRANGER],
  ],
  sched_getscheduler: [
    ["EINVAL", "-1", "no process has a negative number"],
    ["ESRCH", "99999999", "there is no such process"],
  ],
  sched_setparam: [
    ["EINVAL", "0, NULL", "there are no parameters"],
    ["EINVAL", "0, &(struct sched_param){1}", "SCHED_OTHER has no priority but 0"],
    ["ESRCH", "99999999, &(struct sched_param){0}", "there is no such process"],
    [
      "EPERM",
      "child, &ordinary",
      "the process is another's",
      `struct sched_param ordinary = {0}; ${STRANGER}`,
    ],
  ],
  sched_getparam: [
    ["EINVAL", "0, NULL", "there is no room for them"],
    ["EINVAL", "-1, &parameter", "no process has a negative number"],
    ["ESRCH", "99999999, &parameter", "there is no such process"],
  ],
  sched_get_priority_max: [["EINVAL", "99", "there is no such policy"]],
  sched_get_priority_min: [["EINVAL", "99", "there is no such policy"]],
  sched_rr_get_interval: [
    ["EINVAL", "-1, &moment", "no process has a negative number"],
    ["ESRCH", "99999999, &moment", "there is no such process"],
  ],
  sched_setaffinity: [
    ["EINVAL", "0, sizeof none, &none", "no processor is left"],
    ["ESRCH", "99999999, sizeof cpus, &cpus", "there is no such process"],
    ["EPERM", "getppid(), sizeof cpus, &cpus", "the process is another's", STRANGER],
  ],
  sched_getaffinity: [
    ["EINVAL", "0, 4, &cpus", "the room is not a multiple of eight bytes"],
    ["EINVAL", "0, 0, &cpus", "there is no room"],
    ["ESRCH", "99999999, sizeof cpus, &cpus", "there is no such process"],
  ],
  sched_setattr: [
    ["EINVAL", "0, NULL, 0", "there are no attributes"],
    ["EINVAL", "0, &scheduling, 1", "flags must be zero"],
    ["EINVAL", "-1, &scheduling, 0", "no process has a negative number"],
    ["ESRCH", "99999999, &scheduling, 0", "there is no such process"],
    [
      "E2BIG",
      "0, &odd, 0",
      "the structure is shorter than it ever was",
      "struct { unsigned size, rest[31]; } odd = {8};",
    ],
    [
      "E2BIG",
      "0, &odd, 0",
      "the structure is longer than a page",
      "struct { unsigned size, rest[31]; } odd = {8192};",
    ],
    [
      "EINVAL",
      "0, &odd, 0",
      "there is no such policy",
      "struct { unsigned size, rest[31]; } odd = {48, {99}};",
    ],
    ["EPERM", "child, &scheduling, 0", "the process is another's", STRANGER],
  ],
  sched_getattr: [
    ["EINVAL", "0, &scheduling, 8, 0", "there is less room than ever was enough"],
    ["EINVAL", "0, &scheduling, 48, 1", "flags must be zero"],
    ["ESRCH", "99999999, &scheduling, 48, 0", "there is no such process"],
    ["EINVAL", "0, &scheduling, 8192, 0", "there is more room than a page"],
  ],
};
