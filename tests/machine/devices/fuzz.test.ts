/** Devices accessed at random, in any order: nothing throws, nothing hangs, and the same accesses give the same state. */
import { expect, it } from "vitest";
import { KEY_CODES } from "../../../src/machine/devices/scan-codes.js";
import { Machine } from "../../../src/machine/machine.js";

const RANGES = [
  ...([
    [0x20, 2],
    [0xa0, 2],
    [0x40, 4],
    [0x60, 5],
    [0x3f8, 8],
    [0x1f0, 8],
  ] as const),
  ...([
    [0x3f6, 1],
    [0xcf8, 8],
    [0xc000, 16],
  ] as const),
] as const;
/** Values that begin something. */
const LIKELY = [
  ...[0x20, 0x24, 0x25, 0x30, 0x34, 0x35, 0xc8, 0xca, 0xec, 0xef, 0xe7, 9, 1, 0, 5, 0xe0, 0xaa, 0xed, 0xf3],
  ...[0x11, 0x34, 0x36, 0x30, 0xc2, 0x0c, 0x80000900, 0x80000904, 0x80000920, 0x1000],
];

/** A sequence that depends on its seed alone. */
function numbers(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}

function attack(seed: number, machine: Machine): string {
  const next = numbers(seed * 2654435761);
  const { devices, ports, clock } = machine;
  const seen: number[] = [];
  for (let n = 0; n < 3000; n++) {
    const [first, count] = RANGES[next(RANGES.length)]!;
    const port = first + next(count);
    const size = ([1, 1, 1, 2, 4] as const)[next(5)]!;
    const value = next(3) === 0 ? next(2 ** 32) : LIKELY[next(LIKELY.length)]!;
    const act = next(16);
    if (act < 6) seen.push(ports.read(port, size));
    else if (act < 12) ports.write(port, size, value);
    else if (act === 12) devices.keyboard.pressKey(KEY_CODES[next(KEY_CODES.length)]!);
    else if (act === 13) devices.serialPort.receive(Uint8Array.of(value & 0xff));
    else if (act === 14) seen.push(devices.controller.acknowledge());
    else {
      clock.skipped += next(5000);
      devices.advance(clock.now);
    }
    if (n % 500 === 499) {
      const moment = machine.snapshot();
      machine.restore(moment);
    }
  }
  seen.push(devices.nextEvent());
  return JSON.stringify([seen, devices.look(), clock.now]);
}

it.each(Array.from({ length: 40 }, (_, n) => n + 1))("random accesses with seed %i do no harm", (seed) => {
  const [one, other] = [0, 1].map(() =>
    Machine.create({ ram: 1 << 20, disk: new Uint8Array(100 * 512).fill(seed) }),
  );
  const state = attack(seed, one!);
  expect(attack(seed, other!)).toBe(state);
  expect(Buffer.compare(one!.memory.bytes, other!.memory.bytes)).toBe(0);
  // And time goes on: what the devices still have to do comes to an end, or the processor sleeps for ever.
  one!.devices.sleep(one!.clock, () => false);
});
