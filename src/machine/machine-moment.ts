/** A moment of the machine as a value: everything that decides its future. */
import type { CpuSnapshot } from "./cpu/cpu.js";
import type { InterruptController } from "./devices/interrupt-controller.js";
import type { IntervalTimer } from "./devices/interval-timer.js";
import type { SerialPort } from "./devices/serial-port.js";
import type { MemorySnapshot } from "./memory/memory-snapshot.js";

/** A moment of the machine; shares unchanged pages with other snapshots. */
export interface MachineSnapshot extends MachineRegisters {
  readonly memory: MemorySnapshot;
}

/** A moment of everything but memory. */
export interface MachineRegisters {
  readonly cpu: CpuSnapshot;
  readonly skipped: number;
  readonly devices: DeviceStates;
  readonly lastExceptionDetail: string | undefined;
}

/** What the registers of all devices hold; plain data. */
export interface DeviceStates {
  readonly controller: InterruptController["state"];
  readonly timer: IntervalTimer["state"];
  readonly serial: SerialPort["state"];
}
