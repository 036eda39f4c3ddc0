/** The ATA disk, its bus master and PCI at their ports. Sources: ATA/ATAPI-6, SFF-8038i, PCI 2.1. */
import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceSet } from "../../../src/machine/devices/device-set.js";
import { DiskContents } from "../../../src/machine/devices/disk-contents.js";
import { Machine } from "../../../src/machine/machine.js";

const SECTORS = 3000;
const DATA = 0x1f0;
const [ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS] = [0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7];
const CONTROL = 0x3f6;
const MASTER = 0xc000;
const TABLE = 0x5000;
const BUFFER = 0x8000;

/** Every sector is full of bytes of its own. */
const image = Uint8Array.from({ length: SECTORS * 512 }, (_, n) => (n >> 9) * 7 + n);
const sectorOf = (bytes: Uint8Array, n: number): number[] => [...bytes.subarray(n * 512, n * 512 + 512)];

let machine: Machine;
let devices: DeviceSet;

beforeEach(() => {
  machine = Machine.create({ ram: 1 << 20, disk: image });
  devices = machine.devices;
  out(0x20, 0x11);
  for (const value of [0x20, 4, 1, 0]) out(0x21, value);
  out(0xa0, 0x11);
  for (const value of [0x28, 2, 1, 0]) out(0xa1, value);
});

const out = (port: number, value: number, size: 1 | 2 | 4 = 1): void =>
  machine.ports.write(port, size, value);
const input = (port: number, size: 1 | 2 | 4 = 1): number => machine.ports.read(port, size);

/** Lets time pass until nothing is due, or `events` times. */
function pass(events = 10_000): void {
  for (let n = 0; n < events && devices.nextEvent() < Number.POSITIVE_INFINITY; n++) {
    machine.clock.jumpTo(devices.nextEvent());
    devices.advance(machine.clock.now);
  }
}

/** True when IRQ 14 is raised, seen at the second controller. */
const requested = (): boolean => {
  out(0xa0, 0x0a);
  return (input(0xa0) & 0x40) !== 0;
};

/** Describes and begins a 28-bit command. */
function begin(command: number, sector: number, count: number): void {
  out(DEVICE, 0xe0 | (sector >>> 24));
  out(COUNT, count & 0xff);
  [LOW, MID, HIGH].forEach((port, n) => out(port, (sector >>> (8 * n)) & 0xff));
  out(STATUS, command);
}

/** The same with a 48-bit number: upper bytes first. */
function beginExtended(command: number, sector: number, count: number): void {
  out(DEVICE, 0x40);
  for (const upper of [true, false]) {
    out(COUNT, upper ? count >> 8 : count & 0xff);
    [LOW, MID, HIGH].forEach((port, n) =>
      out(port, Math.floor(sector / 256 ** (n + (upper ? 3 : 0))) & 0xff),
    );
  }
  out(STATUS, command);
}

const readSector = (size: 2 | 4 = 2): number[] =>
  Array.from({ length: 512 / size }, () => {
    const value = input(DATA, size);
    return Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & 0xff);
  }).flat();

function writeSector(byteAt: (n: number) => number): void {
  for (let n = 0; n < 512; n += 2) out(DATA, byteAt(n) | (byteAt(n + 1) << 8), 2);
}

describe("the disk, by PIO", () => {
  it("identifies itself: its size, LBA, DMA and 48-bit numbers", () => {
    out(DEVICE, 0xa0);
    out(STATUS, 0xec);
    expect(input(STATUS)).toBe(0x80);
    pass();
    expect(requested()).toBe(true);
    expect(input(STATUS)).toBe(0x58);
    expect(requested()).toBe(false);
    const words = Array.from({ length: 256 }, () => input(DATA, 2));
    expect(words[60]! + words[61]! * 65536).toBe(SECTORS);
    expect(words[100]).toBe(SECTORS);
    expect([words[49]! & 0x300, words[83]! & 0x400]).toEqual([0x300, 0x400]);
    const model = words
      .slice(27, 47)
      .map((word) => String.fromCharCode(word >> 8, word & 0xff))
      .join("");
    expect(model.trim()).toBe("YOU IN CPU DISK");
    expect(input(STATUS)).toBe(0x50);
  });

  it.each([
    ["28-bit numbers", (sector: number) => begin(0x20, sector, 3)],
    ["48-bit numbers", (sector: number) => beginExtended(0x24, sector, 3)],
  ])("reads sectors by %s, with an interrupt for each", (_, start) => {
    start(1234);
    for (const sector of [1234, 1235, 1236]) {
      expect(input(CONTROL) & 0x80).toBe(0x80);
      pass();
      expect(requested()).toBe(true);
      expect(input(STATUS)).toBe(0x58);
      expect(readSector(sector === 1235 ? 4 : 2)).toEqual(sectorOf(image, sector));
    }
    expect(input(STATUS)).toBe(0x50);
    expect(requested()).toBe(false);
  });

  it("finds sectors by cylinder, head and sector", () => {
    out(DEVICE, 0xa0 | 3);
    out(COUNT, 1);
    out(LOW, 5);
    out(MID, 2);
    out(HIGH, 0);
    out(STATUS, 0x20);
    pass();
    expect(readSector()).toEqual(sectorOf(image, (2 * 16 + 3) * 63 + 4));
  });

  it("writes sectors: asks for the first without an interrupt, for the others with one", () => {
    begin(0x30, 77, 2);
    expect([input(STATUS), requested()]).toEqual([0x58, false]);
    writeSector((n) => n & 0xff);
    expect(input(CONTROL)).toBe(0x80);
    pass();
    expect(requested()).toBe(true);
    expect(input(STATUS)).toBe(0x58);
    writeSector(() => 0xaa);
    pass();
    expect(requested()).toBe(true);
    expect(input(STATUS)).toBe(0x50);
    begin(0x20, 76, 4);
    const got = [0, 1, 2, 3].map(() => {
      pass();
      return readSector();
    });
    expect(got[0]).toEqual(sectorOf(image, 76));
    expect(got[1]).toEqual(Array.from({ length: 512 }, (_, n) => n & 0xff));
    expect(got[2]).toEqual(new Array(512).fill(0xaa));
    expect(got[3]).toEqual(sectorOf(image, 79));
    expect(sectorOf(image, 77)[5]).toBe((77 * 7 + 77 * 512 + 5) & 0xff);
  });

  it("does not find sectors behind its end, and says which", () => {
    begin(0x20, SECTORS - 1, 2);
    pass();
    expect(input(STATUS)).toBe(0x51);
    expect(input(ERROR)).toBe(0x10);
    expect(input(LOW) | (input(MID) << 8)).toBe(SECTORS);
  });

  it("aborts commands that it does not know", () => {
    for (const code of [0x00, 0xc4, 0xff]) {
      begin(code, 0, 1);
      pass();
      expect([input(STATUS), input(ERROR)]).toEqual([0x51, 0x04]);
    }
  });

  it("flushes, verifies, tells its last sector, and takes the features that it has", () => {
    for (const code of [0xe7, 0xea, 0x40, 0x42]) {
      begin(code, 0, 1);
      pass();
      expect([requested(), input(STATUS)]).toEqual([true, 0x50]);
    }
    begin(0xf8, 0, 0);
    pass();
    expect(input(LOW) | (input(MID) << 8)).toBe(SECTORS - 1);
    out(ERROR, 0x03);
    begin(0xef, 0, 0x42);
    pass();
    expect(input(STATUS)).toBe(0x50);
    begin(0xec, 0, 0);
    pass();
    const words = Array.from({ length: 256 }, () => input(DATA, 2));
    expect([words[63]! >> 8, words[88]! >> 8]).toEqual([0, 4]);
    out(ERROR, 0x99);
    begin(0xef, 0, 0);
    pass();
    expect(input(STATUS)).toBe(0x51);
  });

  it("shows the byte before the last one while HOB is set", () => {
    out(COUNT, 0x12);
    out(COUNT, 0x34);
    out(CONTROL, 0x80);
    expect(input(COUNT)).toBe(0x12);
    out(COUNT, 0x56);
    expect(input(COUNT)).toBe(0x56);
  });

  it("keeps its interrupt to itself while nIEN is set", () => {
    out(CONTROL, 2);
    begin(0x20, 0, 1);
    pass();
    expect(requested()).toBe(false);
    out(CONTROL, 0);
    expect(requested()).toBe(true);
  });

  it("is reset by SRST, in the middle of a command too, and shows its signature", () => {
    begin(0x30, 5, 1);
    out(CONTROL, 4);
    expect(input(CONTROL)).toBe(0x80);
    out(CONTROL, 0);
    pass();
    expect([COUNT, LOW, MID, HIGH, ERROR, STATUS].map((port) => input(port))).toEqual([1, 1, 0, 0, 1, 0x50]);
  });

  it("has no neighbour: device 1 shows an empty status and takes no commands", () => {
    out(DEVICE, 0xb0);
    out(STATUS, 0xec);
    pass();
    expect([input(STATUS), requested()]).toEqual([0, false]);
  });
});

/** A table of regions in memory: address and bytes each. */
function regions(...list: (readonly [address: number, bytes: number])[]): void {
  list.forEach(([address, bytes], n) => {
    machine.memory.write32(TABLE + 8 * n, address);
    machine.memory.write32(TABLE + 8 * n + 4, (bytes & 0xffff) | (n === list.length - 1 ? 0x80000000 : 0));
  });
  out(MASTER + 4, TABLE, 4);
}

/** Sets the register of the disk's PCI function. */
function configure(register: number, value: number): void {
  out(0xcf8, 0x80000900 | register, 4);
  out(0xcfc, value, 4);
}

describe("the disk, by DMA", () => {
  beforeEach(() => configure(4, 5));

  it("reads into regions in memory, one after the other", () => {
    regions([BUFFER, 100], [BUFFER + 0x1000, 900], [BUFFER + 0x2000, 24]);
    begin(0xc8, 50, 2);
    out(MASTER, 9);
    expect(input(MASTER + 2) & 5).toBe(1);
    pass();
    expect([requested(), input(MASTER + 2) & 5, input(STATUS)]).toEqual([true, 4, 0x50]);
    const { bytes } = machine.memory;
    const got = [
      ...bytes.slice(BUFFER, BUFFER + 100),
      ...bytes.slice(BUFFER + 0x1000, BUFFER + 0x1000 + 900),
      ...bytes.slice(BUFFER + 0x2000, BUFFER + 0x2000 + 24),
    ];
    expect(got).toEqual([...image.slice(50 * 512, 52 * 512)]);
    out(MASTER + 2, 4);
    expect(input(MASTER + 2) & 4).toBe(0);
  });

  it("writes from memory, by 48-bit numbers too, and more than 64 KiB", () => {
    const data = Uint8Array.from({ length: 200 * 512 }, (_, n) => (n * 31) >> 3);
    machine.memory.writeBytes(0x10000, data);
    regions([0x10000, 0x10000], [0x20000, 200 * 512 - 0x10000]);
    beginExtended(0x35, 1000, 200);
    out(MASTER, 1);
    pass();
    expect(input(STATUS)).toBe(0x50);
    const written = devices.disk!.state.contents.toBytes();
    expect(Buffer.compare(written.subarray(1000 * 512, 1200 * 512), data)).toBe(0);
    expect(sectorOf(written, 1200)).toEqual(sectorOf(image, 1200));
  });

  it("waits for a bus master that is not started, and goes on when it is", () => {
    begin(0xc8, 0, 1);
    pass();
    expect(requested()).toBe(false);
    regions([BUFFER, 512]);
    out(MASTER, 9);
    pass();
    expect([requested(), machine.memory.read8(BUFFER + 9)]).toEqual([true, image[9]]);
  });

  it("stops when the table ends before the sectors, and stays active when it goes on behind them", () => {
    regions([BUFFER, 512]);
    begin(0xc8, 0, 2);
    out(MASTER, 9);
    pass();
    expect([requested(), input(MASTER + 2) & 5]).toEqual([false, 0]);
    out(CONTROL, 4);
    out(CONTROL, 0);
    pass();
    out(MASTER, 0);
    regions([BUFFER, 2048]);
    begin(0xc8, 0, 2);
    out(MASTER, 9);
    pass();
    expect([requested(), input(MASTER + 2) & 5]).toEqual([true, 5]);
  });

  it("moves nothing while PCI does not let it master the bus", () => {
    configure(4, 1);
    regions([BUFFER, 512]);
    begin(0xc8, 7, 1);
    out(MASTER, 9);
    pass();
    expect([requested(), machine.memory.read32(BUFFER)]).toEqual([false, 0]);
  });
});

describe("PCI", () => {
  it("shows the bridges and the IDE function, and ones where there is nothing", () => {
    const identity = (device: number, number: number): number => {
      out(0xcf8, (0x80000000 | (device << 11) | (number << 8)) >>> 0, 4);
      return input(0xcfc, 4);
    };
    expect([identity(0, 0), identity(1, 0), identity(1, 1)]).toEqual([0x12378086, 0x70008086, 0x70108086]);
    expect([identity(1, 2), identity(2, 0)]).toEqual([0xffffffff, 0xffffffff]);
    out(0xcf8, 0x80000908, 4);
    expect([input(0xcfe, 2), input(0xcff)]).toEqual([0x0101, 0x01]);
  });

  it("tells how many ports the bus master needs, and moves them", () => {
    configure(0x20, 0xffffffff);
    expect(input(0xcfc, 4)).toBe(0xfff1);
    configure(0x20, 0xd000);
    out(0xd004, 0x1234, 4);
    expect([input(0xd004, 4), input(MASTER + 4, 4)]).toEqual([0x1234, 0xffffffff]);
  });
});

describe("the contents of a disk", () => {
  it("as a value keep what they were, and share every sector that was not written", () => {
    const first = DiskContents.of(image);
    const second = first.with(2999, new Uint8Array(512).fill(1));
    const third = second.with(0, new Uint8Array(512).fill(2));
    expect([first, second, third].map((one) => [one.sector(0)[1], one.sector(2999)[0]])).toEqual([
      [image[1], image[2999 * 512]],
      [image[1], 1],
      [2, 1],
    ]);
    expect(third.sector(2999)).toBe(second.sector(2999));
    expect(third.sector(5).buffer).toBe(image.buffer);
  });

  it("fill the last sector of an image with zeros", () => {
    const contents = DiskContents.of(Uint8Array.of(1, 2, 3));
    expect([contents.sectors, ...contents.sector(0).slice(0, 5)]).toEqual([1, 1, 2, 3, 0, 0]);
  });
});
