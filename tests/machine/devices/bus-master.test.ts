/** The disk's bus master and PCI at their ports. Sources: SFF-8038i, PCI 2.1. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  BUFFER,
  begin,
  beginExtended,
  CONTROL,
  configure,
  devices,
  image,
  input,
  MASTER,
  machine,
  out,
  pass,
  requested,
  STATUS,
  sectorOf,
  TABLE,
} from "./disk-ports.js";

/** A table of regions in memory: address and bytes each. */
function regions(...list: (readonly [address: number, bytes: number])[]): void {
  list.forEach(([address, bytes], n) => {
    machine.memory.write32(TABLE + 8 * n, address);
    machine.memory.write32(TABLE + 8 * n + 4, (bytes & 0xffff) | (n === list.length - 1 ? 0x80000000 : 0));
  });
  out(MASTER + 4, TABLE, 4);
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
