/** REP string instructions between their iterations. */
import { beforeEach, describe, expect, it } from "vitest";
import { VECTOR } from "../../../src/machine/cpu/guest-fault.js";
import { RAX, RCX, RDI, RSI } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const END = DATA + 0x1000;

const machine = new UserCpu([
  { linear: CODE, frame: 0x10000, pages: 1, writable: true },
  { linear: DATA, frame: 0x20000, pages: 1, writable: true },
]);
const { cpu } = machine;

function begin(hex: string, registers: Partial<Record<number, bigint>>): void {
  machine.reset();
  cpu.memory.writeBytes(0x10000, Buffer.from(hex, "hex"));
  for (const [register, value] of Object.entries(registers)) cpu.state.general[Number(register)] = value!;
  cpu.rip = BigInt(CODE);
}

const general = (register: number): bigint => cpu.state.general[register]!;

describe("a REP string instruction", () => {
  beforeEach(() => cpu.memory.fill(0x20000, 0x1000, 0));

  it("takes one step of time an iteration and stays current until the last", () => {
    begin("f3aa", { [RAX]: 0x5an, [RCX]: 3n, [RDI]: BigInt(DATA) });
    const ends = [1, 2, 3].map(() => {
      machine.step();
      return cpu.rip - BigInt(CODE);
    });
    expect(ends).toEqual([0n, 0n, 2n]);
    expect(general(RCX)).toBe(0n);
    expect(cpu.memory.read32(0x20000)).toBe(0x5a5a5a);
  });

  it("that faults leaves registers describing what is left, so that it can go on", () => {
    begin("f3a4", { [RCX]: 8n, [RSI]: BigInt(DATA), [RDI]: BigInt(END - 3) });
    cpu.run(cpu.time + 100);
    expect(machine.caught).toMatchObject({ vector: VECTOR.PF, errorCode: 6, address: BigInt(END) });
    expect([general(RCX), general(RSI), general(RDI)]).toEqual([5n, BigInt(DATA + 3), BigInt(END)]);
    expect(cpu.rip).toBe(BigInt(CODE));
  });

  it("with a count of zero does nothing and takes one step", () => {
    begin("f3a4", { [RCX]: 0n, [RSI]: 1n, [RDI]: 2n });
    machine.step();
    expect(machine.caught).toBeUndefined();
    expect(cpu.rip).toBe(BigInt(CODE + 2));
  });

  it("counts ECX and addresses with 32 bits under prefix 67", () => {
    begin("67f3aa", {
      [RAX]: 1n,
      [RCX]: 0xffff_ffff_0000_0001n,
      [RDI]: 0xabcd_0000_0000_0000n + BigInt(DATA),
    });
    machine.step();
    expect(machine.caught).toBeUndefined();
    expect([general(RCX), general(RDI)]).toEqual([0n, BigInt(DATA + 1)]);
  });

  it("goes down when DF is set", () => {
    begin("fdf3ab", { [RAX]: 7n, [RCX]: 2n, [RDI]: BigInt(DATA + 4) });
    cpu.run(cpu.time + 3);
    expect(general(RDI)).toBe(BigInt(DATA - 4));
    expect([cpu.memory.read32(0x20000), cpu.memory.read32(0x20004)]).toEqual([7, 7]);
  });
});
