/** A machine with a disk, worked at its ports as a driver does, with time passing event by event. */
import { beforeEach } from "vitest";
import type { DeviceSet } from "../../../src/machine/devices/device-set.js";
import { Machine } from "../../../src/machine/machine.js";

export const SECTORS = 3000;
export const DATA = 0x1f0;
export const [ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS] = [
  0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7,
];
export const CONTROL = 0x3f6;
export const MASTER = 0xc000;
export const TABLE = 0x5000;
export const BUFFER = 0x8000;

/** Every sector is full of bytes of its own. */
export const image = Uint8Array.from({ length: SECTORS * 512 }, (_, n) => (n >> 9) * 7 + n);
export const sectorOf = (bytes: Uint8Array, n: number): number[] => [
  ...bytes.subarray(n * 512, n * 512 + 512),
];

export let machine: Machine;
export let devices: DeviceSet;

beforeEach(() => {
  machine = Machine.create({ ram: 1 << 20, disk: image });
  devices = machine.devices;
  out(0x20, 0x11);
  for (const value of [0x20, 4, 1, 0]) out(0x21, value);
  out(0xa0, 0x11);
  for (const value of [0x28, 2, 1, 0]) out(0xa1, value);
});

export const out = (port: number, value: number, size: 1 | 2 | 4 = 1): void =>
  machine.ports.write(port, size, value);
export const input = (port: number, size: 1 | 2 | 4 = 1): number => machine.ports.read(port, size);

/** Lets time pass until nothing is due, or `events` times. */
export function pass(events = 10_000): void {
  for (let n = 0; n < events && devices.nextEvent() < Number.POSITIVE_INFINITY; n++) {
    machine.clock.jumpTo(devices.nextEvent());
    devices.advance(machine.clock.now);
  }
}

/** True when IRQ 14 is raised, seen at the second controller. */
export const requested = (): boolean => {
  out(0xa0, 0x0a);
  return (input(0xa0) & 0x40) !== 0;
};

/** Describes and begins a 28-bit command. */
export function begin(command: number, sector: number, count: number): void {
  out(DEVICE, 0xe0 | (sector >>> 24));
  out(COUNT, count & 0xff);
  [LOW, MID, HIGH].forEach((port, n) => out(port, (sector >>> (8 * n)) & 0xff));
  out(STATUS, command);
}

/** The same with a 48-bit number: upper bytes first. */
export function beginExtended(command: number, sector: number, count: number): void {
  out(DEVICE, 0x40);
  for (const upper of [true, false]) {
    out(COUNT, upper ? count >> 8 : count & 0xff);
    [LOW, MID, HIGH].forEach((port, n) =>
      out(port, Math.floor(sector / 256 ** (n + (upper ? 3 : 0))) & 0xff),
    );
  }
  out(STATUS, command);
}

export const readSector = (size: 2 | 4 = 2): number[] =>
  Array.from({ length: 512 / size }, () => {
    const value = input(DATA, size);
    return Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & 0xff);
  }).flat();

export function writeSector(byteAt: (n: number) => number): void {
  for (let n = 0; n < 512; n += 2) out(DATA, byteAt(n) | (byteAt(n + 1) << 8), 2);
}

/** Sets a register of the disk's PCI function. */
export function configure(register: number, value: number): void {
  out(0xcf8, 0x80000900 | register, 4);
  out(0xcfc, value, 4);
}
