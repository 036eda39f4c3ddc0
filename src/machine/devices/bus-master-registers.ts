/** Registers of the IDE bus master's first channel, by offset from where PCI put them. Source: SFF-8038i. */
import { Register, type RegisterTable } from "./register-table.js";

export const BM_COMMAND = new Register({
  ...{ name: "BMIC", at: 0, access: "rw", meaning: "bus master command" },
  fields: { TO_MEMORY: [3, "from the disk to memory"], START: [0, "goes"] },
});

export const BM_STATUS = new Register({
  ...{ name: "BMIS", at: 2, access: "rw", meaning: "bus master status" },
  fields: {
    DMA1: [6, "disk 1 is set up for DMA: a note for software"],
    DMA0: [5, "disk 0 is set up for DMA"],
    INTERRUPT: [2, "the disk has interrupted; writing 1 clears it"],
    ERROR: [1, "memory could not be reached; writing 1 clears it"],
    ACTIVE: [0, "goes, and has not come to the end of its table"],
  },
});

const BM_TABLE = new Register({
  ...{ name: "BMIDTP", at: 4, access: "rw", width: 32, meaning: "where the table of regions lies in memory" },
  fields: { ADDRESS: ["31:2", "bits 31:2 of its physical address"] },
});

export const BUS_MASTER_TABLE: RegisterTable = {
  device: "IDE bus master",
  meaning: "moves sectors between disk and memory by itself",
  source: "SFF-8038i; Intel 82371SB data sheet",
  registers: [BM_COMMAND, BM_STATUS, BM_TABLE],
};
