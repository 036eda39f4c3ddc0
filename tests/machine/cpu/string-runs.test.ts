/** REP MOVS and REP STOS in long runs, against the same program taken one step at a time. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FLAG, RAX, RCX, RDI, RSI } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const DATA_FRAME = 0x20000;
const PAGES = 4;

/** The same forms by element size: 1, 2, 4, 8 bytes. */
const MOVS = ["f3a4", "66f3a5", "f3a5", "f348a5"];
const STOS = ["f3aa", "66f3ab", "f3ab", "f348ab"];

interface Start {
  code: string;
  count: number;
  from: number;
  to: number;
  flags: number;
}

/** Runs at most `steps` steps in slices of `slice`, and returns everything that could differ, as one text. */
function outcome(start: Start, steps: number, slice: number): string {
  const machine = new UserCpu([
    { linear: CODE, frame: 0x10000, pages: 1, writable: true },
    { linear: DATA, frame: DATA_FRAME, pages: PAGES, writable: true },
    // A page that may only be read, behind which nothing is mapped.
    { linear: DATA + PAGES * 4096, frame: DATA_FRAME + PAGES * 4096, pages: 1, writable: false },
  ]);
  const { cpu } = machine;
  for (let n = 0; n < PAGES * 4096; n++) cpu.memory.write8(DATA_FRAME + n, (n * 7 + (n >> 8)) & 0xff);
  cpu.memory.writeBytes(0x10000, Buffer.from(`${start.code}90`, "hex"));
  cpu.state.general[RAX] = 0x1122334455667788n;
  cpu.state.general[RCX] = BigInt(start.count);
  cpu.state.general[RSI] = BigInt(DATA + start.from);
  cpu.state.general[RDI] = BigInt(DATA + start.to);
  cpu.flags = start.flags;
  cpu.rip = BigInt(CODE);
  const end = cpu.time + steps;
  while (cpu.time < end && machine.caught === undefined) cpu.run(Math.min(end, cpu.time + slice));
  const memory = createHash("sha256")
    .update(cpu.memory.readBytes(DATA_FRAME, (PAGES + 1) * 4096))
    .digest("hex");
  const { caught } = machine;
  return [
    ...cpu.state.general,
    cpu.rip,
    cpu.time,
    caught?.vector,
    caught?.errorCode,
    caught?.address,
    memory,
  ].join(" ");
}

/** Counts, distances and places drawn by a small linear congruential generator, so that every run tests the same. */
function starts(howMany: number): Start[] {
  let seed = 12345;
  const draw = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  return Array.from({ length: howMany }, () => {
    const from = draw(PAGES * 4096 - 64);
    const near = draw(2) === 0;
    return {
      code: (draw(2) === 0 ? MOVS : STOS)[draw(4)]!,
      count: draw(3) === 0 ? draw(12) : draw(3000),
      from,
      to: near ? Math.max(0, from + draw(40) - 20) : draw(PAGES * 4096),
      flags: 2 | (draw(8) === 0 ? FLAG.DF : 0),
    };
  });
}

describe("a long REP MOVS or REP STOS", () => {
  it("ends with the same memory, registers and time as one step after the other, faults included", () => {
    for (const start of starts(60)) {
      expect(outcome(start, 4000, 4000), JSON.stringify(start)).toBe(outcome(start, 4000, 1));
    }
  });

  it("stops in the middle at exactly the step that was asked for", () => {
    for (const [n, start] of starts(40).entries()) {
      const steps = 1 + n * 37;
      expect(outcome(start, steps, steps), JSON.stringify({ ...start, steps })).toBe(
        outcome(start, steps, 1),
      );
    }
  });

  it("that overlaps upwards repeats what it has just written", () => {
    const start = { code: "f3a4", count: 100, from: 0, to: 1, flags: 2 };
    expect(outcome(start, 1000, 1000)).toBe(outcome(start, 1000, 1));
  });

  it("over its own code executes what it has written", () => {
    const machine = new UserCpu([{ linear: CODE, frame: 0x10000, pages: 1, writable: true }]);
    const { cpu } = machine;
    // REP STOSD writes INC EAX four times behind itself.
    cpu.memory.writeBytes(0x10000, Buffer.from("f3ab9090909090909090", "hex"));
    cpu.state.general[RAX] = 0xc0ffc0ffn;
    cpu.state.general[RCX] = 2n;
    cpu.state.general[RDI] = BigInt(CODE + 2);
    cpu.rip = BigInt(CODE);
    cpu.run(cpu.time + 6);
    expect(cpu.state.general[RAX]).toBe(0xc0ffc103n);
  });
});
