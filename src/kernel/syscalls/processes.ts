/**
 * Making, ending and waiting for processes; who am I.
 * Models Linux kernel/fork.c, kernel/exit.c, kernel/sys.c, arch/x86/kernel/process_64.c.
 */
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { RUSAGE } from "../abi/structs.js";
import { Blocked, WaitQueue } from "../fs/blocking.js";
import { TASK_SIZE } from "../mm/address-space.js";
import { endTask, reap, waitFor } from "../process/exit.js";
import { fork } from "../process/fork.js";
import {
  type ArgumentKind,
  address,
  type Call,
  choice,
  flags,
  int,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  word,
} from "./definition.js";

const cloneFlags: ArgumentKind<bigint> = {
  type: "unsigned long",
  convert: (raw) => BigInt.asUintN(64, raw),
  format: (value) => FLAGS.formatCloneFlags(value),
};

const VM_WITHOUT_VFORK = "threads (CLONE_VM without CLONE_VFORK), namespaces";

/** fork, vfork and clone end up here. */
function clone(
  call: Call,
  cloneBits: bigint,
  stack: bigint,
  parentTid: number,
  childTid: number,
  tls: bigint,
): Outcome {
  const has = (flag: number) => (cloneBits & BigInt(flag)) !== 0n;
  if (has(FLAGS.CLONE_THREAD) || (has(FLAGS.CLONE_VM) && !has(FLAGS.CLONE_VFORK))) return E.ENOSYS;
  const child = fork(call.kernel, call.task, call.registers, { sharesMemory: has(FLAGS.CLONE_VM), stack });
  if (typeof child === "number") return child;
  if (has(FLAGS.CLONE_SETTLS)) child.fsBase = tls;
  if (has(FLAGS.CLONE_PARENT_SETTID)) call.memory.write32(parentTid, child.pid);
  if (has(FLAGS.CLONE_CHILD_SETTID)) child.memory.write32(childTid, child.pid);
  if (has(FLAGS.CLONE_CHILD_CLEARTID)) child.clearChildTid = childTid;
  if (has(FLAGS.CLONE_VFORK)) {
    child.vforkDone = new WaitQueue(`execve or exit of ${child.pid}`);
    return new Blocked([child.vforkDone], { done: child.pid });
  }
  return child.pid;
}

/** A vfork whose child has gone its own way returns here. */
const afterVfork = (call: Call): number | undefined => call.progress?.done;

const fork_ = systemCall("fork", "Makes a second process like the caller.", {}, (call) =>
  clone(call, 17n, 0n, 0, 0, 0n),
);

const vfork = systemCall(
  "vfork",
  "Makes a process that borrows the caller's memory until it calls execve or exit.",
  {},
  (call) => afterVfork(call) ?? clone(call, BigInt(FLAGS.CLONE_VM | FLAGS.CLONE_VFORK | 17), 0n, 0, 0, 0n),
);

const clone_ = systemCall(
  "clone",
  "Makes a process and says what it shares with the caller.",
  { flags: cloneFlags, stack: word, parent_tid: address, child_tid: address, tls: word },
  (call, { flags: cloneBits, stack, parent_tid, child_tid, tls }) => {
    // On i386 the last two arguments stand in the other order.
    const [tid, base] = call.abi === "i386" ? [Number(tls), BigInt(child_tid)] : [child_tid, tls];
    return afterVfork(call) ?? clone(call, cloneBits, stack, parent_tid, tid, base);
  },
  VM_WITHOUT_VFORK,
);

const end = (call: Call, status: number): Outcome => {
  endTask(call.kernel, call.task, { kind: "exited", status: status & 0xff });
  return "gone";
};

const exit = systemCall(
  "exit",
  "Ends the calling thread, which here is the process.",
  { status: int },
  (call, { status }) => end(call, status),
);
const exitGroup = systemCall("exit_group", "Ends the process.", { status: int }, (call, { status }) =>
  end(call, status),
);

/** wait4's status word as strace shows it. */
const status: ArgumentKind<number> = {
  type: "int *",
  convert: size.convert,
  late: true,
  format(at, call, result) {
    if (at === 0) return "NULL";
    const value = result > 0 ? call.memory.read32(at) : undefined;
    if (value === undefined) return `0x${at.toString(16)}`;
    const signal = value & 0x7f;
    return signal === 0
      ? `[{WIFEXITED(s) && WEXITSTATUS(s) == ${(value >> 8) & 0xff}}]`
      : `[{WIFSIGNALED(s) && WTERMSIG(s) == ${signal}${value & 0x80 ? " && WCOREDUMP(s)" : ""}}]`;
  },
};

const NO_USAGE = {
  ...{
    ru_utime: { tv_sec: 0n, tv_usec: 0n },
    ru_stime: { tv_sec: 0n, tv_usec: 0n },
    ru_maxrss: 0n,
    ru_ixrss: 0n,
    ru_idrss: 0n,
  },
  ...{
    ru_isrss: 0n,
    ru_minflt: 0n,
    ru_majflt: 0n,
    ru_nswap: 0n,
    ru_inblock: 0n,
    ru_oublock: 0n,
    ru_msgsnd: 0n,
    ru_msgrcv: 0n,
  },
  ...{ ru_nsignals: 0n, ru_nvcsw: 0n, ru_nivcsw: 0n },
};

function wait(call: Call, pid: number, at: number, options: number, usage: number): Outcome {
  const found = waitFor(call.task, pid, (options & FLAGS.WNOHANG) === 0);
  if (typeof found === "number" || found instanceof Blocked) return found;
  if (at !== 0 && !call.memory.write32(at, found.waitStatus)) return E.EFAULT;
  if (usage !== 0 && call.abi === "x86-64" && call.put(usage, RUSAGE, NO_USAGE) !== 0) return E.EFAULT;
  reap(call.kernel, found);
  return found.pid;
}

const wait4 = systemCall(
  "wait4",
  "Waits until a child ends, and tells how.",
  { pid: int, wstatus: status, options: flags(FLAGS.WAIT_FLAGS), rusage: address },
  (call, { pid, wstatus, options, rusage }) => wait(call, pid, wstatus, options, rusage),
  "stopped children; the usage is zero",
);

const waitpid = systemCall(
  "waitpid",
  "Waits until a child ends, and tells how.",
  { pid: int, wstatus: status, options: flags(FLAGS.WAIT_FLAGS) },
  (call, { pid, wstatus, options }) => wait(call, pid, wstatus, options, 0),
);

const archPrctl = systemCall(
  "arch_prctl",
  "Sets or tells the base of FS or GS, the thread pointer.",
  { code: choice(FLAGS.ARCH_PRCTL_CODES), addr: address },
  (call, { code, addr }) => {
    const { cpu } = call.kernel.machine;
    if ((code === ARCH.setFs || code === ARCH.setGs) && addr >= TASK_SIZE) return E.EPERM;
    switch (code) {
      case ARCH.setFs:
        call.kernel.setThreadPointer(BigInt(addr));
        return 0;
      case ARCH.setGs:
        cpu.system.kernelGsBase = BigInt(addr);
        return 0;
      case ARCH.getFs:
        return call.memory.write64(addr, cpu.evaluator.fsBase) ? 0 : E.EFAULT;
      case ARCH.getGs:
        return call.memory.write64(addr, cpu.system.kernelGsBase) ? 0 : E.EFAULT;
      default:
        return E.EINVAL;
    }
  },
);
const ARCH = {
  setFs: FLAGS.ARCH_SET_FS,
  setGs: FLAGS.ARCH_SET_GS,
  getFs: FLAGS.ARCH_GET_FS,
  getGs: FLAGS.ARCH_GET_GS,
};

export const PROCESS_CALLS: readonly SystemCall[] = [
  ...[fork_, vfork, clone_, exit, exitGroup, wait4, waitpid, archPrctl],
];
