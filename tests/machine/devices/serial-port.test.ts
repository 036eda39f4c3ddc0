/** The 16550A at its ports. Source: National Semiconductor PC16550D data sheet. */
import { beforeEach, describe, expect, it } from "vitest";
import { COM1, SerialPort } from "../../../src/machine/devices/serial-port.js";

const [DATA, ENABLE, IDENTIFY, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS, , SCRATCH] = [
  0, 1, 2, 3, 4, 5, 6, 7,
];

let line = false;
let sent: number[] = [];
let port: SerialPort;
const read = (register: number | undefined): number => port.readPort(COM1 + register!);
const write = (register: number | undefined, value: number): void => port.writePort(COM1 + register!, value);

beforeEach(() => {
  line = false;
  sent = [];
  port = new SerialPort((on) => {
    line = on;
  });
  port.output = (byte) => sent.push(byte);
});

describe("the serial port", () => {
  it("sends at once and is always ready to", () => {
    write(DATA, 0x41);
    write(DATA, 0x42);
    expect(sent).toEqual([0x41, 0x42]);
    expect(read(LINE_STATUS) & 0x60).toBe(0x60);
  });

  it("gives bytes in the order in which they came, and says when there are none", () => {
    port.receive(Uint8Array.of(1, 2, 3));
    const got: number[] = [];
    while ((read(LINE_STATUS) & 1) !== 0) got.push(read(DATA));
    expect(got).toEqual([1, 2, 3]);
  });

  it("loses what does not fit in 16 bytes, and reports that once", () => {
    port.receive(Uint8Array.from({ length: 20 }, (_, n) => n));
    expect(read(LINE_STATUS) & 2).toBe(2);
    expect(read(LINE_STATUS) & 2).toBe(0);
    const got = Array.from({ length: 16 }, () => read(DATA));
    expect(got.at(-1)).toBe(15);
    expect(read(LINE_STATUS) & 1).toBe(0);
  });

  it("interrupts while there is data, if that is enabled", () => {
    port.receive(Uint8Array.of(1));
    expect(line).toBe(false);
    write(ENABLE, 1);
    expect(line).toBe(true);
    expect(read(IDENTIFY) & 0x0f).toBe(4);
    read(DATA);
    expect(line).toBe(false);
    expect(read(IDENTIFY) & 0x0f).toBe(1);
  });

  it("interrupts when it may be written, until somebody has read why", () => {
    write(ENABLE, 2);
    expect(line).toBe(true);
    expect(read(IDENTIFY) & 0x0f).toBe(2);
    expect(line).toBe(false);
    write(DATA, 0x41);
    expect(line).toBe(true);
  });

  it("names received data before the empty transmitter", () => {
    write(ENABLE, 3);
    port.receive(Uint8Array.of(1));
    expect(read(IDENTIFY) & 0x0f).toBe(4);
    read(DATA);
    expect(read(IDENTIFY) & 0x0f).toBe(2);
  });

  it("shows the divisor in the place of data while DLAB is set", () => {
    write(LINE_CONTROL, 0x83);
    write(DATA, 0x0c);
    write(ENABLE, 0x01);
    expect([read(DATA), read(ENABLE)]).toEqual([0x0c, 0x01]);
    write(LINE_CONTROL, 0x03);
    expect([sent, read(ENABLE)]).toEqual([[], 0]);
  });

  it("hears itself in loopback and sends nothing out", () => {
    write(MODEM_CONTROL, 0x10);
    write(DATA, 0x55);
    expect(sent).toEqual([]);
    expect(read(DATA)).toBe(0x55);
  });

  it("empties its FIFO on request and tells that it has one", () => {
    port.receive(Uint8Array.of(1, 2));
    write(IDENTIFY, 0x03);
    expect(read(LINE_STATUS) & 1).toBe(0);
    expect(read(IDENTIFY) & 0xc0).toBe(0xc0);
  });

  it("keeps what is written to the scratch register", () => {
    write(SCRATCH, 0xa5);
    expect(read(SCRATCH)).toBe(0xa5);
  });

  it("in loopback shows its own outputs as modem lines", () => {
    write(MODEM_CONTROL, 0x1a);
    expect(read(6) & 0xf0).toBe(0x90);
    write(MODEM_CONTROL, 0x15);
    expect(read(6) & 0xf0).toBe(0x60);
  });

  it("tells a change of modem lines once, by an interrupt if that is enabled", () => {
    write(MODEM_CONTROL, 0x10);
    read(6);
    write(ENABLE, 8);
    expect(line).toBe(false);
    write(MODEM_CONTROL, 0x12);
    expect(line).toBe(true);
    expect(read(IDENTIFY) & 0x0f).toBe(0);
    expect(read(6) & 0x0f).toBe(1);
    expect(line).toBe(false);
  });

  it("names a lost byte first, until the line status is read", () => {
    write(ENABLE, 5);
    port.receive(new Uint8Array(17));
    expect(read(IDENTIFY) & 0x0f).toBe(6);
    expect(read(LINE_STATUS) & 2).toBe(2);
    expect(read(IDENTIFY) & 0x0f).toBe(4);
  });

  it("tells bytes that reached the trigger from bytes left lying below it", () => {
    write(IDENTIFY, 0x41);
    write(ENABLE, 1);
    port.receive(Uint8Array.of(1, 2, 3, 4));
    expect(read(IDENTIFY)).toBe(0xc4);
    read(DATA);
    expect(read(IDENTIFY)).toBe(0xcc);
  });
});
