/** EFLAGS.TF: one instruction, then #DB. */
import { describe, expect, it } from "vitest";
import { VECTOR } from "../../../src/machine/cpu/guest-fault.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000;
const STACK = 0x20000000;

function machineAt(code: string, flags: number): UserCpu {
  const machine = new UserCpu([
    { linear: CODE, frame: 0x10000, pages: 1, writable: true },
    { linear: STACK, frame: 0x20000, pages: 1, writable: true },
  ]);
  const { cpu } = machine;
  cpu.memory.writeBytes(0x10000, Buffer.from(code, "hex"));
  cpu.state.general[4] = BigInt(STACK + 0x800);
  cpu.flags = flags;
  cpu.rip = BigInt(CODE);
  return machine;
}

describe("the trap flag", () => {
  it("raises #DB after one instruction, with RIP behind it", () => {
    const machine = machineAt("9090", 2 | FLAG.TF);
    machine.cpu.run(10);
    expect(machine.caught).toMatchObject({ vector: VECTOR.DB });
    expect(machine.cpu.rip).toBe(BigInt(CODE + 1));
  });

  it("raises #DB even when time ran out right after the instruction, also across a snapshot", () => {
    const machine = machineAt("9090", 2 | FLAG.TF);
    machine.step();
    expect(machine.caught).toBeUndefined();
    machine.cpu.restore(machine.cpu.snapshot());
    machine.step();
    expect(machine.caught).toMatchObject({ vector: VECTOR.DB });
    expect(machine.cpu.rip).toBe(BigInt(CODE + 1));
  });

  it("set by POPF takes effect after the instruction that follows", () => {
    const machine = machineAt("9d9090", 2);
    machine.cpu.memory.write64(0x20800, BigInt(2 | FLAG.TF));
    machine.cpu.run(10);
    expect(machine.caught).toMatchObject({ vector: VECTOR.DB });
    expect(machine.cpu.rip).toBe(BigInt(CODE + 2));
  });
});
