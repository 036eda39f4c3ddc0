/** What the operations of futex have in common: their arguments, the word that they concern, and limits of time. */
import { E } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import * as OPERATION from "../abi/process-flags.js";
import { TIMESPEC } from "../abi/structs.js";
import { TIMESPEC_I386 } from "../abi/structs-i386.js";
import { type ArgumentKind, type Call, int } from "./definition.js";

export interface FutexArguments {
  readonly uaddr: number;
  readonly op: number;
  readonly val: number;
  /** A time, or for some operations a number. */
  readonly timeout: number;
  readonly uaddr2: number;
  readonly val3: number;
}

const { FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI } = OPERATION;
const { FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_LOCK_PI2 } = OPERATION;
const { FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME } = OPERATION;

const OPERATIONS = {
  ...{ FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI },
  ...{ FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_LOCK_PI2 },
};

/** `FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME`, as strace writes it. */
export const futexOperation: ArgumentKind<number> = {
  ...int,
  format(value) {
    const own = value & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "";
    const rest = value & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "";
    return formatConstant(OPERATIONS, value & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)) + own + rest;
  },
};

/** Where a word is that the operation concerns; or EINVAL, EFAULT. */
export function wordAt(call: Call, { op }: FutexArguments, at: number): string | number {
  if (at % 4 !== 0) return E.EINVAL;
  const own = (op & OPERATION.FUTEX_PRIVATE_FLAG) !== 0;
  return call.kernel.futexes.keyOf(call.task.space, at, own) ?? E.EFAULT;
}

/** What a limit of time is counted from: the call, the start of the machine, or 1970. */
export type LimitClock = "call" | "monotonic" | "real";

/** Clock time at which a wait ends; or EFAULT, EINVAL. */
export function limitOf(call: Call, { timeout }: FutexArguments, clock: LimitClock): number {
  if (timeout === 0) return Number.POSITIVE_INFINITY;
  const time = call.abi === "x86-64" ? call.take(timeout, TIMESPEC) : call.take(timeout, TIMESPEC_I386);
  if (!time) return E.EFAULT;
  const [seconds, nanoseconds] = [Number(time.tv_sec), Number(time.tv_nsec)];
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= 1e9) return E.EINVAL;
  const { stepsPerSecond } = call.kernel.machine.clock;
  const begin = { call: call.started / stepsPerSecond, monotonic: 0, real: -call.kernel.bootTime }[clock];
  return Math.max(0, (seconds + nanoseconds / 1e9 + begin) * stepsPerSecond);
}
