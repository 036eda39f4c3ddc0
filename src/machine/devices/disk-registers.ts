/**
 * Registers of an ATA disk at the primary channel, and its commands. Sources: ATA/ATAPI-6 (T13/1410D) clauses 7 and 8;
 * Intel 82371SB (PIIX3) data sheet for where they lie.
 */
import { Register, type RegisterTable } from "./register-table.js";

/** First port of the command block, and the port of the control block. */
export const ATA_PORT = 0x1f0;
export const ATA_CONTROL_PORT = 0x3f6;

const byte = (name: string, at: number, meaning: string) =>
  new Register({ name, at: ATA_PORT + at, access: "rw", meaning, fields: { VALUE: ["7:0", meaning] } });

export const ATA_ERROR = new Register({
  ...{ name: "Error", at: ATA_PORT + 1, access: "r", meaning: "why a command failed" },
  fields: {
    UNC: [6, "the sector cannot be read"],
    IDNF: [4, "there is no such sector"],
    ABRT: [2, "the command is unknown or was aborted"],
  },
});

export const ATA_DEVICE = new Register({
  ...{ name: "Device", at: ATA_PORT + 6, access: "rw", meaning: "which disk, and how sectors are numbered" },
  fields: {
    LBA: [6, "sectors are numbered; else cylinder, head and sector"],
    DEV: [4, "disk 0 or 1"],
    HIGH: ["3:0", "head, or bits 27:24 of the number"],
  },
});

export const ATA_STATUS = new Register({
  ...{ name: "Status", at: ATA_PORT + 7, access: "r", meaning: "reading it takes back the interrupt" },
  fields: {
    BSY: [7, "busy: no other register counts"],
    DRDY: [6, "ready for a command"],
    DF: [5, "device fault"],
    DSC: [4, "seek complete"],
    DRQ: [3, "data is wanted or offered"],
    ERR: [0, "the command failed: see Error"],
  },
});

export const ATA_CONTROL = new Register({
  ...{ name: "Device Control", at: ATA_CONTROL_PORT, access: "w", meaning: "reset and interrupts" },
  fields: {
    HOB: [7, "registers are read as they were before their last write"],
    SRST: [2, "reset while set"],
    NIEN: [1, "no interrupts"],
  },
});

export const DISK_TABLE: RegisterTable = {
  device: "ATA disk",
  meaning: "sectors of 512 bytes, read and written through a port or by DMA",
  source: "ATA/ATAPI-6 (T13/1410D)",
  registers: [
    new Register({
      ...{ name: "Data", at: ATA_PORT, access: "rw", width: 16, meaning: "the sector, word by word" },
      fields: { WORD: ["15:0", "two bytes of the sector"] },
    }),
    ATA_ERROR,
    new Register({
      ...{ name: "Features", at: ATA_PORT + 1, access: "w", meaning: "parameter of a command" },
      fields: { VALUE: ["7:0", "which feature"] },
    }),
    byte("Sector Count", 2, "sectors to move; 0 stands for 256, or 65536"),
    byte("LBA Low", 3, "number of the first sector, bits 7:0, or sector"),
    byte("LBA Mid", 4, "bits 15:8, or cylinder"),
    byte("LBA High", 5, "bits 23:16, or cylinder"),
    ATA_DEVICE,
    ATA_STATUS,
    new Register({
      ...{ name: "Command", at: ATA_PORT + 7, access: "w", meaning: "begins a command" },
      fields: { CODE: ["7:0", "which command"] },
    }),
    ATA_CONTROL,
  ],
};

/** What a command does: how its data moves, how wide the sector's number is. */
export interface AtaCommand {
  readonly name: string;
  readonly data: "none" | "identify" | "read" | "write" | "verify" | "flush" | "feature" | "address";
  readonly dma?: true;
  /** 48-bit numbers of sectors. */
  readonly extended?: true;
}

/** The commands by code; what is missing is aborted. */
export const ATA_COMMANDS: Readonly<Record<number, AtaCommand>> = {
  16: { name: "RECALIBRATE", data: "none" },
  32: { name: "READ SECTORS", data: "read" },
  33: { name: "READ SECTORS", data: "read" },
  36: { name: "READ SECTORS EXT", data: "read", extended: true },
  37: { name: "READ DMA EXT", data: "read", dma: true, extended: true },
  39: { name: "READ NATIVE MAX ADDRESS EXT", data: "address", extended: true },
  48: { name: "WRITE SECTORS", data: "write" },
  49: { name: "WRITE SECTORS", data: "write" },
  52: { name: "WRITE SECTORS EXT", data: "write", extended: true },
  53: { name: "WRITE DMA EXT", data: "write", dma: true, extended: true },
  64: { name: "READ VERIFY SECTORS", data: "verify" },
  65: { name: "READ VERIFY SECTORS", data: "verify" },
  66: { name: "READ VERIFY SECTORS EXT", data: "verify", extended: true },
  144: { name: "EXECUTE DEVICE DIAGNOSTIC", data: "none" },
  145: { name: "INITIALIZE DEVICE PARAMETERS", data: "none" },
  200: { name: "READ DMA", data: "read", dma: true },
  201: { name: "READ DMA", data: "read", dma: true },
  202: { name: "WRITE DMA", data: "write", dma: true },
  203: { name: "WRITE DMA", data: "write", dma: true },
  224: { name: "STANDBY IMMEDIATE", data: "none" },
  225: { name: "IDLE IMMEDIATE", data: "none" },
  229: { name: "CHECK POWER MODE", data: "none" },
  231: { name: "FLUSH CACHE", data: "flush" },
  234: { name: "FLUSH CACHE EXT", data: "flush", extended: true },
  236: { name: "IDENTIFY DEVICE", data: "identify" },
  239: { name: "SET FEATURES", data: "feature" },
  248: { name: "READ NATIVE MAX ADDRESS", data: "address" },
};

/** Codes that the disk itself treats apart. */
export const ATA_CODE = { DIAGNOSTIC: 144, CHECK_POWER: 229 } as const;
