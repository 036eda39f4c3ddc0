/** Double and triple faults. Source: Intel SDM Vol. 3A §6.15 (#DF). */
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, IST_1, TSS } from "./bare-machine.js";

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("a page fault whose stack is missing becomes #DF on its own stack", () => {
    const bare = new BareMachine({ engine });
    bare.setGate(8, { ist: 1 });
    bare.machine.memory.write64(TSS + 4, 0x500000n);
    expect(bare.load("mov al, [0x600000]", 3).runToStop()).toMatchObject({
      vector: 8,
      errorCode: 0,
      frame: BigInt(IST_1) - 48n,
    });
  });

  it("when the double fault cannot be delivered either, the processor shuts down", () => {
    const bare = new BareMachine({ engine });
    bare.machine.memory.write64(TSS + 4, 0x500000n);
    const result = bare.load("mov al, [0x600000]", 3).run();
    expect(result.reason).toBe("shutdown");
    expect(bare.machine.cpu.shutDownReason).toMatch(/triple fault/);
    expect(bare.run().reason).toBe("shutdown");
  });

  it("an empty IDT is a triple fault", () => {
    const bare = new BareMachine({ engine });
    bare.machine.cpu.system.idtr = { base: 0n, limit: 0 };
    expect(bare.load("ud2", 0).run().reason).toBe("shutdown");
  });
});
