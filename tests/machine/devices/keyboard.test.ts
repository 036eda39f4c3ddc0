/** The i8042 and its keyboard at their ports. Source: IBM PS/2 Hardware Interface Technical Reference. */
import { beforeEach, describe, expect, it } from "vitest";
import { KeyboardController } from "../../../src/machine/devices/keyboard-controller.js";
import { KEY_CODES, translate } from "../../../src/machine/devices/scan-codes.js";

const STEPS_PER_SECOND = 1_000_000;
let now = 0;
let line = false;
let controller: KeyboardController;

beforeEach(() => {
  now = 0;
  line = false;
  controller = new KeyboardController(
    () => now,
    STEPS_PER_SECOND,
    (on) => {
      line = on;
    },
    () => {},
  );
});

const status = (): number => controller.readPort(0x64);
const command = (...bytes: number[]): void =>
  bytes.forEach((byte, n) => controller.writePort(n === 0 ? 0x64 : 0x60, byte));

/** Everything that comes within `seconds`, read as it comes. */
function receive(seconds = 0.1): number[] {
  const end = now + seconds * STEPS_PER_SECOND;
  const bytes: number[] = [];
  for (;;) {
    if ((status() & 1) !== 0) bytes.push(controller.readPort(0x60));
    if (controller.nextEvent() > end) break;
    now = controller.nextEvent();
    controller.advance(now);
  }
  now = end;
  return bytes;
}

function tell(...bytes: number[]): number[] {
  return bytes.flatMap((byte) => {
    controller.writePort(0x60, byte);
    return receive();
  });
}

describe("the keyboard controller", () => {
  it("passes its self test and the test of the keyboard's line", () => {
    command(0xaa);
    expect(controller.readPort(0x60)).toBe(0x55);
    command(0xab);
    expect(controller.readPort(0x60)).toBe(0);
    expect(status() & 0x0d).toBe(0x0c);
  });

  it("keeps the command byte and its other memory", () => {
    command(0x60, 0x65);
    command(0x7f, 0xa5);
    command(0x20);
    expect(controller.readPort(0x60)).toBe(0x65);
    command(0x3f);
    expect(controller.readPort(0x60)).toBe(0xa5);
  });

  it("says in its status whether the last write was a command, and whether a byte waits", () => {
    command(0x20);
    expect(status() & 0x09).toBe(0x09);
    controller.readPort(0x60);
    controller.writePort(0x60, 0xee);
    expect(status() & 0x09).toBe(0);
  });

  it("interrupts while a byte waits, if the command byte says so", () => {
    controller.pressKey("KeyA");
    now = controller.nextEvent();
    controller.advance(now);
    expect([status() & 1, line]).toEqual([1, false]);
    command(0x60, 0x41);
    expect(line).toBe(true);
    controller.readPort(0x60);
    expect(line).toBe(false);
  });

  it("keeps keys back while the keyboard is off", () => {
    command(0xad);
    controller.pressKey("KeyA");
    expect(receive()).toEqual([]);
    command(0xae);
    expect(receive()).toEqual([0x1e]);
  });

  it("offers what is written with D2h as if it came from the keyboard", () => {
    command(0xd2, 0x99);
    expect(receive(0.001)).toEqual([0x99]);
  });

  it("switches line A20 and shows it in the output port", () => {
    const lines: boolean[] = [];
    controller.onA20 = (on) => lines.push(on);
    command(0xd1, 0xdd);
    command(0xd0);
    expect(controller.readPort(0x60) & 2).toBe(0);
    command(0xdf);
    command(0xd0);
    expect(controller.readPort(0x60) & 2).toBe(2);
    expect(lines).toEqual([false, true]);
  });

  it("resets the processor by a pulse on line 0, and by nothing else", () => {
    let resets = 0;
    controller.onReset = () => resets++;
    command(0xff);
    command(0xfd);
    expect(resets).toBe(0);
    command(0xfe);
    command(0xd1, 0xde);
    expect(resets).toBe(2);
  });
});

describe("the keyboard", () => {
  it("sends set 2, which the controller translates to set 1", () => {
    for (const key of ["KeyA", "ArrowUp"] as const) {
      controller.pressKey(key);
      controller.releaseKey(key);
    }
    expect(receive()).toEqual([0x1e, 0x9e, 0xe0, 0x48, 0xe0, 0xc8]);
    command(0x60, 0x00);
    for (const key of ["KeyA", "ArrowUp"] as const) {
      controller.pressKey(key);
      controller.releaseKey(key);
    }
    expect(receive()).toEqual([0x1c, 0xf0, 0x1c, 0xe0, 0x75, 0xe0, 0xf0, 0x75]);
  });

  it("sends set 1 by itself as a translating controller would make it", () => {
    for (const key of KEY_CODES) {
      controller.pressKey(key);
      controller.releaseKey(key);
      const translated = receive();
      command(0x60, 0x00);
      tell(0xf0, 1);
      controller.pressKey(key);
      controller.releaseKey(key);
      expect(receive(), key).toEqual(translated);
      command(0x60, 0x40);
      tell(0xf6);
    }
  });

  it("has a code of its own for every key", () => {
    const codes = KEY_CODES.map((key) => {
      controller.pressKey(key);
      const bytes = receive().join();
      controller.releaseKey(key);
      receive();
      return bytes;
    });
    expect(new Set(codes).size).toBe(KEY_CODES.length);
    expect(new Set(Array.from({ length: 128 }, (_, n) => translate(n))).size).toBe(128);
  });

  it("identifies itself, echoes, and asks again for what it does not know", () => {
    command(0x60, 0x00);
    expect(tell(0xf2)).toEqual([0xfa, 0xab, 0x83]);
    expect(tell(0xee)).toEqual([0xee]);
    expect(tell(0x12)).toEqual([0xfe]);
    expect(tell(0xf0, 0)).toEqual([0xfa, 0xfa, 2]);
  });

  it("passes its test after a reset, and its lamps are out", () => {
    expect(tell(0xed, 5)).toEqual([0xfa, 0xfa]);
    expect(controller.state.keyboard.leds).toBe(5);
    expect(tell(0xff)).toEqual([0xfa, 0xaa]);
    expect(controller.state.keyboard.leds).toBe(0);
  });

  it("sends no keys after F5h until F4h", () => {
    tell(0xf5);
    controller.pressKey("KeyA");
    expect(receive()).toEqual([]);
    controller.releaseKey("KeyA");
    expect(tell(0xf4)).toEqual([0xfa]);
    controller.pressKey("KeyB");
    expect(receive()).toEqual([0x30]);
  });

  it("repeats the last key that is held, after a delay and at a rate that can be set", () => {
    // A quarter of a second, then every 33 milliseconds.
    tell(0xf3, 0);
    controller.pressKey("KeyA");
    expect(receive(0.24)).toEqual([0x1e]);
    expect(receive(0.12)).toEqual([0x1e, 0x1e, 0x1e, 0x1e]);
    controller.releaseKey("KeyA");
    expect(receive(1)).toEqual([0x9e]);
  });

  it("keeps sixteen bytes for a host that does not read", () => {
    for (let n = 0; n < 20; n++) controller.pressKey(n % 2 === 0 ? "KeyA" : "KeyB");
    controller.releaseKey("KeyB");
    expect(receive().length).toBe(16);
  });
});
