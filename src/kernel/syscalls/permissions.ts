/**
 * Permissions, owners, times and lengths of files. What the calls do is in `fs/status.ts`.
 * Models Linux fs/open.c, fs/attr.c, fs/utimes.c.
 */
import { E } from "../abi/errno.js";
import * as OPEN from "../abi/open-flags.js";
import { TIMESPEC, TIMEVAL } from "../abi/structs.js";
import { TIMESPEC_I386 } from "../abi/structs-i386.js";
import * as status from "../fs/status.js";
import {
  type ArgumentKind,
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
import { directoryFd, fd, mode } from "./file-arguments.js";
import { identity } from "./identities.js";
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

const wholeId = { ...unsignedInt, type: "uid_t" };

/** chown, lchown and fchown, with identities as `id` understands them. */
const owners = (id: ArgumentKind<number>): SystemCall[] => [
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
];

const OWNERS: readonly SystemCall[] = [
  ...owners(identity),
  ...owners(wholeId).map((call) => ({ ...call, name: `${call.name}32` })),
  systemCall(
    "fchownat",
    "Changes the owner.",
    { dirfd: directoryFd, pathname: text, owner: wholeId, group: wholeId, flags: atFlags },
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
    const times = nanoseconds(call, values.times);
    if (typeof times === "number") return times;
    if (values.pathname === 0 && values.dirfd !== AT && values.flags !== 0) return E.EINVAL;
    return setTimes(call, values.dirfd, values.pathname, times, values.flags);
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

/** Of the file at a path; without one, of the open file `dirfd`. */
function setTimes(call: Call, dirfd: number, pathname: number, times: Moment | number, bits = 0): Outcome {
  if (typeof times === "number") return times;
  const { files } = call.task;
  if (pathname === 0 && dirfd !== AT) return status.changeTimes(files, dirfd, undefined, times, 0);
  return onPath(call, pathname, (path) => status.changeTimes(files, dirfd, path, times, bits));
}

function nanoseconds(call: Call, at: number): Moment | number {
  const wide = call.abi === "x86-64";
  return twoTimes(at, wide ? TIMESPEC.size : TIMESPEC_I386.size, (place) => {
    const time = wide ? call.take(place, TIMESPEC) : call.take(place, TIMESPEC_I386);
    return time && { seconds: BigInt(time.tv_sec), nanoseconds: Number(time.tv_nsec) };
  });
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
