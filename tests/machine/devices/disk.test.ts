/** The ATA disk at its ports, by PIO. Source: ATA/ATAPI-6. */
import { describe, expect, it } from "vitest";
import {
  begin,
  beginExtended,
  CONTROL,
  COUNT,
  DATA,
  DEVICE,
  ERROR,
  HIGH,
  image,
  input,
  LOW,
  MID,
  out,
  pass,
  readSector,
  requested,
  SECTORS,
  STATUS,
  sectorOf,
  writeSector,
} from "./disk-ports.js";

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
