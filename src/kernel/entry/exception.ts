/**
 * Exceptions of programs: a page fault is usually work for the kernel, the others end the program with a signal.
 * Models Linux arch/x86/kernel/traps.c and arch/x86/mm/fault.c.
 */
import { EXCEPTION_NAMES, VECTOR } from "../../machine/cpu/guest-fault.js";
import { BUS_ADRERR, SEGV_ACCERR, SEGV_MAPERR, SIGNAL } from "../abi/signals.js";
import type { Kernel } from "../kernel.js";
import { handlePageFault, isDone } from "../mm/page-fault.js";
import type { SavedRegisters } from "../process/saved-registers.js";
import { forceSignal } from "../process/signal-delivery.js";
import type { Task } from "../process/task.js";
import { signalOf } from "./exception-signal.js";

const CODES = { "bus-error": BUS_ADRERR, "no-right": SEGV_ACCERR, "no-mapping": SEGV_MAPERR } as const;

/** What the stub pushes where the processor pushes no error code. */
const NONE = 0xffffffff;

export function exception(kernel: Kernel, registers: SavedRegisters, vector: number): void {
  const task = kernel.current;
  const errorCode = Number(registers.get("orig_rax") & 0xffffffffn);
  if (!task || !registers.fromUser) throw new Error(kernelFault(kernel, registers, vector));
  kernel.charge(kernel.costs.interrupt);
  if (vector === VECTOR.PF) pageFault(kernel, task, registers, errorCode);
  else {
    kernel.observer.exception?.(task, vector, errorCode);
    task.lastTrap.vector = vector;
    task.lastTrap.errorCode = errorCode === NONE ? 0 : errorCode;
    const [name, words] = EXCEPTION_NAMES[vector] ?? [`vector ${vector}`, ""];
    const detail = kernel.machine.lastExceptionDetail;
    const rip = registers.get("rip");
    const { signal, code, address } = signalOf(kernel.machine.cpu, vector, rip);
    forceSignal(kernel, task, signal, {
      rip,
      reason: `${name} ${words}${detail ? `: ${detail}` : ""}`,
      info: { code, address },
    });
  }
}

function pageFault(kernel: Kernel, task: Task, registers: SavedRegisters, errorCode: number): void {
  const address = Number(kernel.machine.cpu.system.cr2);
  kernel.charge(kernel.costs.pageFault);
  const outcome = handlePageFault(task.space, address, errorCode, task);
  kernel.observer.pageFault?.(task, address, errorCode, outcome);
  if (isDone(outcome)) outcome.major ? kernel.statistics.majorFaults++ : kernel.statistics.minorFaults++;
  switch (outcome.kind) {
    case "copied":
      kernel.statistics.copyOnWrite++;
      kernel.charge(kernel.costs.copyPage);
      break;
    case "filled":
    case "reused":
      break;
    case "no-memory":
      noMemory(kernel, task, registers);
      return;
    default:
      noteTrap(task, errorCode, kernel.machine.cpu.system.cr2);
      forceSignal(kernel, task, outcome.kind === "bus-error" ? SIGNAL.SIGBUS : SIGNAL.SIGSEGV, {
        rip: registers.get("rip"),
        reason: `${verbOf(errorCode)} 0x${address.toString(16)}: ${outcome.reason}`,
        info: {
          code: CODES[outcome.kind],
          address: kernel.machine.cpu.system.cr2,
        },
      });
  }
}

/**
 * The access is made again, unless the task was chosen to die, or dies because nobody could be chosen.
 * Models pagefault_out_of_memory (Linux mm/oom_kill.c).
 */
function noMemory(kernel: Kernel, task: Task, registers: SavedRegisters): void {
  if (task.signals.isDying || kernel.frames.available > 0) return;
  forceSignal(kernel, task, SIGNAL.SIGKILL, {
    rip: registers.get("rip"),
    reason: "out of memory: no frame is left, and no process may be killed to win some",
  });
}

/** What the frame of the signal tells. Of the kernel's half programs learn only that they may not use it. */
function noteTrap(task: Task, errorCode: number, cr2: bigint): void {
  const present = cr2 >> 47n !== 0n ? 1 : 0;
  Object.assign(task.lastTrap, { vector: VECTOR.PF, errorCode: errorCode | present, cr2 });
}

function verbOf(errorCode: number): string {
  return (errorCode & 16) !== 0 ? "fetch from" : (errorCode & 2) !== 0 ? "write to" : "read of";
}

/** An exception in ring 0 is a mistake of the kernel itself. */
function kernelFault(kernel: Kernel, registers: SavedRegisters, vector: number): string {
  const where = registers.get("rip").toString(16);
  return `kernel bug: ${EXCEPTION_NAMES[vector]?.join(" ") ?? vector} in ring 0 at 0x${where}, CR2 0x${kernel.machine.cpu.system.cr2.toString(16)}, ${kernel.machine.lastExceptionDetail ?? ""}`;
}
