/** What an ATA disk remembers; plain data, but for the contents, which are a value. */
import { type DiskContents, SECTOR_SIZE } from "./disk-contents.js";
import { type DiskSettings, newDiskSettings } from "./disk-identity.js";
import { ATA_STATUS } from "./disk-registers.js";
import { newTaskFile, type TaskFile } from "./disk-task.js";

export const NEVER = Number.POSITIVE_INFINITY;
export const READY = ATA_STATUS.make({ DRDY: 1, DSC: 1 });

export interface DiskState {
  task: TaskFile;
  control: number;
  status: number;
  error: number;
  command: number;
  /** `in` and `out`: the host reads or writes the sector. */
  phase: "idle" | "busy" | "in" | "out" | "dma";
  /** The sector that is next, how many are left with it, and bytes of it that the host moved. */
  sector: number;
  left: number;
  position: number;
  buffer: Uint8Array;
  /** Clock time of the next act. */
  due: number;
  interrupt: boolean;
  settings: DiskSettings;
  contents: DiskContents;
}

export const newDiskState = (contents: DiskContents): DiskState => ({
  ...{ task: newTaskFile(), control: 0, status: READY, error: 1, command: 0, phase: "idle" },
  ...{ sector: 0, left: 0, position: 0, buffer: new Uint8Array(SECTOR_SIZE) },
  ...{ due: NEVER, interrupt: false, settings: newDiskSettings(), contents },
});

/** The next bytes of the sector, lowest first. */
export function takeBytes(state: DiskState, size: number): number {
  let value = 0;
  for (let n = 0; n < size; n++) value |= (state.buffer[state.position + n] ?? 0) << (8 * n);
  state.position += size;
  return value >>> 0;
}

export function putBytes(state: DiskState, size: number, value: number): void {
  for (let n = 0; n < size; n++) state.buffer[state.position + n] = value >>> (8 * n);
  state.position += size;
}
