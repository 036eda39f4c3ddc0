/** Ending threads and processes, and the thread pointer. Models Linux kernel/exit.c, arch/x86/kernel/process_64.c. */
import { E } from "../abi/errno.js";
import * as FLAGS from "../abi/process-flags.js";
import { TASK_SIZE } from "../mm/address-space.js";
import { endProcess, endThread } from "../process/exit.js";
import { address, choice, int, type SystemCall, systemCall } from "./definition.js";

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

export const PROCESS_CALLS: readonly SystemCall[] = [exit, exitGroup, archPrctl];
