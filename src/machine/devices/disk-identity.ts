/** What a disk says of itself to IDENTIFY DEVICE: 256 words. Source: ATA/ATAPI-6 clause 8.15. */
import { SECTOR_SIZE } from "./disk-contents.js";

/** Heads and sectors of a track by which old software addresses. */
export const HEADS = 16;
export const TRACK_SECTORS = 63;
const MAX_28 = 0x0fffffff;
const MODEL = "YOU IN CPU DISK";
const SERIAL = "1";
const FIRMWARE = "1.0";

/** What SET FEATURES chooses; plain data. Modes of DMA are -1 when not chosen. */
export interface DiskSettings {
  multiword: number;
  udma: number;
  writeCache: boolean;
}

export const newDiskSettings = (): DiskSettings => ({ multiword: 2, udma: -1, writeCache: true });

/** SET FEATURES; false for what is unknown. Feature 03h chooses a mode: its kind in bits 7:3 of `count`, its number in 2:0. */
export function setFeature(settings: DiskSettings, feature: number, count: number): boolean {
  const [kind, mode] = [count >> 3, count & 7];
  if (feature === 0x02 || feature === 0x82) settings.writeCache = feature === 0x02;
  else if (feature !== 0x03) return feature === 0x55 || feature === 0xaa;
  else if (kind === 4 && mode <= 2) Object.assign(settings, { multiword: mode, udma: -1 });
  else if (kind === 8 && mode <= 2) Object.assign(settings, { multiword: -1, udma: mode });
  else return kind <= 1 && mode <= 4;
  return true;
}

export function identify(sectors: number, { multiword, udma, writeCache }: DiskSettings): Uint8Array {
  const bytes = new Uint8Array(SECTOR_SIZE);
  const view = new DataView(bytes.buffer);
  const word = (n: number, value: number) => view.setUint16(2 * n, value, true);
  const long = (n: number, value: number) => view.setUint32(2 * n, value, true);
  const cylinders = Math.min(16383, Math.floor(sectors / (HEADS * TRACK_SECTORS)));
  word(0, 0x0040);
  word(1, cylinders);
  word(3, HEADS);
  word(6, TRACK_SECTORS);
  text(bytes, 10, 10, SERIAL.padStart(20));
  text(bytes, 23, 4, FIRMWARE);
  text(bytes, 27, 20, MODEL);
  // 47: no multiple sectors at once. 49: LBA and DMA. 53: words 64–70 and 88 are valid.
  word(47, 0x8000);
  word(49, 0x0300);
  word(53, 0x0007);
  word(54, cylinders);
  word(55, HEADS);
  word(56, TRACK_SECTORS);
  long(57, Math.min(cylinders * HEADS * TRACK_SECTORS, MAX_28));
  long(60, Math.min(sectors, MAX_28));
  word(63, modes(2, multiword));
  word(64, 0x0003);
  for (const n of [65, 66, 67, 68]) word(n, 120);
  // 80: ATA-2 to ATA-6. 82–87: write cache, flush, 48-bit numbers; supported, then enabled.
  word(80, 0x007c);
  word(82, 0x0020);
  word(83, 0x7400);
  word(84, 0x4000);
  word(85, writeCache ? 0x0020 : 0);
  word(86, 0x3400);
  word(87, 0x4000);
  word(88, modes(2, udma));
  // 93: passed its diagnostics as device 0.
  word(93, 0x4041);
  long(100, sectors >>> 0);
  word(102, Math.floor(sectors / 2 ** 32));
  return bytes;
}

/** Modes up to `last` are supported; the upper byte says which one is chosen. */
const modes = (last: number, chosen: number): number =>
  ((1 << (last + 1)) - 1) | (chosen < 0 ? 0 : 0x100 << chosen);

/** Text in a table of words has its bytes swapped in pairs. */
function text(bytes: Uint8Array, word: number, words: number, value: string): void {
  for (let n = 0; n < 2 * words; n++)
    bytes[2 * word + (n ^ 1)] = n < value.length ? value.charCodeAt(n) : 0x20;
}
