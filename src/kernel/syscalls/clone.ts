/**
 * Making threads and processes. Models Linux kernel/fork.c (SYSCALL_DEFINE of fork, vfork, clone, clone3).
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { LAST_SIGNAL } from "../abi/signals.js";
import { CLONE_ARGS } from "../abi/structs.js";
import { Blocked, WaitQueue } from "../fs/blocking.js";
import { type CloneOptions, checkFlags, clone } from "../process/clone.js";
import {
  type ArgumentKind,
  address,
  type Call,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  word,
} from "./definition.js";

const OMITS = "namespaces, ptrace";

const cloneFlags: ArgumentKind<bigint> = {
  type: "unsigned long",
  convert: (raw) => BigInt.asUintN(64, raw),
  format: (value) => FLAGS.formatCloneFlags(value),
};

const PLAIN = { stack: 0n, parentTid: 0, childTid: 0, pidfd: 0, tls: 0n } as const;
const SIGCHLD = 17;

/** All of them end up here. A caller of vfork sleeps until its child has gone its own way. */
function make(call: Call, options: CloneOptions): Outcome {
  if (call.progress) return call.progress.done;
  const error = checkFlags(options, call.task.capable(CAP.CAP_SYS_ADMIN));
  if (error !== 0) return error;
  const child = clone(call.kernel, call.task, call.registers, options);
  if (typeof child === "number") return child;
  if ((options.flags & BigInt(FLAGS.CLONE_VFORK)) === 0n) return child.pid;
  child.vforkDone = new WaitQueue(`execve or exit of ${child.pid}`);
  return new Blocked([child.vforkDone], { done: child.pid });
}

const fork = systemCall("fork", "Makes a second process like the caller.", {}, (call) =>
  make(call, { ...PLAIN, flags: 0n, exitSignal: SIGCHLD }),
);

const vfork = systemCall(
  "vfork",
  "Makes a process that borrows the caller's memory until it calls execve or exit.",
  {},
  (call) => make(call, { ...PLAIN, flags: BigInt(FLAGS.CLONE_VM | FLAGS.CLONE_VFORK), exitSignal: SIGCHLD }),
);

const clone_ = systemCall(
  "clone",
  "Makes a thread or a process and says what it shares with the caller.",
  { flags: cloneFlags, stack: word, parent_tid: address, child_tid: address, tls: word },
  (call, { flags, stack, parent_tid, child_tid, tls }) => {
    // On i386 the last two arguments stand in the other order.
    const [childTid, base] = call.abi === "i386" ? [Number(tls), BigInt(child_tid)] : [child_tid, tls];
    const exitSignal = Number(flags & BigInt(FLAGS.CSIGNAL));
    const rest = BigInt.asUintN(32, flags) & ~BigInt(FLAGS.CSIGNAL);
    // One place cannot take both.
    const both = BigInt(FLAGS.CLONE_PIDFD | FLAGS.CLONE_PARENT_SETTID);
    if ((rest & both) === both) return E.EINVAL;
    const places = { parentTid: parent_tid, pidfd: parent_tid, childTid };
    return make(call, { flags: rest, exitSignal, stack, ...places, tls: base });
  },
  OMITS,
);

/** PID_MAX_LIMIT: numbers of processes are below it. */
const LARGEST_NUMBER = 4_194_303;
/** CLONE_ARGS_SIZE_VER0 */
const SMALLEST = 64;

/** The number that the caller wants for it: there is one namespace only, so it can be one at most. */
function numberIn(
  call: Call,
  { set_tid, set_tid_size }: { set_tid: bigint; set_tid_size: bigint },
): number | undefined {
  if (set_tid === 0n && set_tid_size === 0n) return undefined;
  if (set_tid === 0n || set_tid_size !== 1n) return E.EINVAL;
  const number = call.memory.read32(Number(set_tid));
  if (number === undefined) return E.EFAULT;
  if (number < 1 || number > LARGEST_NUMBER) return E.EINVAL;
  const { task } = call;
  if (!task.capable(CAP.CAP_CHECKPOINT_RESTORE) && !task.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
  return call.kernel.tasks.has(number) ? E.EEXIST : number;
}

const clone3 = systemCall(
  "clone3",
  "Makes a thread or a process as a structure says.",
  { cl_args: address, size },
  (call, { cl_args, size: length }) => {
    if (length < SMALLEST) return E.EINVAL;
    if (length > 4096) return E.E2BIG;
    const given = call.takeSized(cl_args, length, CLONE_ARGS);
    if (typeof given === "number") return given;
    const { flags, exit_signal, stack, stack_size } = given;
    const alone = BigInt(FLAGS.CLONE_THREAD | FLAGS.CLONE_PARENT);
    if ((flags & BigInt(FLAGS.CSIGNAL | FLAGS.CLONE_DETACHED)) !== 0n) return E.EINVAL;
    if (exit_signal > BigInt(LAST_SIGNAL) || ((flags & alone) !== 0n && exit_signal !== 0n)) return E.EINVAL;
    if ((stack === 0n) !== (stack_size === 0n)) return E.EINVAL;
    const number = call.progress ? undefined : numberIn(call, given);
    if (number !== undefined && number < 0) return number;
    return make(call, {
      ...(number !== undefined && { number }),
      flags,
      exitSignal: Number(exit_signal),
      stack: stack + stack_size,
      parentTid: Number(given.parent_tid),
      childTid: Number(given.child_tid),
      pidfd: Number(given.pidfd),
      tls: given.tls,
    });
  },
  OMITS,
);

export const CLONE_CALLS: readonly SystemCall[] = [fork, vfork, clone_, clone3];
