/** SYSCALL and SYSRET. Source: Intel SDM Vol. 2B. */
import { describe, expect, it } from "vitest";
import { FLAG, R11, RCX, RSP } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, STACK_3 } from "./bare-machine.js";

const SETUP = `
  mov ecx, 0xc0000081
  mov edx, 0x00230010
  xor eax, eax
  wrmsr
  mov ecx, 0xc0000082
  lea rax, [rip+entry]
  xor edx, edx
  wrmsr
  mov ecx, 0xc0000084
  mov eax, ${FLAG.IF | FLAG.DF}
  wrmsr`;

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("syscall goes to LSTAR in ring 0 with RIP in RCX, RFLAGS in R11, masked flags, and the stack as it was", () => {
    const bare = new BareMachine({ engine }).load(
      `${SETUP}\nlea rcx, [rip+user]\nmov r11d, ${2 | FLAG.IF | FLAG.DF | FLAG.CF}\nmov rsp, ${STACK_3}\nsysretq
       user: syscall\nbehind: ud2\nentry: hlt`,
      0,
    );
    bare.run();
    const { cpu } = bare.machine;
    expect(cpu.system.cpl).toBe(0);
    expect(cpu.rip).toBe(bare.at("entry") + 1n);
    expect(cpu.state.general[RCX]).toBe(bare.at("behind"));
    expect(cpu.state.general[RSP]).toBe(BigInt(STACK_3));
    expect(Number(cpu.state.general[R11]) & (FLAG.IF | FLAG.DF | FLAG.CF)).toBe(FLAG.IF | FLAG.DF | FLAG.CF);
    expect(cpu.flags & (FLAG.IF | FLAG.DF | FLAG.CF)).toBe(FLAG.CF);
    expect(cpu.system.segments.map((one) => one.selector).slice(1, 3)).toEqual([0x10, 0x18]);
  });

  it("sysretq leads to ring 3 with the selectors that STAR gives", () => {
    const bare = new BareMachine({ engine }).load(
      `${SETUP}\nlea rcx, [rip+user]\nmov r11d, 2\nsysretq\nuser: ud2\nentry: hlt`,
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 6, cs: 0x33, ss: 0x2b, rip: bare.at("user") });
  });

  it("sysretq to an address that is not canonical faults in ring 0", () => {
    const bare = new BareMachine({ engine }).load(
      "mov rcx, 0x8000000000000000\nmov r11d, 2\nhere: sysretq",
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0, cs: 0x10, rip: bare.at("here") });
  });

  it("both are undefined while EFER.SCE is off", () => {
    const bare = new BareMachine({ engine });
    bare.machine.cpu.system.efer &= ~1n;
    expect(bare.load("here: syscall", 3).runToStop()).toMatchObject({ vector: 6, rip: bare.at("here") });
  });
});
