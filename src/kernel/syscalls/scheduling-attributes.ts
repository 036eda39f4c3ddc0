/**
 * sched_setattr and sched_getattr: everything about how a thread is scheduled in one structure that may grow.
 * Models sched_copy_attr and the two calls (Linux kernel/sched/syscalls.c). Leaves out: SCHED_DEADLINE, utilization clamps.
 */
import { E } from "../abi/errno.js";
import { i32, struct, u32, u64, type ValueOf } from "../abi/layout.js";
import { type Attributes, attributesOf, checkAttributes, setAttributes } from "../sched/attributes.js";
import { isRealTime } from "../sched/real-time.js";
import { NICE_MAX, NICE_MIN } from "../sched/weights.js";
import { address, type Call, int, type SystemCall, systemCall, unsignedInt } from "./definition.js";

/** struct sched_attr (include/uapi/linux/sched/types.h). */
export const SCHED_ATTR = struct("sched_attr", {
  size: u32,
  sched_policy: u32,
  sched_flags: u64,
  sched_nice: i32,
  sched_priority: u32,
  sched_runtime: u64,
  sched_deadline: u64,
  sched_period: u64,
  sched_util_min: u32,
  sched_util_max: u32,
});

/** SCHED_ATTR_SIZE_VER0: without the clamps. */
const FIRST_SIZE = 48;
const LARGEST_SIZE = 4096;
const FLAG = {
  RESET_ON_FORK: 1n,
  KEEP_POLICY: 8n,
  KEEP_PARAMS: 0x10n,
  UTIL_CLAMP: 0x60n,
  ALL: 0x7fn,
} as const;
/** The shortest and the longest slice that a task may ask for, in nanoseconds. */
const [SHORTEST, LONGEST] = [100_000, 100_000_000];

type SchedAttr = ValueOf<typeof SCHED_ATTR>;

/** The structure as the program has it, or why it cannot be taken. */
function take(call: Call, at: number): SchedAttr | number {
  const given = call.memory.read32(at);
  if (given === undefined) return E.EFAULT;
  const size = given || FIRST_SIZE;
  if (size < FIRST_SIZE || size > LARGEST_SIZE) return tooBig(call, at);
  const bytes = call.memory.read(at, size);
  if (!bytes) return E.EFAULT;
  // What is behind the fields that this kernel knows must not ask for anything.
  if (bytes.subarray(SCHED_ATTR.size).some((byte) => byte !== 0)) return tooBig(call, at);
  const whole = new Uint8Array(SCHED_ATTR.size);
  whole.set(bytes.subarray(0, SCHED_ATTR.size));
  const attr = SCHED_ATTR.decode(whole) as SchedAttr;
  return (attr.sched_flags & FLAG.UTIL_CLAMP) !== 0n && size < SCHED_ATTR.size ? E.EINVAL : attr;
}

function tooBig(call: Call, at: number): number {
  call.memory.write32(at, SCHED_ATTR.size);
  return E.E2BIG;
}

const setattr = systemCall(
  "sched_setattr",
  "Sets class, priority, nice value and requested slice of a thread.",
  { pid: int, attr: address, flags: unsignedInt },
  (call, { pid, attr, flags }) => {
    if (attr === 0 || pid < 0 || flags !== 0) return E.EINVAL;
    const given = take(call, attr);
    if (typeof given === "number") return given;
    if ((given.sched_policy | 0) < 0) return E.EINVAL;
    const target = pid === 0 ? call.task : call.kernel.tasks.get(pid);
    if (!target) return E.ESRCH;
    const bits = given.sched_flags;
    if ((bits & ~FLAG.ALL) !== 0n || (bits & FLAG.UTIL_CLAMP) !== 0n) return E.EINVAL;
    const wanted = wantedOf(call, given, attributesOf(target));
    if ((bits & FLAG.KEEP_PARAMS) === 0n) return setAttributes(call.kernel, call.task, target, wanted);
    // The class counts as a parameter: it is examined and kept as well.
    const wrong = checkAttributes(call.task, target, wanted);
    if (!wrong) target.entity.resetsOnFork = wanted.resetsOnFork;
    return wrong;
  },
  "SCHED_DEADLINE, utilization clamps",
);

function wantedOf(call: Call, given: SchedAttr, has: Attributes): Attributes {
  const { sched_flags: bits, sched_policy, sched_priority, sched_nice, sched_runtime } = given;
  const keepsPolicy = (bits & FLAG.KEEP_POLICY) !== 0n;
  const policy = keepsPolicy ? has.policy : sched_policy;
  const resetsOnFork = keepsPolicy ? has.resetsOnFork : (bits & FLAG.RESET_ON_FORK) !== 0n;
  if ((bits & FLAG.KEEP_PARAMS) !== 0n) return { ...has, policy, resetsOnFork };
  const attributes = { policy, resetsOnFork, priority: sched_priority };
  if (isRealTime(attributes)) return { ...has, ...attributes };
  const nice = Math.max(NICE_MIN, Math.min(NICE_MAX, sched_nice));
  return { ...attributes, nice, request: requestOf(call, Number(sched_runtime)) };
}

/** Clock time of a slice in nanoseconds. */
function requestOf({ kernel }: Call, nanoseconds: number): number {
  if (nanoseconds === 0) return 0;
  return (Math.max(SHORTEST, Math.min(LONGEST, nanoseconds)) * kernel.machine.clock.stepsPerSecond) / 1e9;
}

const getattr = systemCall(
  "sched_getattr",
  "Tells class, priority, nice value and requested slice of a thread.",
  { pid: int, attr: address, size: unsignedInt, flags: unsignedInt },
  (call, { pid, attr, size, flags }) => {
    if (attr === 0 || pid < 0 || size > LARGEST_SIZE || size < FIRST_SIZE || flags !== 0) return E.EINVAL;
    const target = pid === 0 ? call.task : call.kernel.tasks.get(pid);
    if (!target) return E.ESRCH;
    const bytes = new Uint8Array(size);
    bytes.set(SCHED_ATTR.encode(told(call, attributesOf(target), size)).subarray(0, size));
    return call.memory.write(attr, bytes) ? 0 : E.EFAULT;
  },
  "utilization clamps",
);

function told({ kernel }: Call, has: Attributes, size: number): SchedAttr {
  const { scheduler, machine } = kernel;
  const nanoseconds = ((has.request || (scheduler.baseSlice ?? 0)) * 1e9) / machine.clock.stepsPerSecond;
  const realTime = isRealTime(has);
  return {
    size: Math.min(size, SCHED_ATTR.size),
    sched_policy: has.policy,
    sched_flags: has.resetsOnFork ? FLAG.RESET_ON_FORK : 0n,
    sched_nice: realTime ? 0 : has.nice,
    sched_priority: has.priority,
    sched_runtime: realTime ? 0n : BigInt(Math.round(nanoseconds)),
    ...{ sched_deadline: 0n, sched_period: 0n, sched_util_min: 0, sched_util_max: 0 },
  };
}

export const SCHEDULING_ATTRIBUTE_CALLS: readonly SystemCall[] = [setattr, getattr];
