/** The two 8259A at their pins and ports. Source: Intel 8259A data sheet. */
import { beforeEach, describe, expect, it } from "vitest";
import { InterruptController } from "../../../src/machine/devices/interrupt-controller.js";

let line = false;
let chips: InterruptController;

/** ICW1–4 of both chips: vectors from 0x20 and 0x28; `fourth` is ICW4 of the first. All inputs open. */
function initialise(fourth = 1): void {
  chips = new InterruptController((on) => {
    line = on;
  });
  for (const [port, value] of [
    [0x20, 0x11],
    [0x21, 0x20],
    [0x21, 4],
    [0x21, fourth],
  ] as const)
    chips.writePort(port, value);
  for (const [port, value] of [
    [0xa0, 0x11],
    [0xa1, 0x28],
    [0xa1, 2],
    [0xa1, 1],
  ] as const)
    chips.writePort(port, value);
}

const inService = (port: number): number => {
  chips.writePort(port, 0x0b);
  return chips.readPort(port);
};
const requested = (port: number): number => {
  chips.writePort(port, 0x0a);
  return chips.readPort(port);
};

beforeEach(() => initialise());

describe("the interrupt controllers", () => {
  it("accept the lower number first, and the other after the end of interrupt", () => {
    chips.setInput(4, true);
    chips.setInput(1, true);
    expect(chips.acknowledge()).toBe(0x21);
    expect(line).toBe(false);
    expect([inService(0x20), requested(0x20)]).toEqual([1 << 1, 1 << 4]);
    chips.writePort(0x20, 0x20);
    expect(line).toBe(true);
    expect(chips.acknowledge()).toBe(0x24);
  });

  it("let a more urgent request interrupt a less urgent one in service", () => {
    chips.setInput(6, true);
    expect(chips.acknowledge()).toBe(0x26);
    chips.setInput(0, true);
    expect(line).toBe(true);
    expect(chips.acknowledge()).toBe(0x20);
    expect(inService(0x20)).toBe((1 << 6) | 1);
  });

  it("end the most urgent interrupt by an unspecific EOI, and the named one by a specific EOI", () => {
    for (const input of [6, 3]) {
      chips.setInput(input, true);
      chips.acknowledge();
    }
    chips.writePort(0x20, 0x60 | 6);
    expect(inService(0x20)).toBe(1 << 3);
    chips.writePort(0x20, 0x20);
    expect(inService(0x20)).toBe(0);
  });

  it("latch one edge: a line that stays high is one request", () => {
    chips.setInput(1, true);
    chips.acknowledge();
    chips.writePort(0x20, 0x20);
    expect(line).toBe(false);
    chips.setInput(1, false);
    chips.setInput(1, true);
    expect(line).toBe(true);
  });

  it("answer a request that vanished with the spurious vector 7, which is not in service", () => {
    chips.setInput(5, true);
    chips.setInput(5, false);
    expect(line).toBe(false);
    expect(chips.acknowledge()).toBe(0x27);
    expect(inService(0x20)).toBe(0);
  });

  it("lead the second chip through input 2; both need an end of interrupt", () => {
    chips.setInput(12, true);
    expect(chips.acknowledge()).toBe(0x2c);
    expect([inService(0x20), inService(0xa0)]).toEqual([1 << 2, 1 << 4]);
    chips.setInput(14, true);
    chips.writePort(0xa0, 0x20);
    expect(line).toBe(false);
    chips.writePort(0x20, 0x20);
    expect(line).toBe(true);
    expect(chips.acknowledge()).toBe(0x2e);
  });

  it("keep a masked request, and the mask can be read back", () => {
    chips.writePort(0x21, 1 << 3);
    expect(chips.readPort(0x21)).toBe(1 << 3);
    chips.setInput(3, true);
    expect(line).toBe(false);
    chips.writePort(0x21, 0);
    expect(chips.acknowledge()).toBe(0x23);
  });

  it("with automatic end put nothing in service", () => {
    initialise(3);
    chips.setInput(3, true);
    expect(chips.acknowledge()).toBe(0x23);
    expect(inService(0x20)).toBe(0);
  });

  it("rotate on request: what was served becomes the least urgent", () => {
    for (const input of [4, 5]) chips.setInput(input, true);
    expect(chips.acknowledge()).toBe(0x24);
    chips.writePort(0x20, 0xa0);
    chips.setInput(4, false);
    chips.setInput(4, true);
    chips.setInput(0, true);
    // The order is now 5 6 7 0 1 2 3 4.
    for (const vector of [0x25, 0x20, 0x24]) {
      expect(chips.acknowledge()).toBe(vector);
      chips.writePort(0x20, 0x20);
    }
  });

  it("take an input for the least urgent when it is named", () => {
    chips.writePort(0x20, 0xc0 | 5);
    chips.setInput(0, true);
    chips.setInput(6, true);
    expect(chips.acknowledge()).toBe(0x26);
  });

  it("rotate by themselves with automatic end, when told to", () => {
    initialise(3);
    chips.writePort(0x20, 0x80);
    const served: number[] = [];
    for (let n = 0; n < 4; n++) {
      for (const input of [1, 2 + 1]) {
        chips.setInput(input, false);
        chips.setInput(input, true);
      }
      served.push(chips.acknowledge());
    }
    expect(served).toEqual([0x21, 0x23, 0x21, 0x23]);
  });

  it("answer a poll with the input, and put it in service; without a request bit 7 is clear", () => {
    chips.setInput(3, true);
    chips.writePort(0x20, 0x0c);
    expect(chips.readPort(0x20)).toBe(0x83);
    expect(inService(0x20)).toBe(1 << 3);
    chips.writePort(0x20, 0x0c);
    expect(chips.readPort(0x20) & 0x80).toBe(0);
    expect(chips.readPort(0x21)).toBe(0);
  });

  it("under special mask let everything pass that is not masked, and pass over it at the end", () => {
    chips.setInput(1, true);
    chips.acknowledge();
    chips.writePort(0x21, 1 << 1);
    chips.writePort(0x20, 0x68);
    chips.setInput(6, true);
    expect(chips.acknowledge()).toBe(0x26);
    chips.writePort(0x20, 0x20);
    expect(inService(0x20)).toBe(1 << 1);
  });

  it("nested specially let a more urgent input of the second chip interrupt its less urgent one", () => {
    initialise(0x11);
    chips.setInput(12, true);
    chips.acknowledge();
    chips.setInput(9, true);
    expect(line).toBe(true);
    expect(chips.acknowledge()).toBe(0x29);
  });
});
