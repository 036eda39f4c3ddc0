/** Ending threads and processes, and the thread pointer. Models Linux kernel/exit.c, arch/x86/kernel/process_64.c. */
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { SIGNAL } from "../abi/signals.js";
import { TASK_SIZE } from "../mm/address-space.js";
import { endProcess, endThread } from "../process/exit.js";
import { fillSequence, registerSequence, unregisterSequence } from "../process/rseq.js";
import { forceSignal } from "../process/signal-delivery.js";
import { address, choice, flags, int, type SystemCall, systemCall, unsignedInt } from "./definition.js";

const exit = systemCall("exit", "Ends the calling thread.", { status: int }, (call, { status }) => {
  endThread(call.kernel, call.task, { kind: "exited", status: status & 0xff });
  return "gone";
});

const exitGroup = systemCall(
  "exit_group",
  "Ends the process with all its threads.",
  { status: int },
  (call, { status }) => {
    endProcess(call.kernel, call.task, { kind: "exited", status: status & 0xff });
    return "gone";
  },
);

const archPrctl = systemCall(
  "arch_prctl",
  "Sets or tells the base of FS or GS, the thread pointer.",
  { code: choice(FLAGS.ARCH_PRCTL_CODES), addr: address },
  (call, { code, addr }) => {
    const { cpu } = call.kernel.machine;
    // Programs of 32 bits have set_thread_area for this.
    if (call.abi === "i386") return E.EINVAL;
    if ((code === FLAGS.ARCH_SET_FS || code === FLAGS.ARCH_SET_GS) && addr >= TASK_SIZE) return E.EPERM;
    switch (code) {
      case FLAGS.ARCH_SET_FS:
        call.kernel.setThreadPointer(BigInt(addr));
        return 0;
      case FLAGS.ARCH_SET_GS:
        cpu.system.kernelGsBase = BigInt(addr);
        return 0;
      case FLAGS.ARCH_GET_FS:
        return call.memory.write64(addr, cpu.evaluator.fsBase) ? 0 : E.EFAULT;
      case FLAGS.ARCH_GET_GS:
        return call.memory.write64(addr, cpu.system.kernelGsBase) ? 0 : E.EFAULT;
      default:
        return E.EINVAL;
    }
  },
);

const RSEQ_FLAG_UNREGISTER = 1;
const rseq = systemCall(
  "rseq",
  "Says where the thread tells in which restartable sequence it is.",
  { rseq: address, len: unsignedInt, flags: flags({ RSEQ_FLAG_UNREGISTER }), sig: unsignedInt },
  (call, values) => {
    const named = { at: values.rseq, length: values.len, signature: values.sig };
    if (values.flags === RSEQ_FLAG_UNREGISTER) return unregisterSequence(call.task, named);
    const error = values.flags === 0 ? registerSequence(call.task, named) : E.EINVAL;
    if (error === 0 && !fillSequence(call.task)) {
      const reason = "the structure of its restartable sequences cannot be written";
      forceSignal(call.kernel, call.task, SIGNAL.SIGSEGV, { rip: call.registers.get("rip"), reason });
    }
    return error;
  },
);

export const PROCESS_CALLS: readonly SystemCall[] = [exit, exitGroup, archPrctl, rseq];
