/** Registers of the keyboard controller. Source: IBM PS/2 Hardware Interface Technical Reference; Intel 8042 in the PC/AT. */
import { Register, type RegisterTable } from "./register-table.js";

export const KEYBOARD_DATA_PORT = 0x60;
export const KEYBOARD_COMMAND_PORT = 0x64;

export const KBD_STATUS = new Register({
  ...{ name: "status", at: KEYBOARD_COMMAND_PORT, access: "r", meaning: "state of the controller" },
  fields: {
    PARITY: [7, "the last byte came damaged"],
    TIMEOUT: [6, "the keyboard did not answer"],
    AUX: [5, "the byte is from the second device"],
    UNLOCKED: [4, "the keyboard is not locked"],
    COMMAND: [3, "the last write was a command"],
    SYSTEM: [2, "self test passed"],
    IBF: [1, "the last write has not been taken yet"],
    OBF: [0, "a byte may be read"],
  },
});

/** Byte 0 of the controller's memory. */
export const KBD_MODE = new Register({
  ...{
    name: "command byte",
    at: 0x20,
    access: "rw",
    meaning: "modes; read and written by commands 20h and 60h",
  },
  fields: {
    TRANSLATE: [6, "makes scan-code set 1 of set 2"],
    DISABLE_AUX: [5, "second device off"],
    DISABLE: [4, "keyboard off"],
    OVERRIDE: [3, "ignores the lock"],
    SYSTEM: [2, "shown in the status"],
    AUX_INTERRUPT: [1, "IRQ 12 for the second device"],
    INTERRUPT: [0, "IRQ 1 while a byte may be read"],
  },
});

export const KBD_OUTPUT = new Register({
  ...{
    name: "output port",
    at: 0xd0,
    access: "rw",
    meaning: "lines; read and written by commands D0h and D1h",
  },
  fields: {
    DATA: [7, "data line of the keyboard"],
    CLOCK: [6, "clock line of the keyboard"],
    AUX_FULL: [5, "IRQ 12"],
    FULL: [4, "IRQ 1"],
    A20: [1, "address line 20 is let through"],
    RUN: [0, "0 resets the processor"],
  },
});

export const KEYBOARD_CONTROLLER_TABLE: RegisterTable = {
  device: "i8042",
  meaning: "takes bytes from the keyboard, and switches address line 20 and the processor's reset",
  source: "IBM PS/2 Hardware Interface Technical Reference",
  registers: [
    new Register({
      ...{ name: "data", at: KEYBOARD_DATA_PORT, access: "rw", meaning: "bytes from and to the keyboard" },
      fields: { BYTE: ["7:0", "a scan code or an answer; a command of the keyboard or a parameter"] },
    }),
    KBD_STATUS,
    new Register({
      ...{ name: "command", at: KEYBOARD_COMMAND_PORT, access: "w", meaning: "a command for the controller" },
      fields: { CODE: ["7:0", "which command"] },
    }),
    KBD_MODE,
    KBD_OUTPUT,
  ],
};
