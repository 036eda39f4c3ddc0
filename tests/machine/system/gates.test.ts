/** Interrupt and trap gates: flags, stacks and IST, presence, single step. Source: Intel SDM Vol. 3A §6.12, §6.14. */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, IDT, IST_1, STACK_0 } from "./bare-machine.js";

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("int3 in ring 3 needs a gate of DPL 3 and returns behind itself", () => {
    const bare = new BareMachine({ engine });
    bare.setGate(3, { dpl: 3 });
    const stop = bare.load("int3\nbehind: nop", 3).runToStop();
    expect(stop).toMatchObject({ vector: 3, errorCode: undefined, rip: bare.at("behind") });
  });

  it("an interrupt gate clears IF and a trap gate keeps it; both clear TF", () => {
    for (const trap of [false, true]) {
      const bare = new BareMachine({ engine });
      bare.setGate(0x80, { dpl: 3, trap });
      const stop = bare.load("int 0x80", 3, 2 | FLAG.IF).runToStop();
      expect(stop.flags & FLAG.IF).toBe(FLAG.IF);
      expect((bare.machine.cpu.flags & FLAG.IF) !== 0).toBe(trap);
    }
  });

  it("a gate with an IST number takes that stack, also from ring 0", () => {
    const bare = new BareMachine({ engine });
    bare.setGate(6, { ist: 1 });
    expect(bare.load("ud2", 0).runToStop()).toMatchObject({
      vector: 6,
      frame: BigInt(IST_1) - 40n,
      rsp: BigInt(STACK_0),
    });
  });

  it("an exception in ring 0 stays on its stack, aligned down to 16", () => {
    const bare = new BareMachine({ engine });
    const stop = bare.load("sub rsp, 8\nhere: ud2", 0).runToStop();
    expect(stop).toMatchObject({
      vector: 6,
      rsp: BigInt(STACK_0 - 8),
      frame: BigInt(STACK_0 - 16 - 40),
      cs: 0x10,
      ss: 0x18,
    });
  });

  it("a fault pushes RF set; the handler runs with RF clear", () => {
    const stop = new BareMachine({ engine }).load("ud2", 3).runToStop();
    expect(stop.flags & FLAG.RF).toBe(FLAG.RF);
  });

  it("a gate that is not present raises #NP with the vector in the error code", () => {
    const bare = new BareMachine({ engine });
    const { memory } = bare.machine;
    memory.write64(IDT + 0x50 * 16, memory.read64(IDT + 0x50 * 16) & ~(0x80n << 40n));
    expect(bare.load("here: int 0x50", 0).runToStop()).toMatchObject({
      vector: 11,
      errorCode: 0x50 * 8 + 2,
      rip: bare.at("here"),
    });
  });

  it("a single step ends each instruction with #DB and sets DR6.BS", () => {
    const bare = new BareMachine({ engine });
    const stop = bare.load("nop\nsecond: nop", 3, 2 | FLAG.TF).runToStop();
    expect(stop).toMatchObject({ vector: 1, rip: bare.at("second") });
    expect(bare.machine.cpu.system.dr[6]! & (1n << 14n)).not.toBe(0n);
  });

  it("the stack of ring 3 is free to hold anything: its frame goes to the kernel's", () => {
    const bare = new BareMachine({ engine });
    const stop = bare.load("xor esp, esp\nud2", 3).runToStop();
    expect(stop).toMatchObject({ vector: 6, rsp: 0n });
  });
});
