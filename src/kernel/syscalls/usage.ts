/** What a process has used: getrusage and times. Models Linux kernel/sys.c. Leaves out: blocks read and written. */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import type { ValueOf } from "../abi/layout.js";
import { RUSAGE, TMS } from "../abi/structs.js";
import { RUSAGE_I386 } from "../abi/structs-i386.js";
import type { Task } from "../process/task.js";
import { type ThreadGroup, Usage } from "../process/thread-group.js";
import { address, type Call, choice, type SystemCall, systemCall } from "./definition.js";

/** Brings the accounts of the thread that has the CPU up to now. */
export function bringUpToDate({ kernel }: Call): void {
  if (kernel.current) kernel.scheduler.account(kernel.current.entity, kernel.machine.clock.now);
}

function sum(one: Usage, other: Usage): Usage {
  const both = new Usage();
  both.add(one);
  both.add(other);
  return both;
}

function timeval(clockTime: number, call: Call): { tv_sec: bigint; tv_usec: bigint } {
  const microseconds = Math.floor((clockTime * 1e6) / call.kernel.machine.clock.stepsPerSecond);
  return { tv_sec: BigInt(Math.floor(microseconds / 1e6)), tv_usec: BigInt(microseconds % 1e6) };
}

const KILOBYTES_OF_PAGE = PAGE_SIZE / 1024;

/** The figures of getrusage; those that Linux does not keep either are zero, and so are blocks read and written. */
function usage(used: Usage, call: Call) {
  return {
    ru_utime: timeval(used.user, call),
    ru_stime: timeval(used.system, call),
    ...{ ru_maxrss: BigInt(used.mostResident * KILOBYTES_OF_PAGE), ru_ixrss: 0n, ru_idrss: 0n, ru_isrss: 0n },
    ...{ ru_minflt: BigInt(used.faults.minor), ru_majflt: BigInt(used.faults.major), ru_nswap: 0n },
    ...{ ru_inblock: 0n, ru_oublock: 0n, ru_msgsnd: 0n, ru_msgrcv: 0n },
    ...{ ru_nsignals: 0n, ru_nvcsw: BigInt(used.voluntary), ru_nivcsw: BigInt(used.involuntary) },
  };
}

function ofThread(task: Task): Usage {
  const used = new Usage();
  used.addThread(task);
  used.mostResident = task.group.used.mostResident;
  return used;
}

/** What a process has used, alone or with its children that were waited for. */
export function usageOf(group: ThreadGroup, which: "alone" | "with children", call: Call) {
  bringUpToDate(call);
  return usage(which === "alone" ? group.used : sum(group.used, group.ofChildren), call);
}

/** Writes the figures in the form that the caller's ABI knows. */
export function putUsage(call: Call, at: number, used: ReturnType<typeof usageOf>): number {
  if (call.abi === "x86-64") return call.put(at, RUSAGE, used);
  const { ru_utime, ru_stime, ...counts } = used;
  const narrow = (time: { tv_sec: bigint; tv_usec: bigint }) => ({
    tv_sec: Number(time.tv_sec),
    tv_usec: Number(time.tv_usec),
  });
  const numbers = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)]));
  const whole = { ru_utime: narrow(ru_utime), ru_stime: narrow(ru_stime), ...numbers };
  return call.put(at, RUSAGE_I386, whole as ValueOf<typeof RUSAGE_I386>);
}

const WHO = { RUSAGE_SELF: 0, RUSAGE_CHILDREN: -1, RUSAGE_THREAD: 1 } as const;

const getrusage = systemCall(
  "getrusage",
  "Tells what the process, its children or the thread has used.",
  { who: choice(WHO), usage: address },
  (call, { who, usage: at }) => {
    const { group } = call.task;
    bringUpToDate(call);
    if (who === WHO.RUSAGE_SELF) return call.put(at, RUSAGE, usageOf(group, "alone", call));
    if (who === WHO.RUSAGE_CHILDREN) return call.put(at, RUSAGE, usage(group.ofChildren, call));
    return who === WHO.RUSAGE_THREAD ? call.put(at, RUSAGE, usage(ofThread(call.task), call)) : E.EINVAL;
  },
  "blocks read and written are zero",
);

/** USER_HZ */
const TICKS = 100;

const times = systemCall(
  "times",
  "Ticks of the clock, and processor time.",
  { buf: address },
  (call, { buf }) => {
    bringUpToDate(call);
    const { cpuTime, ofChildren } = call.task.group;
    const ticks = (time: number) =>
      BigInt(Math.floor((time * TICKS) / call.kernel.machine.clock.stepsPerSecond));
    const told = {
      tms_utime: ticks(cpuTime.user),
      tms_stime: ticks(cpuTime.system),
      tms_cutime: ticks(ofChildren.user),
      tms_cstime: ticks(ofChildren.system),
    };
    if (buf !== 0 && call.put(buf, TMS, told) !== 0) return E.EFAULT;
    return Math.floor(call.kernel.uptime * TICKS);
  },
);

export const USAGE_CALLS: readonly SystemCall[] = [getrusage, times];
