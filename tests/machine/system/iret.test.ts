/** IRETQ: to another ring, and what keeps it back. Source: Intel SDM Vol. 2A, IRET. */
import { describe, expect, it } from "vitest";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { ENGINES } from "../../../src/machine/machine.js";
import { BareMachine, STACK_3 } from "./bare-machine.js";

const frame = (cs: number, ss: number, flags: number, rip = "user", rsp = STACK_3) =>
  `push ${ss}\nmov rax, ${rsp}\npush rax\npush ${flags}\npush ${cs}\nlea rax, [rip+${rip}]\npush rax\nhere: iretq\nuser: ud2`;

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("leads to ring 3 with the frame's stack and flags", () => {
    const bare = new BareMachine({ engine }).load(frame(0x33, 0x2b, 2 | FLAG.CF | FLAG.IF | FLAG.AC), 0);
    const stop = bare.runToStop();
    expect(stop).toMatchObject({ vector: 6, cs: 0x33, ss: 0x2b, rsp: BigInt(STACK_3), rip: bare.at("user") });
    expect(stop.flags & (FLAG.CF | FLAG.IF | FLAG.AC)).toBe(FLAG.CF | FLAG.IF | FLAG.AC);
  });

  it.each([
    ["a null code segment", 0x0, 0x2b, 0],
    ["a data segment as code", 0x18, 0x18, 0x18],
    ["a code segment of ring 0 asked for as ring 3", 0x13, 0x2b, 0x10],
    ["a null stack segment for ring 3", 0x33, 0x0, 0],
    ["a stack segment of ring 0 for ring 3", 0x33, 0x18, 0x18],
    ["a code segment beyond the GDT", 0x103, 0x2b, 0x100],
  ])("refuses %s with #GP and changes nothing", (_name, cs, ss, errorCode) => {
    const bare = new BareMachine({ engine }).load(frame(cs, ss, 2), 0);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode, cs: 0x10, rip: bare.at("here") });
  });

  it("in ring 3 cannot become ring 0, nor change IF or IOPL", () => {
    const up = new BareMachine({ engine }).load(frame(0x10, 0x18, 2), 3);
    expect(up.runToStop()).toMatchObject({ vector: 13, errorCode: 0x10 });
    const same = new BareMachine({ engine }).load(frame(0x33, 0x2b, 2 | FLAG.IF | FLAG.IOPL | FLAG.DF), 3);
    const { flags } = same.runToStop();
    expect(flags & (FLAG.IF | FLAG.IOPL | FLAG.DF)).toBe(FLAG.DF);
  });

  it("refuses a return address that is not canonical", () => {
    const bare = new BareMachine({ engine }).load(
      "push 0x2b\npush 0\npush 2\npush 0x33\nmov rax, 0x8000000000000000\npush rax\nhere: iretq",
      0,
    );
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0, rip: bare.at("here") });
  });
});
