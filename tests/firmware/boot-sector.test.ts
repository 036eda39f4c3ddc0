/** From reset through firmware and boot sector into 64-bit mode. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { powerOn, romImage } from "../../src/firmware/power-on.js";
import { ENGINES, type Engine, Machine } from "../../src/machine/machine.js";
import { assemble } from "../../src/toolchain/assembler/assemble.js";

const source = readFileSync(new URL("boot-sector.asm", import.meta.url), "utf8");

function diskOf(text: string): Uint8Array {
  const result = assemble(text, { base: 0x7c00n });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const disk = new Uint8Array(8 * 512);
  disk.set(result.sections[0]!.bytes);
  return disk;
}

function boot(disk: Uint8Array | undefined, engine: Engine = "auto") {
  const machine = Machine.create({ ram: 2 << 20, disk, engine });
  let printed = "";
  machine.serialPort.output = (byte) => {
    printed += String.fromCharCode(byte);
  };
  powerOn(machine);
  const { reason } = machine.run(1_000_000);
  return { machine, reason, printed };
}

describe("the firmware", () => {
  it("fills its place to the end, with the first instruction 16 bytes before that", () => {
    const rom = romImage();
    expect(rom.length).toBe(0x1000);
    expect(rom[0xff0]).toBe(0xea);
  });

  it("says what is missing when there is no disk, or no boot sector on it", () => {
    expect(boot(undefined)).toMatchObject({
      reason: "halted",
      printed: expect.stringMatching(/^No boot sector/),
    });
    expect(boot(new Uint8Array(512))).toMatchObject({ printed: expect.stringMatching(/55 AA/) });
  });
});

describe.each(ENGINES)("a boot sector on the engine %s", (engine) => {
  it("gets from real-address through protected and compatibility into 64-bit mode", () => {
    const { machine, reason, printed } = boot(diskOf(source), engine);
    expect(printed).toBe("R2PCL ong mode\n");
    expect(reason).toBe("halted");
    const { cpu } = machine;
    expect([cpu.codeSize, cpu.isLong, cpu.state.general[8]]).toEqual([64, true, 0x123456789abcdef0n]);
  });

  it("may be left at any moment and gone on with from a snapshot", () => {
    const whole = boot(diskOf(source), engine).machine;
    const machine = Machine.create({ ram: 2 << 20, disk: diskOf(source), engine });
    powerOn(machine);
    const other = Machine.create({ ram: 2 << 20, disk: diskOf(source), engine });
    for (const t of [1, 10, 777, 2100, 2200, 3000, 6000, 7000]) {
      machine.runTo(Math.min(t, whole.time));
      other.restore(machine.snapshot());
      other.run(1_000_000);
      expect(other.time).toBe(whole.time);
      expect(other.copyRegisters().cpu).toEqual(whole.copyRegisters().cpu);
    }
  });
});
