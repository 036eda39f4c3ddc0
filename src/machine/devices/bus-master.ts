/**
 * The bus master of the PIIX3's IDE channels: moves sectors between a disk and memory by a table of regions, while the
 * processor goes on. Source: Intel 82371SB (PIIX3) data sheet, section 2.7; SFF-8038i.
 * Leaves out: the second channel, whose registers read as zeros.
 *
 *     a region of the table (8 bytes):   31:1 address in memory          then  31 last  15:1 bytes, 0 for 64 KiB
 */
import type { PhysicalMemory } from "../memory/physical-memory.js";
import { BM_COMMAND, BM_STATUS } from "./bus-master-registers.js";
import type { DmaEngine } from "./disk-core.js";
import type { PortDevice } from "./ports.js";

const ENTRY_SIZE = 8;
const WRITE_ONE_TO_CLEAR = BM_STATUS.mask.INTERRUPT | BM_STATUS.mask.ERROR;
const CAPABLE = BM_STATUS.mask.DMA0 | BM_STATUS.mask.DMA1;

export class BusMaster implements PortDevice, DmaEngine {
  state = {
    command: 0,
    status: 0,
    table: 0,
    /** The region in use: its address in memory as yet to be moved, bytes left of it, and whether it is the last. */
    ...{ entry: 0, address: 0, left: 0, last: false },
  };
  /** Told when it begins to go. */
  onStart: () => void = () => {};

  /**
   * @param firstPort where its ports begin
   * @param mayMaster the PCI command register lets it use memory
   */
  constructor(
    private readonly memory: PhysicalMemory,
    private readonly firstPort: () => number | undefined,
    private readonly mayMaster: () => boolean,
  ) {}

  readPort(port: number): number {
    const { state } = this;
    const offset = port - (this.firstPort() ?? 0);
    if (offset === BM_COMMAND.at) return state.command;
    if (offset === BM_STATUS.at) return state.status;
    return offset >= 4 && offset < 8 ? (state.table >>> (8 * (offset - 4))) & 0xff : 0;
  }

  writePort(port: number, value: number): void {
    const { state } = this;
    const offset = port - (this.firstPort() ?? 0);
    if (offset === BM_COMMAND.at) this.control(value);
    else if (offset === BM_STATUS.at) {
      const kept = state.status & ~(value & WRITE_ONE_TO_CLEAR) & ~CAPABLE;
      state.status = kept | (value & CAPABLE);
    } else if (offset >= 4 && offset < 8) {
      const shift = 8 * (offset - 4);
      state.table = ((state.table & ~(0xff << shift)) | (value << shift)) & ~3;
      state.table >>>= 0;
    }
  }

  /** START going on begins the table anew; going off stops at once, for good. */
  private control(value: number): void {
    const { state } = this;
    const before = BM_COMMAND.has("START", state.command);
    state.command = value & (BM_COMMAND.mask.START | BM_COMMAND.mask.TO_MEMORY);
    const after = BM_COMMAND.has("START", state.command);
    if (before && !after) state.status &= ~BM_STATUS.mask.ACTIVE;
    if (before || !after) return;
    state.status |= BM_STATUS.mask.ACTIVE;
    Object.assign(state, { entry: state.table, left: 0, last: false });
    this.onStart();
  }

  transfer(buffer: Uint8Array, toMemory: boolean): boolean {
    const { state } = this;
    if (!BM_STATUS.has("ACTIVE", state.status) || !this.mayMaster()) return false;
    if (BM_COMMAND.has("TO_MEMORY", state.command) !== toMemory) return false;
    for (let done = 0; done < buffer.length; ) {
      if (state.left === 0 && !this.nextRegion()) return false;
      const length = Math.min(buffer.length - done, state.left);
      const part = buffer.subarray(done, done + length);
      if (toMemory) this.memory.writeBytes(state.address, part);
      else part.fill(0xff).set(this.memory.readBytes(state.address, length));
      done += length;
      state.address += length;
      state.left -= length;
    }
    return true;
  }

  /** False behind the last region: it stops, though the disk wants more. */
  private nextRegion(): boolean {
    const { state, memory } = this;
    if (state.last) {
      state.status &= ~BM_STATUS.mask.ACTIVE;
      return false;
    }
    const size = memory.read32(state.entry + 4);
    state.address = (memory.read32(state.entry) & ~1) >>> 0;
    state.left = size & 0xfffe || 0x10000;
    state.last = size >>> 31 !== 0;
    state.entry += ENTRY_SIZE;
    return true;
  }

  /** It stays active when its table goes on behind the disk's last sector. */
  finished(): void {
    const { state } = this;
    state.status |= BM_STATUS.mask.INTERRUPT;
    if (state.last && state.left === 0) state.status &= ~BM_STATUS.mask.ACTIVE;
  }
}
