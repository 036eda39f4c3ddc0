/** Everything that can come in from outside, on machines with and without a kernel: it is there again when its time is passed. */
import { describe, expect, it } from "vitest";
import { FileSystem } from "../../src/kernel/fs/file-system.js";
import { addStandardTree } from "../../src/kernel/fs/standard-tree.js";
import { Kernel } from "../../src/kernel/kernel.js";
import { Machine } from "../../src/machine/machine.js";
import { Session } from "../../src/trace/session.js";
import { KernelWorld } from "../../src/trace/worlds/kernel-world.js";
import { MachineWorld } from "../../src/trace/worlds/machine-world.js";
import { BareMachine } from "../machine/system/bare-machine.js";
import { busyMachine, digest } from "../machine/time/busy-machine.js";
import { assembled, kernelWorld, worldDigest } from "./kernel-program.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a machine without a kernel", () => {
  it("is a world whose bytes on the serial line come in and go out again at the same t", () => {
    const { machine } = busyMachine();
    const session = Session.open(new MachineWorld(machine));
    session.run(50_000);
    expect(session.send({ kind: "serial", bytes: bytes("hi") })).toBeUndefined();
    session.run(90_000);
    const [end, there] = [session.time, digest(machine)];
    expect(session.world.output?.text).toBe("hi");
    const events = session.log.between(0, Number.POSITIVE_INFINITY).map(({ says }) => says);
    session.seek(49_000);
    expect(session.world.output?.text).toBe("");
    session.run(end);
    expect([session.world.output?.text, digest(machine)]).toEqual(["hi", there]);
    expect(session.log.between(0, Number.POSITIVE_INFINITY).map(({ says }) => says)).toEqual(events);
  });

  it("that has halted says so, and an NMI wakes it", () => {
    const bare = new BareMachine().load("sti\nhlt\nspin: jmp spin\nnmi: inc ecx\niretq", 0);
    bare.setGate(2, { handler: bare.at("nmi") });
    const session = Session.open(new MachineWorld(bare.machine));
    expect(session.run(1000)).toEqual({ reason: "over" });
    expect(session.ending?.kind).toBe("halted");
    const { time } = session;
    session.send({ kind: "nmi" });
    expect(session.ending).toBeUndefined();
    expect(session.run(1000).reason).toBe("limit");
    session.seek(0);
    session.run(1000);
    expect(session.time).toBe(1000);
    expect(session.inputs).toMatchObject([{ time, input: { kind: "nmi" } }]);
  });

  it("takes keys of the keyboard, down and up", () => {
    const bare = new BareMachine().load(
      "again: in al, 0x64\ntest al, 1\njz again\nin al, 0x60\nmov bl, al\nhlt",
      0,
    );
    const session = Session.open(new MachineWorld(bare.machine));
    session.run(2000);
    expect(session.send({ kind: "key", key: "KeyA", down: true })).toBeUndefined();
    session.run(2_000_000);
    expect(session.ending?.kind).toBe("halted");
    expect(bare.machine.cpu.state.general[3]! & 0xffn).toBe(0x1en);
    expect(session.log.recent(5, ({ kind }) => kind === "input")).toMatchObject([{ says: "KeyA goes down" }]);
  });

  it("has neither terminal nor parameters, and says so", () => {
    const session = Session.open(new MachineWorld(busyMachine().machine));
    expect(session.send({ kind: "terminal", bytes: bytes("x") })).toBe("this world has no terminal");
    expect(session.send({ kind: "parameter", name: "slice", value: 1 })).toBe("this world has no parameter");
  });

  it("lets a gate and a descriptor be changed in memory, which the processor then obeys", () => {
    const bare = new BareMachine().load("int 0x40\nnop\nhandler: mov ebx, 7\nhlt", 0);
    const session = Session.open(new MachineWorld(bare.machine));
    const { machine } = bare;
    bare.setGate(0x41, { handler: bare.at("handler") });
    const gate = machine.memory.readBytes(0x2000 + 0x41 * 16, 16);
    expect(
      session.send({ kind: "bytes", place: { kind: "gate", vector: 0x40 }, bytes: gate }),
    ).toBeUndefined();
    session.run(100);
    expect(machine.cpu.state.general[3]).toBe(7n);
    session.seek(0);
    expect(machine.cpu.state.general[3]).not.toBe(7n);
    const place = { kind: "segment", selector: 0x33 } as const;
    expect(session.send({ kind: "bytes", place, bytes: Uint8Array.of(1, 2) })).toBeUndefined();
    expect([...machine.memory.readBytes(0x1030, 2)]).toEqual([1, 2]);
  });
});

describe("a machine with a kernel", () => {
  const WAITS = "_start:\n mov eax, 34\n syscall\n mov edi, ebx\n mov eax, 60\n syscall";
  const SPINS = "_start:\n inc r12\n jmp _start";

  it("lets the saved registers of a task be changed, which it finds when it goes on", () => {
    const world = kernelWorld(
      assembled("_start:\n mov eax, 39\n syscall\n mov edi, ebx\n mov eax, 60\n syscall"),
    );
    const session = Session.open(world);
    session.stopPoints.add({ kind: "event", event: "call" });
    expect(session.run(session.time + 100_000).reason).toBe("stop-point");
    const place = { kind: "saved", process: 2, name: "rbx" } as const;
    expect(
      session.send({ kind: "bytes", place, bytes: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0) }),
    ).toBeUndefined();
    session.stopPoints.remove(1);
    session.run(session.time + 100_000);
    expect(session.ending).toEqual({ kind: "exited", status: 9 });
    session.seek(session.start);
    session.run(session.end);
    expect(session.ending).toEqual({ kind: "exited", status: 9 });
  });

  it("lets a page-table entry be taken away: the next access faults, as the tables say", () => {
    const world = kernelWorld(
      assembled(`_start:\nagain: mov eax, [rip+word]\n jmp again\n.data\nword: .long 1`),
    );
    const session = Session.open(world);
    session.run(session.time + 1000);
    const faults = () => session.log.counts()["page-fault"];
    const before = faults();
    const place = { kind: "entry", table: "PT", path: [0, 0, 2, 2] } as const;
    expect(session.send({ kind: "bytes", place, bytes: new Uint8Array(8) })).toBeUndefined();
    session.run(session.time + 1000);
    expect(faults()).toBe(before + 1);
  });

  it("takes parameters that may change while it runs, at their t", () => {
    const world = kernelWorld(assembled(SPINS), {
      adjustments: (kernel) => ({
        bonus: {
          problemOf: (value) => (Number(value) > 0 ? undefined : "more than nothing is needed"),
          set: (value) => kernel.charge(Number(value)),
        },
      }),
    });
    const session = Session.open(world);
    session.run(session.time + 5000);
    expect(session.send({ kind: "parameter", name: "bonus", value: 0 })).toBe("more than nothing is needed");
    expect(session.send({ kind: "parameter", name: "speed", value: 1 })).toMatch(/^speed cannot be changed/);
    expect(session.send({ kind: "parameter", name: "bonus", value: 77_000 })).toBeUndefined();
    session.run(session.time + 300_000);
    const [end, there] = [session.time, worldDigest(world)];
    session.seek(session.start + 10);
    session.run(end);
    expect(worldDigest(world)).toBe(there);
    expect(session.log.recent(1, ({ kind }) => kind === "edit")).toMatchObject([
      { says: "bonus becomes 77000" },
    ]);
  });

  it("with a program on a terminal echoes what is typed, and hands over lines", () => {
    const source = `_start:
    xor eax, eax
    xor edi, edi
    lea rsi, [rip+line]
    mov edx, 16
    syscall
    mov edi, eax
    mov eax, 60
    syscall
.bss
line: .skip 16`;
    const machine = Machine.create({ ram: 16 << 20 });
    const files = new FileSystem({ now: 0n });
    const terminal = addStandardTree(files, { release: "6", version: "1", hostname: "test" });
    files.putFile("/bin/program", assembled(source), 0o755);
    const world = new KernelWorld(Kernel.boot(machine, { files }));
    const program = { path: "/bin/program", argv: ["program"], environment: [] };
    expect(world.start(program, terminal)).toBeUndefined();
    const session = Session.open(world);
    session.run(session.time + 100_000);
    expect(session.ending?.kind).toBe("waiting");
    session.send({ kind: "terminal", bytes: bytes("ab") });
    expect([session.ending?.kind, world.output.text]).toEqual(["waiting", "ab"]);
    const { time } = session;
    session.send({ kind: "terminal", bytes: bytes("\x7fc\r") });
    session.run(session.time + 100_000);
    expect(session.ending).toEqual({ kind: "exited", status: 3 });
    expect(world.output.text).toBe("ab\b \bc\r\n");
    session.seek(session.start);
    expect(world.output.text).toBe("");
    session.seek(time);
    session.run(session.end);
    expect([session.ending, world.output.text]).toEqual([{ kind: "exited", status: 3 }, "ab\b \bc\r\n"]);
  });

  it("that waits for ever says what it waits for", () => {
    const session = Session.open(kernelWorld(assembled(WAITS)));
    expect(session.run(session.time + 100_000)).toEqual({ reason: "over" });
    expect(session.ending).toMatchObject({ kind: "waiting", says: expect.stringContaining("sleeps") });
  });
});
