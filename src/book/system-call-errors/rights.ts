/** The errors of calls on rights: capabilities, and what threads share. See `error-trial.ts`. */
import { STRANGER } from "./conditions.js";
import type { ErrorTrials } from "./error-trial.js";

/** All of user 0's rights are given up but CAP_CHOWN, which is permitted. */
const POOR = "syscall(SYS_capset, &version, &(unsigned[6]){0, 1, 0, 0, 0, 0});";

export const RIGHTS_ERRORS: ErrorTrials = {
  capget: [
    ["EINVAL", "&odd, sets", "the version is unknown", "unsigned odd[2] = {1};"],
    ["EINVAL", "&odd, sets", "the number is negative", "unsigned odd[2] = {0x20080522, -1};"],
    ["ESRCH", "&odd, sets", "there is no such thread", "unsigned odd[2] = {0x20080522, 99999999};"],
  ],
  capset: [
    ["EINVAL", "&odd, sets", "the version is unknown", "unsigned odd[2] = {1};"],
    ["EPERM", "&odd, sets", "the thread is another", "unsigned odd[2] = {0x20080522, getppid()};"],
    ["EPERM", "&version, &(unsigned[6]){0, 2, 0, 0, 0, 0}", "more would be permitted than is", POOR],
    ["EPERM", "&version, &(unsigned[6]){1, 0, 0, 0, 0, 0}", "more would be in effect than is permitted"],
    [
      "EPERM",
      "&version, &(unsigned[6]){0, 1, 2, 0, 0, 0}",
      "more could be inherited than is permitted",
      POOR,
    ],
  ],
  sethostname: [
    ["EPERM", '"name", 4', "only who administers the system may", STRANGER],
    ["EINVAL", '"name", 65', "the name is longer than 64 bytes"],
    ["EINVAL", '"name", -1', "the length is negative"],
  ],
  setdomainname: [
    ["EPERM", '"name", 4', "only who administers the system may", STRANGER],
    ["EINVAL", '"name", 65', "the name is longer than 64 bytes"],
    ["EINVAL", '"name", -1', "the length is negative"],
  ],
  unshare: [
    ["EINVAL", "CLONE_PARENT", "the flag is none that can be unshared"],
    ["EPERM", "CLONE_NEWNS", "a namespace is only made by who administers the system", STRANGER],
  ],
  ioprio_get: [
    ["EINVAL", "9, 0", "the first argument is neither process, nor group, nor user"],
    ["ESRCH", "1, 99999999", "there is no such process"],
  ],
  ioprio_set: [
    ["EINVAL", "9, 0, 2 << 13", "the first argument is neither process, nor group, nor user"],
    ["EINVAL", "1, 0, 7 << 13", "there is no such class"],
    ["EINVAL", "1, 0, 3", "without a class there is no level"],
    ["ESRCH", "1, 99999999, 2 << 13", "there is no such process"],
    ["EPERM", "1, 0, 1 << 13", "the class of real time is for privileged processes", STRANGER],
    ["EPERM", "1, getppid(), 2 << 13", "the process is another's", STRANGER],
  ],
};
