/** Registers of the 8259A: ports of the first chip; the second has the same at 80h more. Source: Intel 8259A data sheet. */
import { Register, type RegisterTable } from "./register-table.js";

/** Ports of the first and of the second chip. */
export const CONTROLLER_PORTS = [0x20, 0xa0] as const;

const COMMAND = 0x20;
const DATA = 0x21;
const INPUTS = "one bit an input";

export const ICW1 = new Register({
  ...{ name: "ICW1", at: COMMAND, access: "w", meaning: "begins initialisation" },
  fields: {
    ICW1: [4, "1: this word"],
    LTIM: [3, "requests are levels, not edges"],
    ADI: [2, "call address interval (8080 only)"],
    SNGL: [1, "no other chip: ICW3 is left out"],
    IC4: [0, "ICW4 will come"],
  },
});

export const ICW2 = new Register({
  ...{ name: "ICW2", at: DATA, access: "w", meaning: "vectors" },
  fields: { T: ["7:3", "upper bits of the vectors"] },
});

export const ICW3 = new Register({
  ...{ name: "ICW3", at: DATA, access: "w", meaning: "cascade: inputs with a chip behind, or own number" },
  fields: { S: ["7:0", "first chip: one bit an input; second chip: the input it is connected to"] },
});

export const ICW4 = new Register({
  ...{ name: "ICW4", at: DATA, access: "w", meaning: "modes" },
  fields: {
    SFNM: [4, "special fully nested mode: a chip behind interrupts itself"],
    BUF: [3, "buffered"],
    MS: [2, "which chip, when buffered"],
    AEOI: [1, "interrupts end when they are acknowledged"],
    PM: [0, "8086 mode"],
  },
});

export const OCW1 = new Register({
  ...{ name: "OCW1", at: DATA, access: "rw", meaning: "interrupt mask" },
  fields: { M: ["7:0", `masked; ${INPUTS}`] },
});

export const OCW2 = new Register({
  ...{ name: "OCW2", at: COMMAND, access: "w", meaning: "end of interrupt and priorities" },
  fields: {
    R: [7, "rotate priorities"],
    SL: [6, "L names an input"],
    EOI: [5, "end of interrupt"],
    OCW: ["4:3", "00: this word"],
    L: ["2:0", "input"],
  },
});

export const OCW3 = new Register({
  ...{ name: "OCW3", at: COMMAND, access: "w", meaning: "special mask, poll, and which register is read" },
  fields: {
    ESMM: [6, "SMM counts"],
    SMM: [5, "special mask: what is masked in service holds nothing up"],
    OCW: ["4:3", "01: this word"],
    P: [2, "the next read is a poll"],
    RR: [1, "RIS counts"],
    RIS: [0, "the command port reads ISR, else IRR"],
  },
});

export const IRR = new Register({
  ...{ name: "IRR", at: COMMAND, access: "r", meaning: "requests that wait" },
  fields: { IR: ["7:0", INPUTS] },
});

export const ISR = new Register({
  ...{ name: "ISR", at: COMMAND, access: "r", meaning: "interrupts in service" },
  fields: { IS: ["7:0", INPUTS] },
});

export const POLL = new Register({
  ...{ name: "poll", at: COMMAND, access: "r", meaning: "acknowledges by reading" },
  fields: { I: [7, "there was a request"], W: ["2:0", "its input"] },
});

export const INTERRUPT_CONTROLLER_TABLE: RegisterTable = {
  device: "8259A",
  meaning: "chooses among the interrupt requests of devices the most urgent one for the processor",
  source: "Intel 8259A data sheet",
  registers: [ICW1, ICW2, ICW3, ICW4, OCW1, OCW2, OCW3, IRR, ISR, POLL],
};
