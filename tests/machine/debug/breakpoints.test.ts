/** Runs stop where somebody wants to look, with both engines at the same t; and what nobody looks at is as ever. */
import { describe, expect, it } from "vitest";
import { type Engine, Machine } from "../../../src/machine/machine.js";
import { BareMachine, CODE, DATA } from "../system/bare-machine.js";
import { busyMachine, digest } from "../time/busy-machine.js";

const LOOP = `
  mov ecx, 40000
  mov ebx, ${DATA}
  xor eax, eax
again:
  add eax, ecx
here:
  xor [rbx], eax
  dec ecx
  jnz again
done:
  hlt`;

/** The same program with either engine. */
function loaded(source: string, engine: Engine): BareMachine {
  const bare = new BareMachine().load(source, 0);
  const machine = Machine.create({ ram: 4 << 20, engine });
  machine.restore(bare.machine.snapshot());
  return Object.assign(Object.create(bare) as BareMachine, { machine });
}

describe.each(["evaluator", "auto"] as const)("a breakpoint (%s)", (engine) => {
  it("stops before its instruction each time, and running on passes it", () => {
    const bare = loaded(LOOP, engine);
    const { machine } = bare;
    const breakpoint = machine.breakpoints.add({ kind: "address", address: bare.at("here") });
    for (let n = 0; n < 5; n++) {
      const result = machine.run(1_000_000);
      expect(result).toMatchObject({ reason: "breakpoint", breakpoint, rip: bare.at("here") });
      expect(machine.cpu.rip).toBe(bare.at("here"));
      expect(machine.time).toBe(4 + 4 * n);
    }
    breakpoint.remove();
    expect(machine.run(1_000_000).reason).toBe("halted");
    expect(machine.cpu.hasTraps).toBe(false);
  });

  it("set in code that runs hot is met at once, and its condition decides", () => {
    const bare = loaded(LOOP, engine);
    const { machine } = bare;
    machine.run(50_000);
    expect(machine.cpu.translatedSteps > 0).toBe(engine === "auto");
    const { general } = machine.cpu.state;
    let asked = 0;
    machine.breakpoints.add({ kind: "address", address: bare.at("here") }, () => {
      asked++;
      return general[1] === 20_000n;
    });
    expect(machine.run(1_000_000).reason).toBe("breakpoint");
    expect(machine.time).toBe(4 + 4 * 20_000);
    expect(asked).toBe(20_000 - 12_500 + 1);
  });

  it("shows in nothing but where runs end", () => {
    const bare = loaded(LOOP, engine);
    bare.machine.breakpoints.add({ kind: "address", address: bare.at("here") }, () => false);
    bare.machine.run(1_000_000);
    const plain = loaded(LOOP, engine);
    plain.machine.run(1_000_000);
    expect(digest(bare.machine)).toBe(digest(plain.machine));
  });

  it("is met however a run is cut into pieces", () => {
    const bare = loaded(LOOP, engine);
    const { machine } = bare;
    machine.breakpoints.add({ kind: "address", address: bare.at("here") });
    for (let hits = 0; hits < 30; ) {
      if (machine.run(machine.time + 1).reason !== "breakpoint") continue;
      expect(machine.time).toBe(4 + 4 * hits++);
    }
  });

  it("in one address space is passed in another", () => {
    const bare = loaded(LOOP, engine);
    const { machine } = bare;
    const address = bare.at("done");
    machine.breakpoints.add({ kind: "address", address, root: 0x77000n });
    expect(machine.run(1_000_000).reason).toBe("halted");
    const again = loaded(LOOP, engine);
    again.machine.breakpoints.add({ kind: "address", address, root: again.machine.cpu.system.cr3 });
    expect(again.machine.run(1_000_000).reason).toBe("breakpoint");
  });
});

describe("a breakpoint", () => {
  it("is one address's, though other addresses lead to the same bytes", () => {
    const bare = new BareMachine().load(`call far_away\nnop\nhlt\nfar_away:\nnop\nret`, 0);
    const { machine } = bare;
    const alias = 0x300000;
    bare.setEntry(alias, BigInt(CODE) | 7n);
    machine.breakpoints.add({ kind: "address", address: BigInt(alias) + bare.at("far_away") - BigInt(CODE) });
    expect(machine.run(1000).reason).toBe("halted");
    machine.cpu.halted = false;
    machine.cpu.rip = BigInt(alias);
    expect(machine.run(1000)).toMatchObject({ reason: "breakpoint", rip: BigInt(alias) + 7n });
  });

  it("stops before a repeated instruction once, not at each iteration", () => {
    const bare = new BareMachine().load(`mov ecx, 100\nmov edi, ${DATA}\nfill:\nrep stosb\nnop\nhlt`, 0);
    const { machine } = bare;
    machine.breakpoints.add({ kind: "address", address: bare.at("fill") });
    expect(machine.run(1000).reason).toBe("breakpoint");
    expect(machine.time).toBe(2);
    expect(machine.run(50).reason).toBe("limit");
    expect(machine.run(1000).reason).toBe("halted");
  });

  it("stops where an instruction crosses into another page, and after the code was written anew", () => {
    const bare = new BareMachine().load(`.fill 4093, 1, 0x90\nwide:\nmov eax, 0x11223344\nhlt`, 0);
    const { machine } = bare;
    machine.breakpoints.add({ kind: "address", address: bare.at("wide") });
    expect(machine.run(10_000)).toMatchObject({ reason: "breakpoint", rip: BigInt(CODE + 4093) });
    machine.memory.write8(CODE + 4094, 0x55);
    machine.cpu.rip = BigInt(CODE + 4000);
    expect(machine.run(20_000)).toMatchObject({ reason: "breakpoint", rip: BigInt(CODE + 4093) });
    machine.step();
    expect(machine.cpu.state.general[0]).toBe(0x11223355n);
  });

  it("leaves the protection from interrupts behind STI and MOV SS in force", () => {
    const source = `sti\nhere:\nnop\nnop\nhlt`;
    const plain = new BareMachine().load(source, 0);
    const stopped = new BareMachine().load(source, 0);
    for (const { machine } of [plain, stopped]) {
      machine.interruptController.writePort(0x21, 0xfe);
      machine.interruptController.setInput(0, true);
    }
    const { machine } = stopped;
    machine.breakpoints.add({ kind: "address", address: stopped.at("here") });
    expect(machine.run(100).reason).toBe("breakpoint");
    machine.run(100);
    plain.machine.run(100);
    expect(digest(machine)).toBe(digest(plain.machine));
  });

  it("stops a program that is single-stepped by its own TF before the instruction, not behind its #DB", () => {
    const source = `nop\nhere:\nnop\nnop\nhlt`;
    const plain = new BareMachine().load(source, 0, 0x102);
    const stopped = new BareMachine().load(source, 0, 0x102);
    const { machine } = stopped;
    const handler = stopped.at("here");
    for (const bare of [plain, stopped]) bare.setGate(1, { handler });
    machine.breakpoints.add({ kind: "address", address: handler });
    expect(machine.run(100)).toMatchObject({ reason: "breakpoint", rip: handler });
    expect(machine.time).toBe(2);
    while (machine.run(100).reason === "breakpoint");
    plain.machine.run(100);
    expect(digest(machine)).toBe(digest(plain.machine));
  });

  it("stops at the handler of an exception or interrupt, and tells which", () => {
    const bare = new BareMachine().load(`mov eax, [0x7f000000]\nhlt`, 0);
    bare.machine.breakpoints.add({ kind: "vector", vector: 14 });
    const result = bare.machine.run(100);
    expect(result).toMatchObject({ reason: "breakpoint", vector: 14, errorCode: 0 });
    expect(bare.machine.time).toBe(1);
    const { machine } = busyMachine();
    machine.breakpoints.add({ kind: "vector" });
    expect(machine.run(1_000_000)).toMatchObject({ reason: "breakpoint", vector: 0x20 });
  });

  it("stops at LSTAR when a program makes a system call", () => {
    const bare = new BareMachine().load(`mov eax, 39\nsyscall\nhlt\nentry:\nnop\nhlt`, 3);
    const { machine } = bare;
    machine.cpu.system.lstar = bare.at("entry");
    machine.cpu.system.star = 0x0023001000000000n;
    machine.breakpoints.add({ kind: "systemCall" }, () => machine.cpu.state.general[0] === 39n);
    expect(machine.run(100)).toMatchObject({ reason: "breakpoint", rip: bare.at("entry") });
    expect(machine.time).toBe(2);
    expect(machine.cpu.system.cpl).toBe(0);
  });
});
