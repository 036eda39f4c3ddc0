/**
 * Permissions, owners, times and lengths of files. What the calls do is in `fs/status.ts`.
 * Models Linux fs/open.c, fs/attr.c, fs/utimes.c.
 */
import { E } from "../abi/errno.js";
import * as OPEN from "../abi/open-flags.js";
import { TIMESPEC, TIMEVAL } from "../abi/structs.js";
import * as status from "../fs/status.js";
import {
  address,
  type Call,
  flags,
  long,
  type Outcome,
  type SystemCall,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { directoryFd, fd, mode, pathAt } from "./file-arguments.js";
import { onPath } from "./paths.js";

const AT = OPEN.AT_FDCWD;
const atFlags = flags(OPEN.AT_FLAGS);

const checks = flags(OPEN.ACCESS_CHECKS);
const access = systemCall(
  "access",
  "May the user do this with a file?",
  { pathname: text, mode: checks },
  (call, values) =>
    onPath(call, values.pathname, (path) => status.access(call.task.files, AT, path, values.mode)),
);
const faccessat = systemCall(
  "faccessat",
  "May the user do this with a file?",
  { dirfd: directoryFd, pathname: text, mode: checks },
  (call, values) =>
    onPath(call, values.pathname, (path) => status.access(call.task.files, values.dirfd, path, values.mode)),
);
const faccessat2 = systemCall(
  "faccessat2",
  "May the user do this with a file?",
  { dirfd: directoryFd, pathname: text, mode: checks, flags: atFlags },
  (call, values) =>
    onPath(call, values.pathname, (path) =>
      status.access(call.task.files, values.dirfd, path, values.mode, values.flags),
    ),
);

const MODES: readonly SystemCall[] = [
  systemCall("chmod", "Changes permissions.", { pathname: text, mode }, (call, values) =>
    onPath(call, values.pathname, (path) => status.changeModeAt(call.task.files, AT, path, values.mode)),
  ),
  systemCall(
    "fchmodat",
    "Changes permissions.",
    { dirfd: directoryFd, pathname: text, mode },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        status.changeModeAt(call.task.files, values.dirfd, path, values.mode),
      ),
  ),
  systemCall(
    "fchmodat2",
    "Changes permissions, with flags.",
    { dirfd: directoryFd, pathname: text, mode, flags: atFlags },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        status.changeModeAt(call.task.files, values.dirfd, path, values.mode, values.flags),
      ),
  ),
  systemCall("fchmod", "Changes permissions.", { fd, mode }, (call, values) =>
    status.changeModeOf(call.task.files, values.fd, values.mode),
  ),
  systemCall("truncate", "Sets the length of a file.", { path: text, length: long }, (call, values) =>
    onPath(call, values.path, (path) => status.truncate(call.task.files, AT, path, values.length)),
  ),
  systemCall("ftruncate", "Sets the length of an open file.", { fd, length: long }, (call, values) =>
    status.truncateOpen(call.task.files, values.fd, values.length),
  ),
];

const id = { ...unsignedInt, type: "uid_t" };
const OWNERS: readonly SystemCall[] = [
  ...(
    [
      ["chown", 0],
      ["lchown", OPEN.AT_SYMLINK_NOFOLLOW],
    ] as const
  ).map(([name, bits]) =>
    systemCall(name, "Changes the owner.", { pathname: text, owner: id, group: id }, (call, values) =>
      onPath(call, values.pathname, (path) =>
        status.changeOwnerAt(call.task.files, AT, path, values.owner, values.group, bits),
      ),
    ),
  ),
  systemCall("fchown", "Changes the owner.", { fd, owner: id, group: id }, (call, values) =>
    status.changeOwnerOf(call.task.files, values.fd, values.owner, values.group),
  ),
  systemCall(
    "fchownat",
    "Changes the owner.",
    { dirfd: directoryFd, pathname: text, owner: id, group: id, flags: atFlags },
    (call, values) =>
      onPath(call, values.pathname, (path) =>
        status.changeOwnerAt(call.task.files, values.dirfd, path, values.owner, values.group, values.flags),
      ),
  ),
];

const utimensat = systemCall(
  "utimensat",
  "Sets the times of a file.",
  { dirfd: directoryFd, pathname: text, times: address, flags: atFlags },
  (call, values) => {
    const path = values.pathname === 0 ? undefined : pathAt(call, values.pathname);
    if (typeof path === "number") return path;
    if (values.times === 0)
      return status.changeTimes(call.task.files, values.dirfd, path, undefined, values.flags);
    const [accessed, modified] = [
      call.take(values.times, TIMESPEC),
      call.take(values.times + TIMESPEC.size, TIMESPEC),
    ];
    if (!accessed || !modified) return E.EFAULT;
    const time = (of: { tv_sec: bigint; tv_nsec: bigint }) => ({
      seconds: of.tv_sec,
      nanoseconds: Number(of.tv_nsec),
    });
    return status.changeTimes(
      call.task.files,
      values.dirfd,
      path,
      [time(accessed), time(modified)],
      values.flags,
    );
  },
);

type Moment = Parameters<typeof status.changeTimes>[3];

/** The two times at an address in a form of which `read` takes one; undefined for "now". */
function twoTimes(
  at: number,
  stride: number,
  read: (at: number) => { seconds: bigint; nanoseconds: number } | undefined,
): Moment | number {
  if (at === 0) return undefined;
  const [accessed, modified] = [read(at), read(at + stride)];
  return accessed && modified ? [accessed, modified] : E.EFAULT;
}

/** The older calls with microseconds, or whole seconds. */
function setTimes(call: Call, dirfd: number, pathname: number, times: Moment | number): Outcome {
  if (typeof times === "number") return times;
  if (pathname === 0 && dirfd !== AT) return status.changeTimes(call.task.files, dirfd, undefined, times, 0);
  return onPath(call, pathname, (path) => status.changeTimes(call.task.files, dirfd, path, times, 0));
}

function microseconds(call: Call, at: number): Moment | number {
  let wrong = false;
  const times = twoTimes(at, TIMEVAL.size, (place) => {
    const time = call.take(place, TIMEVAL);
    if (!time) return undefined;
    wrong ||= time.tv_usec < 0n || time.tv_usec >= 1_000_000n;
    return { seconds: time.tv_sec, nanoseconds: Number(time.tv_usec) * 1000 };
  });
  return wrong && typeof times !== "number" ? E.EINVAL : times;
}

const utimes = systemCall(
  "utimes",
  "Sets the times of a file in microseconds.",
  { filename: text, times: address },
  (call, values) => setTimes(call, AT, values.filename, microseconds(call, values.times)),
);
const futimesat = systemCall(
  "futimesat",
  "Sets the times of a file in microseconds.",
  { dirfd: directoryFd, pathname: text, times: address },
  (call, values) => setTimes(call, values.dirfd, values.pathname, microseconds(call, values.times)),
);
const utime = systemCall(
  "utime",
  "Sets the times of a file in seconds.",
  { filename: text, times: address },
  (call, values) => {
    const times = twoTimes(values.times, 8, (place) => {
      const seconds = call.memory.read64(place);
      return seconds === undefined ? undefined : { seconds: BigInt.asIntN(64, seconds), nanoseconds: 0 };
    });
    return setTimes(call, AT, values.filename, times);
  },
);

export const PERMISSION_CALLS: readonly SystemCall[] = [
  ...[access, faccessat, faccessat2, ...MODES, ...OWNERS],
  ...[utimensat, utimes, futimesat, utime],
];
