/**
 * prctl: small settings of a thread or its process. Models Linux kernel/sys.c (SYSCALL_DEFINE of prctl).
 * What concerns capabilities is in `capability-settings.ts`. Leaves out: what concerns seccomp, tracing and memory layout.
 */
import { E } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import { LAST_SIGNAL } from "../abi/signals.js";
import { nameTask } from "../sched/tell.js";
import { CAPABILITY_SETTINGS, capabilitySetting } from "./capability-settings.js";
import { type Call, int, type Outcome, type SystemCall, systemCall, word } from "./definition.js";

const PR = {
  ...CAPABILITY_SETTINGS,
  PR_SET_PDEATHSIG: 1,
  PR_GET_PDEATHSIG: 2,
  PR_GET_DUMPABLE: 3,
  PR_SET_DUMPABLE: 4,
  PR_GET_TIMING: 13,
  PR_SET_TIMING: 14,
  PR_SET_NAME: 15,
  PR_GET_NAME: 16,
  PR_SET_TIMERSLACK: 29,
  PR_GET_TIMERSLACK: 30,
  PR_TASK_PERF_EVENTS_DISABLE: 31,
  PR_TASK_PERF_EVENTS_ENABLE: 32,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_GET_CHILD_SUBREAPER: 37,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
} as const;

const NAME_SIZE = 16;

function setName(call: Call, at: bigint): Outcome {
  const name = call.memory.readString(Number(at), NAME_SIZE);
  if (name === E.EFAULT) return E.EFAULT;
  const bytes =
    typeof name === "string"
      ? name
      : String.fromCharCode(...(call.memory.read(Number(at), NAME_SIZE - 1) ?? []));
  nameTask(call.kernel, call.task, bytes);
  return 0;
}

function getName(call: Call, at: bigint): Outcome {
  const bytes = new Uint8Array(NAME_SIZE);
  for (let n = 0; n < call.task.name.length; n++) bytes[n] = call.task.name.charCodeAt(n);
  return call.memory.write(Number(at), bytes) ? 0 : E.EFAULT;
}

/** Stores an int where the program wants it. */
const tell = (call: Call, at: bigint, value: number): Outcome =>
  call.memory.write32(Number(at), value) ? 0 : E.EFAULT;

const prctl = systemCall(
  "prctl",
  "Small settings of the thread or its process, as its name.",
  {
    option: { ...int, format: (value: number) => formatConstant(PR, value) },
    arg: word,
    arg3: word,
    arg4: word,
    arg5: word,
  },
  (call, { option, arg, arg3, arg4, arg5 }) => {
    const { task } = call;
    const { group } = task;
    const unused = arg3 === 0n && arg4 === 0n && arg5 === 0n;
    switch (option) {
      case PR.PR_SET_PDEATHSIG:
        if (arg > BigInt(LAST_SIGNAL)) return E.EINVAL;
        task.parentDeathSignal = Number(arg);
        return 0;
      case PR.PR_GET_PDEATHSIG:
        return tell(call, arg, task.parentDeathSignal);
      case PR.PR_GET_DUMPABLE:
        return group.isDumpable ? 1 : 0;
      case PR.PR_SET_DUMPABLE:
        if (arg > 1n) return E.EINVAL;
        group.isDumpable = arg === 1n;
        return 0;
      case PR.PR_GET_TIMING:
      case PR.PR_TASK_PERF_EVENTS_DISABLE:
      case PR.PR_TASK_PERF_EVENTS_ENABLE:
        return 0;
      case PR.PR_SET_TIMING:
        return arg === 0n ? 0 : E.EINVAL;
      case PR.PR_SET_NAME:
        return setName(call, arg);
      case PR.PR_GET_NAME:
        return getName(call, arg);
      case PR.PR_SET_TIMERSLACK:
        task.timerSlack = arg === 0n ? DEFAULT_SLACK : Number(arg);
        return 0;
      case PR.PR_GET_TIMERSLACK:
        return task.timerSlack;
      case PR.PR_SET_CHILD_SUBREAPER:
        group.isSubreaper = arg !== 0n;
        return 0;
      case PR.PR_GET_CHILD_SUBREAPER:
        return tell(call, arg, group.isSubreaper ? 1 : 0);
      case PR.PR_SET_NO_NEW_PRIVS:
        if (arg !== 1n || !unused) return E.EINVAL;
        task.noNewPrivileges = true;
        return 0;
      case PR.PR_GET_NO_NEW_PRIVS:
        return arg !== 0n || !unused ? E.EINVAL : Number(task.noNewPrivileges);
      default:
        return capabilitySetting(task.files, option, [arg, arg3, arg4, arg5]);
    }
  },
  "seccomp, tracing, memory layout",
);

/** Nanoseconds by which a sleep may last longer. */
const DEFAULT_SLACK = 50_000;

export const PRCTL_CALLS: readonly SystemCall[] = [prctl];
