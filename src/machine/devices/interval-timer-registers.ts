/** Registers of the 8254 and of the port beside it. Source: Intel 8254 data sheet; port 61h: PC/AT technical reference. */
import { Register, type RegisterTable } from "./register-table.js";

/** First port of the counters. */
export const TIMER_PORT = 0x40;
/** Gate and output of channel 2. */
export const SPEAKER_PORT = 0x61;

const counter = (number: number) =>
  new Register({
    ...{ name: `counter ${number}`, at: TIMER_PORT + number, access: "rw" },
    meaning: "the count to begin with; read, the count now, or what was latched",
    fields: { COUNT: ["7:0", "low byte, high byte, or both in turn"] },
  });

export const CONTROL_WORD = new Register({
  ...{ name: "control word", at: 0x43, access: "w", meaning: "how a counter counts" },
  fields: {
    SC: ["7:6", "counter; 3 is the read-back command"],
    RW: ["5:4", "0 latches the count, 1 low byte, 2 high byte, 3 low and then high byte"],
    M: ["3:1", "mode: 0 once, 2 rate generator, 3 square wave"],
    BCD: [0, "counts in decimal"],
  },
});

export const READ_BACK = new Register({
  ...{ name: "read-back command", at: 0x43, access: "w", meaning: "latches counts or states" },
  fields: {
    SC: ["7:6", "3: this command"],
    NOT_COUNT: [5, "0 latches the counts"],
    NOT_STATUS: [4, "0 latches the states"],
    CNT: ["3:1", "one bit a counter"],
  },
});

export const TIMER_STATUS = new Register({
  ...{ name: "status", at: TIMER_PORT, access: "r", meaning: "read at a counter's port after read-back" },
  fields: {
    OUTPUT: [7, "level of OUT"],
    NULL_COUNT: [6, "the count has not been loaded yet"],
    RW: ["5:4", "as in the control word"],
    M: ["3:1", "mode"],
    BCD: [0, "counts in decimal"],
  },
});

export const SPEAKER = new Register({
  ...{ name: "system control port B", at: SPEAKER_PORT, access: "rw", meaning: "counter 2 and the speaker" },
  fields: {
    OUT2: [5, "level of OUT of counter 2"],
    REFRESH: [4, "changes with each refresh of memory, every 15 microseconds"],
    SPKR: [1, "the speaker hears counter 2"],
    GATE2: [0, "counter 2 counts"],
  },
});

export const INTERVAL_TIMER_TABLE: RegisterTable = {
  device: "8254",
  meaning: "three counters: interrupts at a rate, and measures of time",
  source: "Intel 8254 data sheet",
  registers: [counter(0), counter(1), counter(2), CONTROL_WORD, READ_BACK, TIMER_STATUS, SPEAKER],
};
