/** The 8254 at its ports and outputs. Source: Intel 8254 data sheet. One count is ten steps here. */
import { beforeEach, describe, expect, it } from "vitest";
import { IntervalTimer } from "../../../src/machine/devices/interval-timer.js";

const STEPS = 10;
let now = 0;
let edges: number[] = [];
let timer: IntervalTimer;

beforeEach(() => {
  now = 0;
  edges = [];
  let level = false;
  timer = new IntervalTimer(
    () => now,
    STEPS,
    (on) => {
      if (on && !level) edges.push(now);
      level = on;
    },
    () => {},
  );
});

/** Time passes event by event, as the machine lets it. */
function passUntil(end: number): void {
  while (timer.nextEvent() <= end) {
    now = timer.nextEvent();
    timer.advance(now);
  }
  now = end;
}

function program(channel: number, mode: number, count: number): void {
  timer.writePort(0x43, (channel << 6) | 0x30 | (mode << 1));
  timer.writePort(0x40 + channel, count & 0xff);
  timer.writePort(0x40 + channel, count >> 8);
}

const readCount = (channel: number): number =>
  timer.readPort(0x40 + channel) | (timer.readPort(0x40 + channel) << 8);

describe("channel 0", () => {
  it("interrupts once in mode 0", () => {
    program(0, 0, 5);
    passUntil(1000);
    expect(edges).toEqual([50]);
  });

  it.each([2, 3])("interrupts once a period in mode %i", (mode) => {
    program(0, mode, 7);
    passUntil(300);
    expect(edges).toEqual([70, 140, 210, 280]);
  });

  it("takes a count of 0 for 65536", () => {
    program(0, 2, 0);
    expect(timer.nextEvent()).toBe(65536 * STEPS);
  });

  it("does not count before both bytes have come", () => {
    timer.writePort(0x43, 0x34);
    timer.writePort(0x40, 5);
    expect(timer.nextEvent()).toBe(Number.POSITIVE_INFINITY);
    timer.writePort(0x40, 0);
    expect(timer.nextEvent()).toBe(50);
  });

  it("makes up for periods that nobody looked at with one interrupt, and keeps its beat", () => {
    program(0, 2, 10);
    now = 350;
    timer.advance(now);
    expect([edges, timer.nextEvent()]).toEqual([[350], 400]);
  });
});

describe("reading", () => {
  it("gives low and high byte in turn", () => {
    program(0, 2, 0x1234);
    now = 4 * STEPS;
    expect(readCount(0)).toBe(0x1230);
  });

  it("of a latched count gives that moment, once", () => {
    program(0, 2, 1000);
    now = 10 * STEPS;
    timer.writePort(0x43, 0x00);
    now = 20 * STEPS;
    expect(readCount(0)).toBe(990);
    expect(readCount(0)).toBe(980);
  });

  it("counts a square wave down by two, twice a period", () => {
    program(0, 3, 100);
    now = 10 * STEPS;
    expect(readCount(0)).toBe(80);
    now = 60 * STEPS;
    expect(readCount(0)).toBe(80);
  });

  it("back gives the status first and then the count", () => {
    program(0, 2, 1000);
    now = 10 * STEPS;
    timer.writePort(0x43, 0xc2);
    // Output high, counting, both bytes, mode 2.
    expect(timer.readPort(0x40)).toBe(0x80 | 0x30 | (2 << 1));
    expect(readCount(0)).toBe(990);
  });

  it("back of a channel without a count says so", () => {
    timer.writePort(0x43, 0x30);
    timer.writePort(0x43, 0xe2);
    expect(timer.readPort(0x40)).toBe(0x40 | 0x30);
  });
});

describe("channel 2", () => {
  it("counts when its gate at port 61h opens, and its output can be read there", () => {
    program(2, 0, 20);
    now = 1000;
    expect(timer.readPort(0x61) & 0x20).toBe(0);
    timer.writePort(0x61, 1);
    now = 1000 + 19 * STEPS;
    expect(timer.readPort(0x61) & 0x20).toBe(0);
    now = 1000 + 20 * STEPS;
    expect(timer.readPort(0x61) & 0x20).toBe(0x20);
    expect(edges).toEqual([]);
  });
});

describe("a new count", () => {
  it("waits for the end of the period, and until then reads as not loaded", () => {
    program(0, 2, 10);
    passUntil(30);
    timer.writePort(0x40, 20);
    timer.writePort(0x40, 0);
    timer.writePort(0x43, 0xe2);
    expect(timer.readPort(0x40) & 0x40).toBe(0x40);
    passUntil(500);
    expect(edges).toEqual([100, 300, 500]);
  });

  it("stops a one-shot with its first byte and begins it again with the second", () => {
    program(0, 0, 10);
    passUntil(50);
    timer.writePort(0x40, 10);
    passUntil(200);
    timer.writePort(0x40, 0);
    passUntil(1000);
    expect(edges).toEqual([300]);
  });
});

describe("the gate", () => {
  it("holds a one-shot and lets it count on", () => {
    timer.writePort(0x61, 1);
    program(2, 0, 20);
    now = 15 * STEPS;
    timer.writePort(0x61, 0);
    now = 100 * STEPS;
    expect(readCount(2)).toBe(5);
    timer.writePort(0x61, 1);
    now = 104 * STEPS;
    expect(timer.readPort(0x61) & 0x20).toBe(0);
    now = 105 * STEPS;
    expect(timer.readPort(0x61) & 0x20).toBe(0x20);
  });

  it("begins a period anew when it opens", () => {
    timer.writePort(0x61, 1);
    program(2, 2, 100);
    now = 30 * STEPS;
    timer.writePort(0x61, 0);
    now = 60 * STEPS;
    timer.writePort(0x61, 1);
    now = 70 * STEPS;
    expect(readCount(2)).toBe(90);
  });
});
