/** Registers of the 16550A as COM1. Source: National Semiconductor PC16550D data sheet. */
import { Register, type RegisterTable } from "./register-table.js";

/** First port of COM1. */
export const COM1 = 0x3f8;

const data = (name: string, access: "r" | "w" | "rw", at: number, meaning: string) =>
  new Register({ name, at: COM1 + at, access, meaning, fields: { D: ["7:0", meaning] } });

export const IER = new Register({
  ...{ name: "IER", at: COM1 + 1, access: "rw", meaning: "interrupt enable" },
  fields: {
    EDSSI: [3, "modem status"],
    ELSI: [2, "receiver line status"],
    ETBEI: [1, "transmitter empty"],
    ERBFI: [0, "data received"],
  },
});

export const IIR = new Register({
  ...{ name: "IIR", at: COM1 + 2, access: "r", meaning: "interrupt identification" },
  fields: {
    FIFO: ["7:6", "3: the FIFOs are on"],
    ID: ["3:1", "3 line status, 2 data, 6 data left lying, 1 transmitter empty, 0 modem status"],
    NONE: [0, "1: no interrupt is pending"],
  },
});

export const FCR = new Register({
  ...{ name: "FCR", at: COM1 + 2, access: "w", meaning: "FIFO control" },
  fields: {
    TRIGGER: ["7:6", "interrupts at 1, 4, 8 or 14 bytes"],
    DMA: [3, "DMA mode"],
    XFIFOR: [2, "empties the transmitter's FIFO"],
    RFIFOR: [1, "empties the receiver's FIFO"],
    ENABLE: [0, "FIFOs on; without it the other bits do nothing"],
  },
});

export const LCR = new Register({
  ...{ name: "LCR", at: COM1 + 3, access: "rw", meaning: "line control" },
  fields: {
    DLAB: [7, "the first two registers are the divisor"],
    BREAK: [6, "sends a break"],
    STICK: [5, "stick parity"],
    EPS: [4, "even parity"],
    PEN: [3, "parity"],
    STB: [2, "two stop bits"],
    WLS: ["1:0", "bits of a character, less five"],
  },
});

export const MCR = new Register({
  ...{ name: "MCR", at: COM1 + 4, access: "rw", meaning: "modem control" },
  fields: {
    LOOP: [4, "loopback: hears itself"],
    OUT2: [3, "output 2"],
    OUT1: [2, "output 1"],
    RTS: [1, "request to send"],
    DTR: [0, "data terminal ready"],
  },
});

export const LSR = new Register({
  ...{ name: "LSR", at: COM1 + 5, access: "r", meaning: "line status" },
  fields: {
    ERROR: [7, "an error in the FIFO"],
    TEMT: [6, "transmitter empty"],
    THRE: [5, "may be written"],
    BI: [4, "break"],
    FE: [3, "framing error"],
    PE: [2, "parity error"],
    OE: [1, "overrun: a byte was lost"],
    DR: [0, "data may be read"],
  },
});

export const MSR = new Register({
  ...{ name: "MSR", at: COM1 + 6, access: "r", meaning: "modem status" },
  fields: {
    DCD: [7, "carrier"],
    RI: [6, "ring"],
    DSR: [5, "data set ready"],
    CTS: [4, "clear to send"],
    DDCD: [3, "carrier changed since the last read"],
    TERI: [2, "ringing ended"],
    DDSR: [1, "data set ready changed"],
    DCTS: [0, "clear to send changed"],
  },
});

export const SERIAL_PORT_TABLE: RegisterTable = {
  device: "16550A",
  meaning: "sends and receives bytes over a serial line",
  source: "National Semiconductor PC16550D data sheet",
  registers: [
    data("RBR", "r", 0, "byte received"),
    data("THR", "w", 0, "byte to send"),
    data("DLL", "rw", 0, "divisor, low byte, while DLAB"),
    data("DLM", "rw", 1, "divisor, high byte, while DLAB"),
    ...[IER, IIR, FCR, LCR, MCR, LSR, MSR],
    data("SCR", "rw", 7, "scratch: a byte to keep"),
  ],
};
