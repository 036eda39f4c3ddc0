/**
 * Files without a name: in memory, counters, timers.
 * Models Linux mm/memfd.c, fs/eventfd.c, fs/timerfd.c. Leaves out: huge pages.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { F_SEAL_EXEC, F_SEAL_SEAL, O_CLOEXEC, O_LARGEFILE, O_NONBLOCK, O_RDWR } from "../abi/open-flags.js";
import { CLOCKS } from "../abi/process-flags.js";
import { ITIMERSPEC } from "../abi/structs.js";
import { openOutsideTree } from "../fs/descriptors.js";
import { EventCounter } from "../fs/event-counter.js";
import { MemoryFile } from "../fs/memory-file.js";
import { TimerFile } from "../time/timer-file.js";
import { clockSteps, epochOf, nanosecondsOf, SECOND } from "./clock-time.js";
import {
  address,
  type Call,
  choice,
  flags,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  text,
  unsignedInt,
} from "./definition.js";
import { pathAt } from "./file-arguments.js";
import { TIMER_ABSTIME, takeSetting } from "./timers.js";

const MFD = { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2, MFD_HUGETLB: 4, MFD_NOEXEC_SEAL: 8, MFD_EXEC: 16 };
const LONGEST_NAME = 249;

const memfdCreate = systemCall(
  "memfd_create",
  "Makes a file in memory that has no name in the tree.",
  { name: text, flags: flags(MFD) },
  (call, values) => {
    if (values.flags & ~(MFD.MFD_CLOEXEC | MFD.MFD_ALLOW_SEALING | MFD.MFD_NOEXEC_SEAL | MFD.MFD_EXEC))
      return E.EINVAL;
    if (values.flags & MFD.MFD_EXEC && values.flags & MFD.MFD_NOEXEC_SEAL) return E.EINVAL;
    const name = pathAt(call, values.name);
    if (typeof name === "number") return name === E.ENAMETOOLONG ? E.EINVAL : name;
    if (name.length > LONGEST_NAME) return E.EINVAL;
    const { files } = call.task;
    const sealable = values.flags & (MFD.MFD_ALLOW_SEALING | MFD.MFD_NOEXEC_SEAL);
    const seals = (sealable ? 0 : F_SEAL_SEAL) | (values.flags & MFD.MFD_NOEXEC_SEAL ? F_SEAL_EXEC : 0);
    const inode = new MemoryFile(files.system, values.flags & MFD.MFD_NOEXEC_SEAL ? 0o666 : 0o777, seals);
    inode.uid = files.credentials.euid;
    inode.gid = files.credentials.egid;
    const closeOnExec = (values.flags & MFD.MFD_CLOEXEC) !== 0;
    return openOutsideTree(files, inode, O_RDWR | O_LARGEFILE, closeOnExec, `/memfd:${name} (deleted)`);
  },
  "huge pages",
);

const EFD = { EFD_SEMAPHORE: 1, EFD_NONBLOCK: O_NONBLOCK, EFD_CLOEXEC: O_CLOEXEC };

function makeCounter(call: Call, value: number, bits: number): Outcome {
  if ((bits & ~(EFD.EFD_SEMAPHORE | O_NONBLOCK | O_CLOEXEC)) !== 0) return E.EINVAL;
  const { files } = call.task;
  const counter = new EventCounter(files.system, BigInt(value), (bits & EFD.EFD_SEMAPHORE) !== 0);
  const closeOnExec = (bits & O_CLOEXEC) !== 0;
  return openOutsideTree(files, counter, O_RDWR | (bits & O_NONBLOCK), closeOnExec, "anon_inode:[eventfd]");
}

const eventfd = systemCall(
  "eventfd",
  "Makes a counter to wait at.",
  { initval: unsignedInt },
  (call, values) => makeCounter(call, values.initval, 0),
);
const eventfd2 = systemCall(
  "eventfd2",
  "Makes a counter to wait at.",
  { initval: unsignedInt, flags: flags(EFD) },
  (call, values) => makeCounter(call, values.initval, values.flags),
);

const TFD = { TFD_NONBLOCK: O_NONBLOCK, TFD_CLOEXEC: O_CLOEXEC };
const TIMER_CLOCKS = ["CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME"].map((name) => CLOCKS[name]);

/** A machine that never sleeps need not be woken: these are the plain clocks. */
const ALARM_CLOCKS = new Map([
  [CLOCKS["CLOCK_REALTIME_ALARM"], CLOCKS["CLOCK_REALTIME"]!],
  [CLOCKS["CLOCK_BOOTTIME_ALARM"], CLOCKS["CLOCK_BOOTTIME"]!],
]);

const timerfdCreate = systemCall(
  "timerfd_create",
  "Makes a timer that is read as a file.",
  { clockid: choice(CLOCKS), flags: flags(TFD) },
  (call, { clockid, flags: bits }) => {
    const { files } = call.task;
    const clock = ALARM_CLOCKS.get(clockid) ?? clockid;
    if ((bits & ~(O_NONBLOCK | O_CLOEXEC)) !== 0 || !TIMER_CLOCKS.includes(clock)) return E.EINVAL;
    if (clock !== clockid && !files.credentials.capable(CAP.CAP_WAKE_ALARM)) return E.EPERM;
    const timer = new TimerFile(files.system, call.kernel.timers, clock);
    const closeOnExec = (bits & O_CLOEXEC) !== 0;
    return openOutsideTree(files, timer, O_RDWR | (bits & O_NONBLOCK), closeOnExec, "anon_inode:[timerfd]");
  },
);

function timerOf(call: Call, fd: number): TimerFile | number {
  const file = call.task.files.file(fd);
  if (typeof file === "number") return file;
  return file.inode instanceof TimerFile ? file.inode : E.EINVAL;
}

function putTimer(call: Call, timer: TimerFile, at: number): number {
  const spec = (steps: number) => {
    const time = nanosecondsOf(call, steps);
    return { tv_sec: time / SECOND, tv_nsec: time % SECOND };
  };
  return call.put(at, ITIMERSPEC, {
    it_interval: spec(timer.interval),
    it_value: spec(timer.left(call.now)),
  });
}

const timerfdSettime = systemCall(
  "timerfd_settime",
  "Starts a timer, or stops it.",
  { fd: int, flags: flags({ TFD_TIMER_ABSTIME: TIMER_ABSTIME }), new_value: address, old_value: address },
  (call, { fd, flags: bits, new_value, old_value }) => {
    if ((bits & ~3) !== 0) return E.EINVAL;
    const given = takeSetting(call, new_value);
    if (typeof given === "number") return given;
    const timer = timerOf(call, fd);
    if (typeof timer === "number") return timer;
    const told = old_value === 0 ? 0 : putTimer(call, timer, old_value);
    const epoch = epochOf(call, timer.clock) ?? 0n;
    const absolute = (bits & TIMER_ABSTIME) !== 0;
    const when = absolute ? clockSteps(call, given.value - epoch) : call.now + clockSteps(call, given.value);
    timer.set(given.value === 0n ? undefined : when, clockSteps(call, given.interval));
    return told;
  },
);

const timerfdGettime = systemCall(
  "timerfd_gettime",
  "Tells what is left of a timer.",
  { fd: int, curr_value: address },
  (call, { fd, curr_value }) => {
    const timer = timerOf(call, fd);
    return typeof timer === "number" ? timer : putTimer(call, timer, curr_value);
  },
);

export const ANONYMOUS_FILE_CALLS: readonly SystemCall[] = [
  ...[memfdCreate, eventfd, eventfd2, timerfdCreate, timerfdSettime, timerfdGettime],
];
