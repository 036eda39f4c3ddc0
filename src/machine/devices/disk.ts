/**
 * An ATA disk as device 0 of the primary channel, with IRQ 14. Registers and commands are in disk-registers.ts, DMA is done by
 * the bus master. Source: ATA/ATAPI-6 (T13/1410D), clause 9 for the order of states.
 * Leaves out: device 1, several sectors at once, power management, security, queues, media errors.
 *
 *     idle → busy ─┬→ in: the host reads the sector ────→ busy for the next one ─┐
 *                  ├→ out: the host writes the sector ──→ busy for the next one ─┼→ idle
 *                  └→ dma: a sector at a time, while the bus master goes ────────┘
 */
import type { TimedDevice } from "./clock.js";
import { SECTOR_SIZE } from "./disk-contents.js";
import { ACCESS_SECONDS, DiskCore, SECTOR_SECONDS } from "./disk-core.js";
import { identify, setFeature } from "./disk-identity.js";
import {
  ATA_CODE,
  ATA_COMMANDS,
  ATA_CONTROL,
  ATA_CONTROL_PORT,
  ATA_DEVICE,
  ATA_ERROR,
  ATA_PORT,
  ATA_STATUS,
  type AtaCommand,
} from "./disk-registers.js";
import { NEVER, putBytes, READY, takeBytes } from "./disk-state.js";
import { firstSector, putSector, readTask, sectorCount, writeTask } from "./disk-task.js";
import type { PortDevice } from "./ports.js";

/** In the place of a command: the disk was reset. */
const RESET = -1;
const UNKNOWN: AtaCommand = { name: "unknown", data: "none" };

export class Disk extends DiskCore implements PortDevice, TimedDevice {
  advance(now: number): void {
    const { state } = this;
    if (now < state.due) return;
    state.due = NEVER;
    if (state.phase === "busy") this.proceed();
    else if (state.phase === "dma") this.moveByDma();
  }

  /** The bus master was started: a command that waits for it goes on. */
  dmaStarted(): void {
    if (this.state.phase === "dma" && this.state.due === NEVER) this.after(SECTOR_SECONDS);
  }

  readPort(port: number): number {
    if (ATA_DEVICE.has("DEV", this.state.task.device) && port !== ATA_DEVICE.at) return 0;
    if (port === ATA_CONTROL_PORT) return this.state.status;
    const offset = port - ATA_PORT;
    if (offset === 0) return this.readData(1);
    if (offset === 1) return this.state.error;
    if (offset < 7) return readTask(this.state.task, offset, ATA_CONTROL.has("HOB", this.state.control));
    this.setPending(false);
    return this.state.status;
  }

  writePort(port: number, value: number): void {
    const { state } = this;
    const offset = port - ATA_PORT;
    if (port === ATA_CONTROL_PORT) this.writeControl(value);
    else if (offset === 0) this.writeData(1, value);
    else if (state.phase === "idle") {
      // Any write to the command block brings the last bytes back into view.
      state.control &= ~ATA_CONTROL.mask.HOB;
      if (offset < 7) writeTask(state.task, offset, value);
      else if (!ATA_DEVICE.has("DEV", state.task.device) || value === ATA_CODE.DIAGNOSTIC) this.begin(value);
    }
  }

  readWide(port: number, size: 2 | 4): number | undefined {
    return port === ATA_PORT ? this.readData(size) : undefined;
  }

  writeWide(port: number, size: 2 | 4, value: number): boolean {
    if (port === ATA_PORT) this.writeData(size, value);
    return port === ATA_PORT;
  }

  private writeControl(value: number): void {
    const { state } = this;
    const resets = ATA_CONTROL.has("SRST", value);
    const ends = ATA_CONTROL.has("SRST", state.control) && !resets;
    state.control = value;
    if (resets) {
      this.signature();
      Object.assign(state, {
        phase: "busy",
        status: ATA_STATUS.mask.BSY,
        command: RESET,
        left: 0,
        due: NEVER,
      });
      this.setPending(false);
    } else if (ends) this.after(ACCESS_SECONDS);
    this.drive();
  }

  private begin(code: number): void {
    const { state } = this;
    Object.assign(state, { command: code, phase: "busy", status: ATA_STATUS.mask.BSY, error: 0, left: 0 });
    this.setPending(false);
    const command = this.command;
    if (command.data === "read" || command.data === "write" || command.data === "verify") {
      state.sector = firstSector(state.task, command);
      state.left = sectorCount(state.task, command);
    }
    // A host that writes is asked for the first sector at once, and without an interrupt.
    if (command.data === "write" && !command.dma && this.exists()) this.offer("out");
    else this.after(ACCESS_SECONDS);
  }

  private get command(): AtaCommand {
    return ATA_COMMANDS[this.state.command] ?? UNKNOWN;
  }

  private exists(): boolean {
    const { sector, left, contents } = this.state;
    return sector >= 0 && sector + left <= contents.sectors;
  }

  /** The disk has been busy long enough. */
  private proceed(): void {
    const { state } = this;
    const { data, dma } = this.command;
    if (state.command === RESET) this.end(false);
    else if (this.command === UNKNOWN) this.fail(ATA_ERROR.mask.ABRT);
    else if (data === "read" || data === "write" || data === "verify") {
      if (!this.exists()) this.notFound();
      else if (data === "verify") this.end();
      else if (dma) this.beginDma();
      else if (data === "read") this.offerSector();
      else this.storeSector();
    } else this.doOther(data);
  }

  private doOther(data: AtaCommand["data"]): void {
    const { state } = this;
    const { command, task, contents } = state;
    if (data === "identify") {
      state.buffer.set(identify(contents.sectors, state.settings));
      state.left = 1;
      this.offer("in");
      this.setPending(true);
      return;
    }
    if (data === "feature" && !setFeature(state.settings, task.features & 0xff, task.count & 0xff)) {
      this.fail(ATA_ERROR.mask.ABRT);
      return;
    }
    if (data === "address") putSector(task, this.command, contents.sectors - 1);
    if (command === ATA_CODE.CHECK_POWER) task.count = 0xff;
    this.end();
    if (command === ATA_CODE.DIAGNOSTIC) this.signature();
  }

  private offerSector(): void {
    this.state.buffer.set(this.state.contents.sector(this.state.sector));
    this.offer("in");
    this.setPending(true);
  }

  /** Bytes of the sector; a disk that offers none gives ones. */
  private readData(size: number): number {
    const { state } = this;
    if (state.phase !== "in") return size === 4 ? 0xffffffff : 2 ** (8 * size) - 1;
    const value = takeBytes(state, size);
    if (state.position >= SECTOR_SIZE) this.sectorMoved();
    return value;
  }

  private writeData(size: number, value: number): void {
    const { state } = this;
    if (state.phase !== "out") return;
    putBytes(state, size, value);
    if (state.position >= SECTOR_SIZE) this.beBusy(SECTOR_SECONDS);
  }

  /** The host has read the whole sector. */
  private sectorMoved(): void {
    const { state } = this;
    state.sector++;
    state.left--;
    if (state.left <= 0) {
      Object.assign(state, { phase: "idle", status: READY });
      return;
    }
    this.beBusy(SECTOR_SECONDS);
  }

  /** The host has written the whole sector, and it is on the disk now. */
  private storeSector(): void {
    const { state } = this;
    state.contents = state.contents.with(state.sector, state.buffer);
    state.sector++;
    state.left--;
    if (state.left > 0) this.offer("out");
    else this.end(false);
    this.setPending(true);
  }

  private beginDma(): void {
    Object.assign(this.state, { phase: "dma", status: READY | ATA_STATUS.mask.DRQ });
    this.after(SECTOR_SECONDS);
  }

  /** Waits for `dmaStarted` when the bus master does not go. */
  private moveByDma(): void {
    const { state } = this;
    const reads = this.command.data === "read";
    if (reads) state.buffer.set(state.contents.sector(state.sector));
    if (!this.dma.transfer(state.buffer, reads)) return;
    if (!reads) state.contents = state.contents.with(state.sector, state.buffer);
    state.sector++;
    state.left--;
    if (state.left > 0) this.after(SECTOR_SECONDS);
    else {
      this.dma.finished();
      this.end();
    }
  }

  private notFound(): void {
    const { state } = this;
    putSector(state.task, this.command, Math.max(state.sector, state.contents.sectors));
    this.fail(ATA_ERROR.mask.IDNF);
  }
}
