/** Runs stop behind what touches a range of memory, and tell what was there before and after. */
import { describe, expect, it } from "vitest";
import { type Engine, Machine } from "../../../src/machine/machine.js";
import { BareMachine, DATA } from "../system/bare-machine.js";
import { busyMachine, digest } from "../time/busy-machine.js";

const LOOP = `
  mov ecx, 30000
  mov ebx, ${DATA}
again:
  mov [rbx+rcx*4], ecx
  mov eax, [rbx+rcx*4]
  dec ecx
  jnz again
  hlt`;

function loaded(source: string, engine: Engine): BareMachine {
  const bare = new BareMachine().load(source, 0);
  const machine = Machine.create({ ram: 4 << 20, engine });
  machine.restore(bare.machine.snapshot());
  return Object.assign(Object.create(bare) as BareMachine, { machine });
}

describe.each(["evaluator", "auto"] as const)("a watchpoint (%s)", (engine) => {
  it("stops behind the write, with the bytes before and after and the instruction's address", () => {
    const bare = loaded(LOOP, engine);
    const { machine } = bare;
    machine.memory.write32(DATA + 400, 0xabcdef);
    const range = { space: "linear", address: BigInt(DATA + 402), length: 1, access: "write" } as const;
    const watchpoint = machine.watchpoints.add(range);
    const result = machine.run(1_000_000);
    expect(result).toEqual({
      reason: "watchpoint",
      accesses: [
        {
          watchpoint,
          kind: "write",
          linear: BigInt(DATA + 400),
          physical: DATA + 400,
          old: Uint8Array.of(0xef, 0xcd, 0xab, 0),
          now: Uint8Array.of(100, 0, 0, 0),
          rip: bare.at("again"),
        },
      ],
    });
    expect(machine.time).toBe(2 + 4 * (30000 - 100) + 1);
    watchpoint.remove();
    expect(machine.run(1_000_000).reason).toBe("halted");
  });

  it("on a physical range sees reads, and its condition decides", () => {
    const { machine } = loaded(LOOP, engine);
    machine.watchpoints.add(
      { space: "physical", address: BigInt(DATA), length: 0x1000, access: "read" },
      ({ old }) => old[0] === 77 && old[1] === 0,
    );
    const result = machine.run(1_000_000);
    expect(result).toMatchObject({
      reason: "watchpoint",
      accesses: [{ kind: "read", physical: DATA + 308 }],
    });
    expect(machine.time).toBe(2 + 4 * (30000 - 77) + 2);
  });

  it("shows in nothing but where runs end", () => {
    const watched = loaded(LOOP, engine).machine;
    watched.watchpoints.add(
      { space: "linear", address: BigInt(DATA), length: 9000, access: "access" },
      () => false,
    );
    watched.run(1_000_000);
    const plain = loaded(LOOP, engine).machine;
    plain.run(1_000_000);
    expect(digest(watched)).toBe(digest(plain));
  });
});

describe("a watchpoint", () => {
  it("sees each part of an access that crosses pages, and what the processor pushes", () => {
    const bare = new BareMachine().load(`mov dword ptr [rbx+4094], 0x11223344\nint3`, 0);
    const { machine } = bare;
    machine.cpu.state.general[3] = BigInt(DATA);
    machine.watchpoints.add({ space: "linear", address: BigInt(DATA + 4096), length: 1, access: "write" });
    expect(machine.run(100)).toMatchObject({
      accesses: [{ linear: BigInt(DATA + 4096), old: Uint8Array.of(0, 0), now: Uint8Array.of(0x22, 0x11) }],
    });
    const stack = machine.cpu.state.general[4]!;
    machine.watchpoints.add({ space: "linear", address: stack - 8n, length: 8, access: "write" });
    expect(machine.run(100)).toMatchObject({ reason: "watchpoint", accesses: [{ linear: stack - 8n }] });
  });

  it("sees accessed and dirty bits change where page tables are watched", () => {
    const bare = new BareMachine().load(`mov [rbx], eax\nhlt`, 0);
    const { machine } = bare;
    machine.cpu.state.general[3] = BigInt(DATA);
    const entry = bare.entryOf(DATA);
    machine.watchpoints.add({ space: "physical", address: BigInt(entry), length: 8, access: "write" });
    const result = machine.run(100);
    if (result.reason !== "watchpoint") throw new Error(result.reason);
    const { old, now, linear } = result.accesses[0]!;
    expect([old[0]! & 0x60, now[0]! & 0x60, linear]).toEqual([0, 0x60, undefined]);
  });

  it("stops at each iteration of a repeated instruction that touches its range", () => {
    const bare = new BareMachine().load(`mov ecx, 5000\nmov edi, ${DATA}\nrep stosb\nhlt`, 0);
    const { machine } = bare;
    machine.watchpoints.add({ space: "linear", address: BigInt(DATA + 4500), length: 2, access: "write" });
    expect(machine.run(100_000).reason).toBe("watchpoint");
    expect(machine.time).toBe(2 + 4501);
    expect(machine.run(100_000).reason).toBe("watchpoint");
    expect(machine.time).toBe(2 + 4502);
    expect(machine.run(100_000).reason).toBe("halted");
  });

  it("does not stop a replay", () => {
    const { machine } = busyMachine();
    machine.watchpoints.add({ space: "linear", address: BigInt(DATA), length: 4, access: "access" });
    machine.breakpoints.add({ kind: "vector" });
    expect(machine.runTo(50_000)).toBe(true);
    const plain = busyMachine().machine;
    plain.runTo(50_000);
    expect(digest(machine)).toBe(digest(plain));
    expect(machine.run(100_000).reason).toBe("watchpoint");
  });
});
