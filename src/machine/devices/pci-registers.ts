/** Ports of PCI configuration and the register by which a function is switched on. Source: PCI 2.1, sections 3.7.4 and 6.2. */
import { Register, type RegisterTable } from "./register-table.js";

export const PCI_ADDRESS = new Register({
  ...{ name: "CONFIG_ADDRESS", at: 0xcf8, access: "rw", width: 32, meaning: "which register is meant" },
  fields: {
    ENABLE: [31, "the data port reaches configuration space"],
    BUS: ["23:16", "bus"],
    DEVICE: ["15:11", "device on the bus"],
    FUNCTION: ["10:8", "function of the device"],
    REGISTER: ["7:2", "register of 32 bits"],
  },
});

const PCI_DATA = new Register({
  ...{ name: "CONFIG_DATA", at: 0xcfc, access: "rw", width: 32, meaning: "the register that is meant" },
  fields: { DATA: ["31:0", "its value"] },
});

/** At offset 4 of configuration space. */
export const PCI_COMMAND = new Register({
  ...{ name: "PCICMD", at: 4, access: "rw", width: 16, meaning: "what a function may do" },
  fields: {
    MASTER: [2, "use memory by itself"],
    MEMORY: [1, "answer in memory"],
    IO: [0, "answer at ports"],
  },
});

export const PCI_TABLE: RegisterTable = {
  device: "PCI configuration",
  meaning: "tells which devices there are and where their registers lie",
  source: "PCI local bus specification 2.1",
  registers: [PCI_ADDRESS, PCI_DATA, PCI_COMMAND],
};
