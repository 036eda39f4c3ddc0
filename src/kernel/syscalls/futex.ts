/**
 * Waiting at a word of memory until somebody wakes: what locks of threads are built of.
 * Models Linux kernel/futex/{syscalls,waitwake,requeue}.c. Leaves out: futex_waitv. Locks that the
 * kernel hands on are in `futex-locks.ts`.
 */
import { E } from "../abi/errno.js";
import * as OPERATION from "../abi/process-flags.js";
import { Blocked } from "../fs/blocking.js";
import { ANY, FutexWaiter } from "../process/futex-table.js";
import { mayInspect } from "../process/process-memory.js";
import {
  address,
  type Call,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { type FutexArguments, futexOperation, type LimitClock, limitOf, wordAt } from "./futex-arguments.js";
import * as locks from "./futex-locks.js";

function wait(call: Call, values: FutexArguments, bitset: number, clock: LimitClock): Outcome {
  const until = limitOf(call, values, clock);
  if (until < 0) return until;
  const held = call.progress?.held;
  if (held instanceof FutexWaiter) {
    if (held.woken) return 0;
    if (call.now >= until) {
      held.release();
      return E.ETIMEDOUT;
    }
    return sleepAt(held, until);
  }
  if (bitset === 0) return E.EINVAL;
  const key = wordAt(call, values, values.uaddr);
  if (typeof key === "number") return key;
  const word = call.memory.read32(values.uaddr);
  if (word === undefined) return E.EFAULT;
  if (word !== values.val) return E.EAGAIN;
  const waiter = call.kernel.futexes.add(key, bitset);
  return sleepAt(waiter, until);
}

/** With a time limit it is not made again after a handler: the limit would begin anew. */
function sleepAt(waiter: FutexWaiter, until: number): Blocked {
  const neverRestarts = until < Number.POSITIVE_INFINITY;
  return new Blocked([waiter.queue], { done: 0, held: waiter, neverRestarts }, until);
}

function wake(call: Call, values: FutexArguments, bitset: number): Outcome {
  const key = wordAt(call, values, values.uaddr);
  if (bitset === 0) return E.EINVAL;
  return typeof key === "number" ? key : call.kernel.futexes.wakeAt(key, Math.max(1, values.val | 0), bitset);
}

function requeue(call: Call, values: FutexArguments, compares: boolean): Outcome {
  const { uaddr, uaddr2, val, timeout: limit, val3 } = values;
  if ((val | 0) < 0 || (limit | 0) < 0) return E.EINVAL;
  const [from, to] = [wordAt(call, values, uaddr), wordAt(call, values, uaddr2)];
  if (typeof from === "number") return from;
  if (typeof to === "number") return to;
  if (compares && call.memory.read32(uaddr) !== val3) return E.EAGAIN;
  const woken = call.kernel.futexes.wakeAt(from, val | 0);
  const moved = call.kernel.futexes.requeue(from, to, limit | 0);
  return woken + moved;
}

const COMPUTE: readonly ((old: number, operand: number) => number)[] = [
  (_old, operand) => operand,
  (old, operand) => old + operand,
  (old, operand) => old | operand,
  (old, operand) => old & ~operand,
  (old, operand) => old ^ operand,
];
const COMPARE: readonly ((old: number, argument: number) => boolean)[] = [
  (old, argument) => old === argument,
  (old, argument) => old !== argument,
  (old, argument) => old < argument,
  (old, argument) => old <= argument,
  (old, argument) => old > argument,
  (old, argument) => old >= argument,
];

/** Changes the second word as `val3` says (operation 4, comparison 4, operand 12, argument 12 bits), wakes at both. */
function wakeOperation(call: Call, values: FutexArguments): Outcome {
  const { uaddr, uaddr2, val, timeout: second, val3 } = values;
  const [one, two] = [wordAt(call, values, uaddr), wordAt(call, values, uaddr2)];
  if (typeof one === "number") return one;
  if (typeof two === "number") return two;
  const signed = (bits: number) => (bits << 20) >> 20;
  const shifts = val3 >>> 31 === 1;
  const operand = shifts ? 1 << ((val3 >>> 12) & 31) : signed((val3 >>> 12) & 0xfff);
  const compute = COMPUTE[(val3 >>> 28) & 7];
  const compare = COMPARE[(val3 >>> 24) & 15];
  if (!compute || !compare) return E.ENOSYS;
  const old = call.memory.read32(uaddr2);
  if (old === undefined || !call.memory.write32(uaddr2, compute(old | 0, operand) >>> 0)) return E.EFAULT;
  const { futexes } = call.kernel;
  const woken = futexes.wakeAt(one, Math.max(1, val | 0));
  return compare(old | 0, signed(val3 & 0xfff))
    ? woken + futexes.wakeAt(two, Math.max(1, second | 0))
    : woken;
}

/** The operations with a limit of time that may be told by the real-time clock. */
const CLOCKED: readonly number[] = [OPERATION.FUTEX_WAIT_BITSET, OPERATION.FUTEX_LOCK_PI2];

const futex = systemCall(
  "futex",
  "Waits at, or wakes at, a word in memory.",
  {
    uaddr: address,
    op: futexOperation,
    val: unsignedInt,
    timeout: address,
    uaddr2: address,
    val3: unsignedInt,
  },
  (call, values) => {
    const operation = values.op & ~(OPERATION.FUTEX_PRIVATE_FLAG | OPERATION.FUTEX_CLOCK_REALTIME);
    const byClock = (values.op & OPERATION.FUTEX_CLOCK_REALTIME) !== 0;
    if (byClock && !CLOCKED.includes(operation)) return E.ENOSYS;
    switch (operation) {
      case OPERATION.FUTEX_WAIT:
        return wait(call, values, ANY, "call");
      case OPERATION.FUTEX_WAIT_BITSET:
        return wait(call, values, values.val3, byClock ? "real" : "monotonic");
      case OPERATION.FUTEX_WAKE:
        return wake(call, values, ANY);
      case OPERATION.FUTEX_WAKE_BITSET:
        return wake(call, values, values.val3);
      case OPERATION.FUTEX_REQUEUE:
        return requeue(call, values, false);
      case OPERATION.FUTEX_CMP_REQUEUE:
        return requeue(call, values, true);
      case OPERATION.FUTEX_WAKE_OP:
        return wakeOperation(call, values);
      case OPERATION.FUTEX_LOCK_PI:
        return locks.lock(call, values, "real");
      case OPERATION.FUTEX_LOCK_PI2:
        return locks.lock(call, values, byClock ? "real" : "monotonic");
      case OPERATION.FUTEX_UNLOCK_PI:
        return locks.unlock(call, values);
      case OPERATION.FUTEX_TRYLOCK_PI:
        return locks.tryLock(call, values);
      default:
        return E.ENOSYS;
    }
  },
  "FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI",
);

/** struct robust_list_head: three words. */
const listSize = ({ abi }: Call): number => (abi === "x86-64" ? 24 : 12);

const setRobustList = systemCall(
  "set_robust_list",
  "Names the list of locks that are to be released when the thread ends.",
  { head: address, len: size },
  (call, { head, len }) => {
    if (len !== listSize(call)) return E.EINVAL;
    call.task.robustList = head;
    return 0;
  },
);

const getRobustList = systemCall(
  "get_robust_list",
  "Tells a thread's list of locks.",
  { pid: int, head_ptr: address, len_ptr: address },
  (call, { pid, head_ptr, len_ptr }) => {
    const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
    if (!task) return E.ESRCH;
    if (!mayInspect(call.task, task)) return E.EPERM;
    const put = (at: number, value: number) =>
      call.abi === "x86-64" ? call.memory.write64(at, BigInt(value)) : call.memory.write32(at, value);
    return put(len_ptr, listSize(call)) && put(head_ptr, task.robustList) ? 0 : E.EFAULT;
  },
);

export const FUTEX_CALLS: readonly SystemCall[] = [futex, setRobustList, getRobustList];
