/**
 * Clocks and sleeping. All time comes from the machine's clock, which counts steps, so a run can be repeated exactly.
 * Models Linux kernel/time/posix-timers.c, time.c, hrtimer.c.
 */
import { E } from "../abi/errno.js";
import { CLOCKS } from "../abi/process-flags.js";
import { TIMESPEC, TIMEVAL } from "../abi/structs.js";
import { TIMESPEC_I386, TIMEVAL_I386 } from "../abi/structs-i386.js";
import { Blocked } from "../fs/blocking.js";
import { canWaitFor, clockSteps, epochOf, nanosecondsOf, SECOND } from "./clock-time.js";
import {
  address,
  type Call,
  choice,
  flags,
  type Outcome,
  type SystemCall,
  systemCall,
} from "./definition.js";
import { TIMER_ABSTIME } from "./timers.js";
import { bringUpToDate } from "./usage.js";

const clock = choice(CLOCKS);

/** Nanoseconds of a clock, or undefined when there is no such clock. */
function read(call: Call, id: number): bigint | undefined {
  if (id === CLOCKS["CLOCK_PROCESS_CPUTIME_ID"]) return usedBy(call, "process");
  if (id === CLOCKS["CLOCK_THREAD_CPUTIME_ID"]) return usedBy(call, "thread");
  if (id < 0) return cpuClock(call, id);
  const epoch = epochOf(call, id);
  return epoch === undefined ? undefined : epoch + nanosecondsOf(call, call.now);
}

/** In the number of a clock of somebody's CPU time: what counts, and whether it is a thread's; above them the process's, inverted. */
const CPUCLOCK_VIRT = 1;
const CPUCLOCK_SCHED = 2;
const CPUCLOCK_MASK = 3;
const CPUCLOCK_PERTHREAD_MASK = 4;

/** The CPU time of a process, or of one of one's own threads (clock_getcpuclockid, pthread_getcpuclockid). */
function cpuClock(call: Call, id: number): bigint | undefined {
  const which = id & CPUCLOCK_MASK;
  if (which > CPUCLOCK_SCHED) return undefined;
  const isThread = (id & CPUCLOCK_PERTHREAD_MASK) !== 0;
  const pid = ~(id >> 3);
  const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
  if (
    !task ||
    (isThread ? task.group !== call.task.group : pid !== 0 && !task.isLeader && task !== call.task)
  )
    return undefined;
  bringUpToDate(call);
  const { user, system } = isThread ? task.cpuTime : task.group.cpuTime;
  return nanosecondsOf(call, which === CPUCLOCK_VIRT ? user : user + system);
}

/** CPU time so far. */
function usedBy(call: Call, which: "process" | "thread"): bigint {
  bringUpToDate(call);
  const { user, system } = which === "process" ? call.task.group.cpuTime : call.task.cpuTime;
  return nanosecondsOf(call, user + system);
}

function putTime(call: Call, at: number, nanoseconds: bigint, wide = call.abi === "x86-64"): number {
  if (wide) return call.put(at, TIMESPEC, { tv_sec: nanoseconds / SECOND, tv_nsec: nanoseconds % SECOND });
  return call.put(at, TIMESPEC_I386, {
    tv_sec: Number(nanoseconds / SECOND),
    tv_nsec: Number(nanoseconds % SECOND),
  });
}

/** Nanoseconds of a timespec, or an errno. */
function takeTime(call: Call, at: number, wide = call.abi === "x86-64"): bigint | number {
  const time = wide ? call.take(at, TIMESPEC) : call.take(at, TIMESPEC_I386);
  if (!time) return E.EFAULT;
  const [seconds, rest] = [BigInt(time.tv_sec), BigInt(time.tv_nsec)];
  return seconds < 0n || rest < 0n || rest >= SECOND ? E.EINVAL : seconds * SECOND + rest;
}

function getTime(call: Call, id: number, at: number, wide?: boolean): Outcome {
  const nanoseconds = read(call, id);
  return nanoseconds === undefined ? E.EINVAL : putTime(call, at, nanoseconds, wide);
}

const clockGettime = systemCall(
  "clock_gettime",
  "Reads a clock.",
  { clockid: clock, tp: address },
  (call, { clockid, tp }) => getTime(call, clockid, tp),
);
const clockGettime64 = systemCall(
  "clock_gettime64",
  "Reads a clock.",
  { clockid: clock, tp: address },
  (call, { clockid, tp }) => getTime(call, clockid, tp, true),
);
const clockGetres = systemCall(
  "clock_getres",
  "Tells a clock's resolution: a nanosecond.",
  { clockid: clock, res: address },
  (call, { clockid, res }) => {
    if (read(call, clockid) === undefined) return E.EINVAL;
    return res === 0 ? 0 : putTime(call, res, 1n);
  },
);

const gettimeofday = systemCall(
  "gettimeofday",
  "Reads the time of day.",
  { tv: address, tz: address },
  (call, { tv, tz }) => {
    const error = tv === 0 ? 0 : putTimeOfDay(call, tv);
    // The time zone of the kernel is Greenwich: two zeros.
    return error || tz === 0 || call.memory.write64(tz, 0n) ? error : E.EFAULT;
  },
);

function putTimeOfDay(call: Call, tv: number): number {
  const microseconds = read(call, 0)! / 1000n;
  const [seconds, rest] = [microseconds / 1_000_000n, microseconds % 1_000_000n];
  if (call.abi === "x86-64") return call.put(tv, TIMEVAL, { tv_sec: seconds, tv_usec: rest });
  return call.put(tv, TIMEVAL_I386, { tv_sec: Number(seconds), tv_usec: Number(rest) });
}

const time = systemCall("time", "Seconds since 1970.", { tloc: address }, (call, { tloc }) => {
  const seconds = read(call, 0)! / SECOND;
  if (tloc === 0) return seconds;
  const done =
    call.abi === "x86-64" ? call.memory.write64(tloc, seconds) : call.memory.write32(tloc, Number(seconds));
  return done ? seconds : E.EFAULT;
});

/** A sleep that a signal handler interrupts tells what was left of it. */
class SleepRest {
  constructor(
    private readonly call: Call,
    private readonly at: number,
    private readonly until: number,
  ) {}

  release(): void {
    const { call, at, until } = this;
    if (at !== 0 && !call.task.ending) putTime(call, at, nanosecondsOf(call, Math.max(0, until - call.now)));
  }
}

/** Sleeps for a time, counted from the beginning of the call, or until a moment of the clock. */
function sleep(call: Call, nanoseconds: bigint, from: number, rest: number): Outcome {
  const until = from + clockSteps(call, nanoseconds);
  if (call.now >= until) return 0;
  return new Blocked([], { done: 0, held: new SleepRest(call, rest, until) }, until);
}

const nanosleep = systemCall("nanosleep", "Sleeps.", { req: address, rem: address }, (call, { req, rem }) => {
  const nanoseconds = takeTime(call, req);
  return typeof nanoseconds === "number" ? nanoseconds : sleep(call, nanoseconds, call.started, rem);
});

const clockNanosleep = systemCall(
  "clock_nanosleep",
  "Sleeps for a time or until a moment of a clock.",
  { clockid: clock, flags: flags({ TIMER_ABSTIME }), req: address, rem: address },
  (call, { clockid, flags: bits, req, rem }) => {
    if (!Object.values(CLOCKS).includes(clockid)) return E.EINVAL;
    if (!canWaitFor(clockid) && clockid !== CLOCKS["CLOCK_PROCESS_CPUTIME_ID"]) return E.EOPNOTSUPP;
    const nanoseconds = takeTime(call, req);
    if (typeof nanoseconds === "number") return nanoseconds;
    if ((bits & TIMER_ABSTIME) === 0) return sleep(call, nanoseconds, call.started, rem);
    const epoch = epochOf(call, clockid);
    if (epoch === undefined) return E.EOPNOTSUPP;
    return nanoseconds <= epoch ? 0 : sleep(call, nanoseconds - epoch, 0, 0);
  },
);

export const TIME_CALLS: readonly SystemCall[] = [
  ...[clockGettime, clockGettime64, clockGetres, gettimeofday, time, nanosleep, clockNanosleep],
];
