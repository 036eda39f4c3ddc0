/** The non-maskable interrupt: taken whatever IF says, one at a time until IRET. Source: Intel SDM Vol. 3A §6.7. */
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, DATA, IST_1 } from "./bare-machine.js";

const LOOP = `
  cli
again:
  inc rcx
  jmp again
handler:
  mov rdi, rsp
  inc qword ptr [${DATA}]
  iretq`;

function machine(engine: (typeof ENGINES)[number], source = LOOP): BareMachine {
  const bare = new BareMachine({ engine }).load(source, 0);
  bare.setGate(2, { handler: bare.at("handler"), ist: 1 });
  return bare;
}

describe.each(ENGINES)("on the engine %s, an NMI", (engine) => {
  it("is taken with IF clear, through vector 2 and on the stack that its gate names", () => {
    const { machine: pc } = machine(engine);
    pc.run(1000);
    pc.accept({ device: "nmi" });
    pc.run(2000);
    expect(pc.memory.read64(DATA)).toBe(1n);
    expect(pc.cpu.state.general[7]).toBe(BigInt(IST_1 - 40));
  });

  it("waits while the handler of another one runs, and two that wait are one", () => {
    const bare = machine(engine);
    const { machine: pc } = bare;
    pc.run(100);
    pc.accept({ device: "nmi" });
    pc.run(102);
    expect(pc.cpu.rip).toBeGreaterThanOrEqual(bare.at("handler"));
    pc.accept({ device: "nmi" });
    pc.accept({ device: "nmi" });
    pc.run(103);
    expect(pc.memory.read64(DATA)).toBeLessThan(2n);
    pc.run(1000);
    expect(pc.memory.read64(DATA)).toBe(2n);
  });

  it("wakes HLT, even when no interrupt can", () => {
    const { machine: pc } = machine(engine, `cli\nhlt\nmov ebx, 5\nhlt\nhandler: iretq`);
    expect(pc.run(1000).reason).toBe("halted");
    pc.accept({ device: "nmi" });
    expect(pc.run(2000).reason).toBe("halted");
    expect(pc.cpu.state.general[3]).toBe(5n);
  });

  it("does not come between MOV SS and the next instruction", () => {
    const { machine: pc } = machine(
      engine,
      `mov eax, ss\nmov rbx, rsp\nmov ss, eax\nmov esp, 0x70000\nmov rsp, rbx\nhlt\nhandler: mov rdx, [rsp]\niretq`,
    );
    pc.run(3);
    pc.accept({ device: "nmi" });
    pc.run(1000);
    // The return address is behind the instruction that MOV SS protects.
    expect(pc.cpu.state.general[2]).toBe(0x100000n + 12n);
  });

  it("that waits, and one whose handler runs, are part of a moment", () => {
    for (const t of [100, 101, 102, 103, 104]) {
      const first = machine(engine).machine;
      first.run(100);
      first.accept({ device: "nmi" });
      first.run(t);
      first.accept({ device: "nmi" });
      const second = machine(engine).machine;
      second.restore(first.snapshot());
      first.run(1000);
      second.run(1000);
      expect(second.memory.read64(DATA)).toBe(first.memory.read64(DATA));
      expect(second.cpu.snapshot().state.general).toEqual(first.cpu.snapshot().state.general);
    }
  });
});
