/** A moment of the machine as a value: everything that decides its future. */
import type { CpuSnapshot } from "./cpu/cpu.js";
import type { DeviceStates } from "./devices/device-set.js";
import type { MemorySnapshot } from "./memory/memory-snapshot.js";
import type { TlbMoment } from "./memory/tlb.js";

/** A moment of the machine; shares unchanged pages with other snapshots. */
export interface MachineSnapshot extends MachineRegisters {
  readonly memory: MemorySnapshot;
  /** What the TLB knows. */
  readonly translations: TlbMoment;
}

/** A moment of everything but memory. */
export interface MachineRegisters {
  readonly cpu: CpuSnapshot;
  readonly skipped: number;
  readonly devices: DeviceStates;
  readonly lastExceptionDetail: string | undefined;
}
