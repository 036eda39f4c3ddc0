/**
 * What all commands of an ATA disk have in common: its state, its time, its interrupt, and how a command ends.
 * Source: ATA/ATAPI-6 (T13/1410D).
 */
import type { DiskContents } from "./disk-contents.js";
import { ATA_CONTROL, ATA_STATUS } from "./disk-registers.js";
import { type DiskState, newDiskState, READY } from "./disk-state.js";
import { newTaskFile } from "./disk-task.js";

/** Time until a command has found its sector, and for moving one. */
export const ACCESS_SECONDS = 100e-6;
export const SECTOR_SECONDS = 5e-6;

/** What moves the sectors of DMA commands. */
export interface DmaEngine {
  /** Moves a sector between `buffer` and memory. False when it does not go, or its table has ended. */
  transfer(buffer: Uint8Array, toMemory: boolean): boolean;
  /** The command is over. */
  finished(): void;
}

export class DiskCore {
  readonly isPeriodic = false;
  state: DiskState;

  constructor(
    contents: DiskContents,
    private readonly now: () => number,
    private readonly stepsPerSecond: number,
    private readonly setInterrupt: (on: boolean) => void,
    protected readonly dma: DmaEngine,
    /** Told when `nextEvent` may have become earlier. */
    private readonly onChange: () => void,
  ) {
    this.state = newDiskState(contents);
  }

  nextEvent(): number {
    return this.state.due;
  }

  /** From now on the host moves the next sector. */
  protected offer(phase: "in" | "out"): void {
    Object.assign(this.state, { phase, position: 0, status: READY | ATA_STATUS.mask.DRQ });
  }

  protected beBusy(seconds: number): void {
    Object.assign(this.state, { phase: "busy", status: ATA_STATUS.mask.BSY });
    this.after(seconds);
  }

  /** What the registers hold after a reset: the disk is well and takes no packets. */
  protected signature(): void {
    this.state.task = newTaskFile();
    this.state.error = 1;
  }

  protected fail(error: number): void {
    this.end();
    this.state.error = error;
    this.state.status |= ATA_STATUS.mask.ERR;
  }

  protected end(interrupts = true): void {
    Object.assign(this.state, { phase: "idle", status: READY, left: 0 });
    if (interrupts) this.setPending(true);
  }

  protected after(seconds: number): void {
    this.state.due = this.now() + Math.max(1, Math.round(seconds * this.stepsPerSecond));
    this.onChange();
  }

  protected setPending(on: boolean): void {
    this.state.interrupt = on;
    this.drive();
  }

  /** NIEN takes the line away and keeps the reason. */
  protected drive(): void {
    this.setInterrupt(this.state.interrupt && !ATA_CONTROL.has("NIEN", this.state.control));
  }
}
