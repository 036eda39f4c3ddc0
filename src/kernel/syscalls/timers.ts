/**
 * Timers that send a signal. Models Linux kernel/time/{itimer,posix-timers}.c.
 * Leaves out: timers on clocks of CPU time. They expire with the tick.
 */
import { E } from "../abi/errno.js";
import { CLOCKS } from "../abi/process-flags.js";
import { LAST_SIGNAL, SIGNAL } from "../abi/signals.js";
import { ITIMERSPEC, ITIMERVAL, SIGEVENT } from "../abi/structs.js";
import { mayQueue } from "../process/signal-quota.js";
import { IntervalTimers, ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL } from "../time/interval-timers.js";
import { PosixTimer } from "../time/posix-timer.js";
import { canWaitFor, clockSteps, epochOf, nanosecondsOf, SECOND } from "./clock-time.js";
import {
  address,
  type Call,
  choice,
  flags,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";

const which = choice({ ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF });

function timersOf({ task }: Call): IntervalTimers {
  task.group.intervalTimers ??= new IntervalTimers(task.group);
  return task.group.intervalTimers;
}

interface TimevalValue {
  readonly tv_sec: bigint;
  readonly tv_usec: bigint;
}

/** Clock time of a timeval, or undefined when it is none. */
function fromTimeval(call: Call, { tv_sec, tv_usec }: TimevalValue): number | undefined {
  if (tv_sec < 0n || tv_usec < 0n || tv_usec >= 1_000_000n) return undefined;
  return clockSteps(call, tv_sec * SECOND + tv_usec * 1000n);
}

function toTimeval(call: Call, steps: number): TimevalValue {
  const microseconds = (nanosecondsOf(call, steps) + 999n) / 1000n;
  return { tv_sec: microseconds / 1_000_000n, tv_usec: microseconds % 1_000_000n };
}

function putTimer(call: Call, number: number, at: number): number {
  const { value, interval } = timersOf(call).get(call.kernel, number);
  return call.put(at, ITIMERVAL, {
    it_interval: toTimeval(call, interval),
    it_value: toTimeval(call, value),
  });
}

const isTimer = (number: number): boolean => number >= ITIMER_REAL && number <= ITIMER_PROF;

const getitimer = systemCall(
  "getitimer",
  "Tells what is left of a timer.",
  { which, curr_value: address },
  (call, { which: number, curr_value }) => (isTimer(number) ? putTimer(call, number, curr_value) : E.EINVAL),
);

const setitimer = systemCall(
  "setitimer",
  "Sets a timer that sends a signal: SIGALRM, SIGVTALRM or SIGPROF.",
  { which, new_value: address, old_value: address },
  (call, { which: number, new_value, old_value }) => {
    const given =
      new_value === 0
        ? { it_interval: { tv_sec: 0n, tv_usec: 0n }, it_value: { tv_sec: 0n, tv_usec: 0n } }
        : call.take(new_value, ITIMERVAL);
    if (!given) return E.EFAULT;
    const [value, interval] = [fromTimeval(call, given.it_value), fromTimeval(call, given.it_interval)];
    if (value === undefined || interval === undefined || !isTimer(number)) return E.EINVAL;
    const told = old_value === 0 ? 0 : putTimer(call, number, old_value);
    timersOf(call).set(call.kernel, number, { value, interval });
    return told;
  },
);

const alarm = systemCall(
  "alarm",
  "Asks for SIGALRM in some seconds; returns those that were left of the last one.",
  { seconds: unsignedInt },
  (call, { seconds }) => {
    const timers = timersOf(call);
    const left = nanosecondsOf(call, timers.get(call.kernel, ITIMER_REAL).value);
    timers.set(call.kernel, ITIMER_REAL, { value: clockSteps(call, BigInt(seconds) * SECOND), interval: 0 });
    // Rounded to the nearest second, but a timer that runs is never told to be off.
    const rounded = (left + SECOND / 2n) / SECOND;
    return left > 0n && rounded === 0n ? 1 : rounded;
  },
);

const SIGEV = { SIGEV_SIGNAL: 0, SIGEV_NONE: 1, SIGEV_THREAD: 2, SIGEV_THREAD_ID: 4 } as const;

function create(call: Call, clock: number, event: number, at: number): Outcome {
  const { group } = call.task;
  let number = 0;
  while (group.posixTimers.has(number)) number++;
  if (!Object.values(CLOCKS).includes(clock)) return E.EINVAL;
  if (!canWaitFor(clock)) return E.EOPNOTSUPP;
  if (!mayQueue(call.kernel, call.task)) return E.EAGAIN;
  const given = event === 0 ? undefined : call.take(event, SIGEVENT);
  if (event !== 0 && !given) return E.EFAULT;
  const notify = given?.sigev_notify ?? SIGEV.SIGEV_SIGNAL;
  const signal = given?.sigev_signo ?? SIGNAL.SIGALRM;
  const thread = notify === SIGEV.SIGEV_THREAD_ID ? call.kernel.tasks.get(given!.sigev_tid) : undefined;
  if (notify === SIGEV.SIGEV_THREAD_ID && thread?.group !== group) return E.EINVAL;
  if (!Object.values<number>(SIGEV).includes(notify)) return E.EINVAL;
  const silent = notify === SIGEV.SIGEV_NONE;
  if (!silent && (signal < 1 || signal > LAST_SIGNAL)) return E.EINVAL;
  if (!call.memory.write32(at, number)) return E.EFAULT;
  const value = given?.sigev_value ?? BigInt(number);
  group.posixTimers.set(number, new PosixTimer(group, number, clock, silent ? 0 : signal, value, thread));
  return 0;
}

const timerCreate = systemCall(
  "timer_create",
  "Makes a timer of a clock that sends a signal.",
  { clockid: choice(CLOCKS), sevp: address, timerid: address },
  (call, { clockid, sevp, timerid }) => create(call, clockid, sevp, timerid),
  "clocks of CPU time",
);

function putSetting(call: Call, timer: PosixTimer, at: number): number {
  const value = nanosecondsOf(call, timer.left(call.kernel));
  const interval = nanosecondsOf(call, timer.interval);
  const spec = (time: bigint) => ({ tv_sec: time / SECOND, tv_nsec: time % SECOND });
  return call.put(at, ITIMERSPEC, { it_interval: spec(interval), it_value: spec(value) });
}

/** Clock times of an itimerspec, or an errno. */
export function takeSetting(call: Call, at: number): { value: bigint; interval: bigint } | number {
  const given = call.take(at, ITIMERSPEC);
  if (!given) return E.EFAULT;
  const { it_value, it_interval } = given;
  for (const { tv_sec, tv_nsec } of [it_value, it_interval])
    if (tv_sec < 0n || tv_nsec < 0n || tv_nsec >= SECOND) return E.EINVAL;
  return {
    value: it_value.tv_sec * SECOND + it_value.tv_nsec,
    interval: it_interval.tv_sec * SECOND + it_interval.tv_nsec,
  };
}

export const TIMER_ABSTIME = 1;

const timerSettime = systemCall(
  "timer_settime",
  "Starts a timer, or stops it.",
  { timerid: int, flags: flags({ TIMER_ABSTIME }), new_value: address, old_value: address },
  (call, { timerid, flags: bits, new_value, old_value }) => {
    const { kernel, task } = call;
    const given = new_value === 0 ? E.EINVAL : takeSetting(call, new_value);
    if (typeof given === "number") return given;
    const timer = task.group.posixTimers.get(timerid);
    if (!timer) return E.EINVAL;
    const told = old_value === 0 ? 0 : putSetting(call, timer, old_value);
    kernel.timers.remove(timer);
    timer.interval = clockSteps(call, given.interval);
    timer.overrun = 0;
    if (given.value === 0n) return told;
    const absolute = (bits & TIMER_ABSTIME) !== 0;
    const epoch = epochOf(call, timer.clock) ?? 0n;
    timer.when = absolute ? clockSteps(call, given.value - epoch) : call.now + clockSteps(call, given.value);
    kernel.timers.add(timer);
    return told;
  },
);

const timerGettime = systemCall(
  "timer_gettime",
  "Tells what is left of a timer.",
  { timerid: int, curr_value: address },
  (call, { timerid, curr_value }) => {
    const timer = call.task.group.posixTimers.get(timerid);
    return timer ? putSetting(call, timer, curr_value) : E.EINVAL;
  },
);

const timerGetoverrun = systemCall(
  "timer_getoverrun",
  "Tells how many expiries the last signal stands for beside its own.",
  { timerid: int },
  (call, { timerid }) => call.task.group.posixTimers.get(timerid)?.overrun ?? E.EINVAL,
);

const timerDelete = systemCall("timer_delete", "Removes a timer.", { timerid: int }, (call, { timerid }) => {
  const { posixTimers } = call.task.group;
  const timer = posixTimers.get(timerid);
  if (!timer) return E.EINVAL;
  call.kernel.timers.remove(timer);
  posixTimers.delete(timerid);
  return 0;
});

export const TIMER_CALLS: readonly SystemCall[] = [
  ...[alarm, getitimer, setitimer, timerCreate, timerSettime, timerGettime, timerGetoverrun, timerDelete],
];
