/** What a processor is connected to: ports, and whoever watches it. */
import type { Source } from "./interrupts.js";

/** The I/O ports as IN and OUT see them; `size` in bytes. */
export interface Ports {
  read(port: number, size: 1 | 2 | 4): number;
  write(port: number, size: 1 | 2 | 4, value: number): void;
}

/** Where a way back from a more privileged ring leads. */
export interface Return {
  readonly ring: number;
  readonly rip: bigint;
  readonly rsp: bigint;
}

/** What somebody outside may want to hear; each may be absent and then costs nothing. */
export interface CpuObserver {
  /**
   * An exception or interrupt is about to be delivered, or INT n was; `detail` says why for a human. When the delivery
   * itself fails, what comes of that (another exception, #DF) is told next.
   */
  delivered?(vector: number, errorCode: number | undefined, source: Source, detail: string | undefined): void;
  /** SYSCALL was executed: the processor is in ring 0, at LSTAR. */
  systemCall?(): void;
  /** IRET, SYSRET or far RET is about to lead to a less privileged ring; nothing has changed yet. */
  returns?(to: Return): void;
}
