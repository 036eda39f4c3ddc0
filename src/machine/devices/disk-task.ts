/**
 * The registers by which a command is described to an ATA disk: count, number of the sector, device. Each but the device holds
 * two bytes: what was written last, and before; 48-bit commands use both. Source: ATA/ATAPI-6 clause 6.20.
 */
import { HEADS, TRACK_SECTORS } from "./disk-identity.js";
import { ATA_DEVICE, type AtaCommand } from "./disk-registers.js";

/** The last byte written in bits 7:0, the one before in bits 15:8. Plain data. */
export interface TaskFile {
  features: number;
  count: number;
  low: number;
  mid: number;
  high: number;
  device: number;
}

/** By offset of the port from 1. */
const PARTS = ["features", "count", "low", "mid", "high"] as const;

/** After a reset: the signature of a disk that takes no packets. */
export const newTaskFile = (): TaskFile => ({ features: 0, count: 1, low: 1, mid: 0, high: 0, device: 0 });

export function writeTask(task: TaskFile, offset: number, value: number): void {
  const part = PARTS[offset - 1];
  if (part) task[part] = ((task[part] & 0xff) << 8) | value;
  else task.device = value;
}

/** @param before true: the byte before the last one */
export function readTask(task: TaskFile, offset: number, before: boolean): number {
  const part = PARTS[offset - 1];
  // Bits 7 and 5 of the device register read as ones since the first disks.
  if (!part) return task.device | 0xa0;
  return before ? task[part] >> 8 : task[part] & 0xff;
}

/** How many sectors are meant. */
export function sectorCount(task: TaskFile, { extended }: AtaCommand): number {
  return extended ? task.count || 0x10000 : task.count & 0xff || 0x100;
}

/** The first sector that is meant; -1 when there is none such. */
export function firstSector(task: TaskFile, { extended }: AtaCommand): number {
  const [low, mid, high] = [task.low & 0xff, task.mid & 0xff, task.high & 0xff];
  const upper = ATA_DEVICE.get("HIGH", task.device);
  if (!ATA_DEVICE.has("LBA", task.device)) {
    if (extended || low === 0 || low > TRACK_SECTORS) return -1;
    return (((high << 8) | mid) * HEADS + upper) * TRACK_SECTORS + low - 1;
  }
  const lower = (high << 16) | (mid << 8) | low;
  if (!extended) return upper * 2 ** 24 + lower;
  return ((task.high >> 8) * 2 ** 16 + ((task.mid >> 8) << 8) + (task.low >> 8)) * 2 ** 24 + lower;
}

/** Puts the number of a sector into the registers, in the way in which the command gave one. */
export function putSector(task: TaskFile, { extended }: AtaCommand, sector: number): void {
  const lba = ATA_DEVICE.has("LBA", task.device);
  const cylinder = Math.floor(sector / (TRACK_SECTORS * HEADS));
  const bytes = lba
    ? [0, 1, 2, 3, 4, 5].map((n) => Math.floor(sector / 256 ** n) % 256)
    : [(sector % TRACK_SECTORS) + 1, cylinder & 0xff, (cylinder >> 8) & 0xff, 0, 0, 0];
  const both = (n: number): number => (extended ? (bytes[n + 3]! << 8) | bytes[n]! : bytes[n]!);
  task.low = both(0);
  task.mid = both(1);
  task.high = both(2);
  if (extended) return;
  const upper = lba ? bytes[3]! : Math.floor(sector / TRACK_SECTORS) % HEADS;
  task.device = (task.device & ~ATA_DEVICE.mask.HIGH) | (upper & ATA_DEVICE.mask.HIGH);
}
