/**
 * When a program is about to execute certain instructions: the moments at which a preemption may be worth trying. Two runs
 * with the same beginning are the same up to the first forced preemption, so what one run tells holds for the next.
 */
import type { Kernel } from "../../kernel.js";

export interface InstructionMoment {
  /** Machine time before the instruction. */
  readonly t: number;
  readonly address: bigint;
  /** The thread that is about to execute it. */
  readonly pid: number;
}

/** Runs the kernel up to t = `limit`, or until it cannot go on, and notes each time that one of the addresses is reached. */
export function momentsAt(kernel: Kernel, addresses: readonly bigint[], limit: number): InstructionMoment[] {
  const moments: InstructionMoment[] = [];
  const { machine } = kernel;
  const breakpoints = addresses.map((address) =>
    machine.breakpoints.add({ kind: "address", address }, () => {
      const pid = kernel.current?.pid;
      if (pid !== undefined && machine.cpu.system.cpl === 3) moments.push({ t: machine.time, address, pid });
      return false;
    }),
  );
  try {
    kernel.run(limit);
  } finally {
    for (const breakpoint of breakpoints) breakpoint.remove();
  }
  return moments;
}
