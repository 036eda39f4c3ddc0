/** Walking through a run in both directions. */
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import type { EventTold } from "../../src/trace/event.js";
import type { Reference } from "../../src/trace/reference.js";
import { registerValue } from "../../src/trace/register-value.js";
import { Session, type SessionStop, type StepUnit } from "../../src/trace/session.js";
import type { World, WorldStop } from "../../src/trace/world.js";
import { assembled, kernelWorld, worldDigest } from "./kernel-program.js";

const SOURCE = `_start:
    mov ebx, 3
again:
    mov eax, 39
    syscall
    mov [rip+kept], eax
    dec ebx
    jnz again
    mov eax, 60
    mov edi, 5
    syscall
.data
kept: .quad 0
`;

const open = (source = SOURCE) => {
  const world = kernelWorld(assembled(source));
  const assembly = assemble(source);
  if (!assembly.ok) throw new Error("it was assembled a line before");
  const lines = assembly.listing.filter(({ isCode }) => isCode);
  const session = Session.open(world, { lines });
  const line = () => session.lines.lineAt(world.machine.cpu.rip);
  return { world, session, line, symbols: assembly.symbols };
};

/** Walks forwards to the end, then as many steps back, and says what was met each time. */
function thereAndBack(unit: StepUnit): { forth: string[]; back: string[]; stops: SessionStop[] } {
  const { session, world } = open();
  const [forth, back, stops]: [string[], string[], SessionStop[]] = [[], [], []];
  for (let n = 0; n < 5000 && !session.ending; n++) {
    forth.push(`${session.time} ${worldDigest(world)}`);
    stops.push(session.step(unit));
    if (forth.length === 40) break;
  }
  for (let n = forth.length; n > 0; n--) {
    session.stepBack(unit);
    back.push(`${session.time} ${worldDigest(world)}`);
  }
  return { forth, back: back.reverse(), stops };
}

describe("a step", () => {
  it.each(["instruction", "line", "system-call", "event"] as const)(
    "by %s leads forwards, and back to the same moments",
    (unit) => {
      const { forth, back, stops } = thereAndBack(unit);
      expect(forth.length).toBeGreaterThan(3);
      expect(back).toEqual(forth);
      expect(new Set(stops.map(({ reason }) => reason))).toEqual(
        new Set(stops.length < 40 ? ["done", "over"] : ["done"]),
      );
    },
  );

  it("by line goes from line to line of the source, through the kernel as one goes through a call", () => {
    const { session, line } = open();
    const lines: (number | undefined)[] = [];
    while (session.step("line").reason === "done") lines.push(line());
    const loop = [4, 5, 6, 7, 8];
    expect(lines).toEqual([2, ...loop, ...loop, ...loop, 9, 10, 11]);
    expect(session.ending).toEqual({ kind: "exited", status: 5 });
  });

  it("by system call leads to the kernel's first instruction", () => {
    const { session, world } = open();
    session.step("system-call");
    expect(world.machine.cpu.system.cpl).toBe(0);
    expect(world.machine.cpu.rip).toBe(world.machine.cpu.system.lstar);
  });

  it("ends at its limit, and the next one goes on", () => {
    const { session, world } = open();
    let slices = 0;
    while (session.step("system-call", session.time + 10).reason === "limit") slices++;
    expect(slices).toBeGreaterThan(3);
    expect(world.machine.cpu.rip).toBe(world.machine.cpu.system.lstar);
  });
});

/** Through the kernel's way out, to the first instruction in ring 3. */
function toProgram(session: Session): void {
  while (session.world.machine!.cpu.system.cpl !== 3) session.step();
}

describe("a stop point", () => {
  const times = (session: Session): number[] => {
    const found: number[] = [];
    while (session.run(session.time + 100_000).reason === "stop-point") found.push(session.time);
    return found;
  };

  it.each([
    ["line", { kind: "line", line: 5 }, 3],
    ["system call", { kind: "system-call" }, 4],
    ["vector", { kind: "vector", vector: 14 }, 2],
    ["event", { kind: "event", event: "call" }, 3],
  ] as const)("at a %s is met each time, forwards and backwards", (_, place, count) => {
    const { session } = open();
    const point = session.stopPoints.add(place);
    expect(point).toMatchObject({ number: 1, place });
    const forth = times(session);
    expect(forth).toHaveLength(count);
    const back = forth.map(() => {
      expect(session.runBack()).toMatchObject({ reason: "stop-point", hit: { point: { number: 1 } } });
      return session.time;
    });
    expect(back.reverse()).toEqual(forth);
    expect(session.runBack()).toEqual({ reason: "start" });
    session.stopPoints.remove(1);
    expect(session.run(session.time + 100_000)).toEqual({ reason: "over" });
  });

  it("at memory tells what was there before and afterwards", () => {
    const { session, symbols } = open();
    const address = symbols.get("kept")!;
    session.stopPoints.add({ kind: "watch", place: { kind: "memory", address, length: 8 }, access: "write" });
    const stop = session.run(session.time + 100_000);
    expect(stop).toMatchObject({
      reason: "stop-point",
      hit: { accesses: [{ kind: "write", linear: address }] },
    });
  });

  it.each([
    ["a register", { kind: "register", name: "ebx" }, [3n, 2n, 1n, 0n]],
    ["a part of a register", { kind: "register", name: "bl" }, [3n, 2n, 1n, 0n]],
  ] as const)("at %s is met behind each step that changes it, forwards and backwards", (_, place, values) => {
    const { session, world } = open();
    toProgram(session);
    session.stopPoints.add({ kind: "watch", place, access: "write" });
    const met: bigint[] = [];
    const forth: number[] = [];
    for (let stop = session.run(100_000); stop.reason === "stop-point"; stop = session.run(100_000)) {
      met.push(stop.hit.change!.now);
      forth.push(session.time);
      expect(registerValue(world.machine.cpu, place.name)).toBe(stop.hit.change!.now);
      expect(session.world.machine!.cpu.rip).not.toBe(stop.hit.change!.rip);
    }
    expect(met).toEqual(values);
    const back = forth.map(() => {
      expect(session.runBack().reason).toBe("stop-point");
      return session.time;
    });
    expect(back.reverse()).toEqual(forth);
  });

  it("at a register is met for what the kernel leaves there, not for what it does with it, nor for another process", () => {
    const source = `_start: mov ebx, 7
    mov eax, 57
    syscall
    test eax, eax
    jz child
    mov ebx, 8
parent: mov eax, 24
    syscall
    jmp parent
child: mov ebx, 9
    mov eax, 24
    syscall
    mov eax, 60
    mov edi, 5
    syscall`;
    const { session, line } = open(source);
    toProgram(session);
    session.stopPoints.add({ kind: "watch", place: { kind: "register", name: "ebx" }, access: "write" });
    session.stopPoints.add({ kind: "watch", place: { kind: "register", name: "eax" }, access: "write" });
    const met = Array.from({ length: 7 }, () => {
      const stop = session.run(session.time + 100_000);
      const { was, now } = (stop.reason === "stop-point" && stop.hit.change) || {};
      return `${was} to ${now}, then line ${line()}`;
    });
    expect(met.slice(0, 3)).toEqual([
      "0 to 7, then line 2",
      "0 to 57, then line 3",
      expect.stringMatching(/^57 to \d+, then line 4$/),
    ]);
    expect(met.slice(3).join("\n")).toMatch(/^7 to 8, then line 7$/m);
    expect(met.slice(3).join("\n")).toMatch(/^7 to 9, then line 11$/m);
    expect(met.slice(3).join("\n")).not.toMatch(/8 to 9|9 to 8|8 to 7|9 to 7/);
  });

  it("at a flag is met where it is set and where it is cleared", () => {
    const { session } = open("_start: xor eax, eax\nadd eax, 1\nadd eax, 1\nsub eax, 2\nud2");
    toProgram(session);
    session.stopPoints.add({ kind: "watch", place: { kind: "flag", name: "ZF" }, access: "write" });
    const changes = [1, 2, 3].map(() => {
      const stop = session.run(session.time + 1000);
      return stop.reason === "stop-point" ? stop.hit.change : stop;
    });
    expect(changes).toMatchObject([
      { was: 0n, now: 1n },
      { was: 1n, now: 0n },
      { was: 0n, now: 1n },
    ]);
  });

  it("at a value that changes by hand is not met by that", () => {
    const { session } = open();
    toProgram(session);
    const place = { kind: "register", name: "r15" } as const;
    session.stopPoints.add({ kind: "watch", place, access: "write" });
    session.send({ kind: "value", place, value: 77n });
    expect(session.run(session.time + 1).reason).not.toBe("stop-point");
  });

  it("where nothing can be met is refused with a reason", () => {
    const { session } = open();
    expect(session.stopPoints.add({ kind: "line", line: 1 })).toEqual({
      problem: "line 1 makes no instruction",
    });
    const watch = (place: Reference) => session.stopPoints.add({ kind: "watch", place, access: "write" });
    expect(watch({ kind: "word", name: "frame" })).toEqual({
      problem: "word:frame does not consist of bytes",
    });
    expect(watch({ kind: "register", name: "rxx" })).toEqual({ problem: "there is no register:rxx" });
    expect(watch({ kind: "flag", name: "XX" })).toEqual({ problem: "there is no flag:XX" });
    expect(watch({ kind: "register", name: "rip" })).toMatchObject({
      problem: expect.stringContaining("every instruction changes rip"),
    });
    expect(
      session.stopPoints.add({
        kind: "watch",
        place: { kind: "saved", process: 9, name: "rip" },
        access: "write",
      }),
    ).toEqual({ problem: "there is no process 9 now" });
  });
});

describe("an input", () => {
  it("is there again when its time is passed again, and makes what came later void", () => {
    const { session, world } = open();
    session.step("line");
    const problem = session.send({ kind: "value", place: { kind: "register", name: "rbx" }, value: 1n });
    expect(problem).toBeUndefined();
    const at = session.time;
    session.run(session.time + 100_000);
    const end = session.time;
    expect(world.ending).toEqual({ kind: "exited", status: 5 });
    session.seek(session.start);
    session.seek(at);
    expect(world.machine.cpu.state.general[3]).toBe(1n);
    session.run(end + 100_000);
    expect(session.time).toBe(end);
    session.seek(at);
    session.send({ kind: "value", place: { kind: "register", name: "rdi" }, value: 1n });
    expect(session.end).toBe(at);
    expect(session.log.total).toBe(session.log.length);
    expect(session.inputs).toHaveLength(2);
  });

  it.each([
    [{ kind: "value", place: { kind: "register", name: "rqx" }, value: 1n }, "there is no register rqx"],
    [{ kind: "value", place: { kind: "flag", name: "ZF" }, value: 2n }, "ZF cannot hold 2"],
    [
      { kind: "bytes", place: { kind: "memory", address: 0x1234n, length: 1 }, bytes: Uint8Array.of(1) },
      "no page is mapped at 0x1234",
    ],
    [
      { kind: "bytes", place: { kind: "gate", vector: 3 }, bytes: new Uint8Array(17) },
      "17 bytes do not fit into gate:0x3, which has 16",
    ],
    [{ kind: "parameter", name: "slice", value: 3 }, "slice cannot be changed while the machine runs"],
  ] as const)("that cannot be accepted is refused with a reason (%#)", (input, reason) => {
    const { session } = open();
    expect(session.send(input)).toBe(reason);
    expect(session.inputs).toEqual([]);
  });

  it("of any place in the tables of the machine is put into its bytes", () => {
    const { session, world } = open();
    const { machine } = world;
    const entry = { kind: "entry", table: "PML4", path: [200] } as const;
    expect(session.send({ kind: "bytes", place: entry, bytes: Uint8Array.of(2) })).toBeUndefined();
    expect(machine.memory.read64(machine.cpu.mmu.mode.root + 200 * 8)).toBe(2n);
    const saved = { kind: "saved", process: 2, name: "rip" } as const;
    expect(
      session.send({ kind: "bytes", place: saved, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }),
    ).toBeUndefined();
    expect(machine.memory.read64(world.kernel.tasks.get(2)!.kernelStackTop - 40)).toBe(0x0807060504030201n);
  });

  it("ends a step to the next event, and one back", () => {
    const { session } = open();
    session.step("line");
    session.send({ kind: "value", place: { kind: "flag", name: "ZF" }, value: 1n });
    const at = session.time;
    session.step("event");
    expect(session.log.recent(1)).not.toMatchObject([{ kind: "edit" }]);
    session.stepBack("event");
    expect([session.time, session.log.recent(1)]).toMatchObject([at, [{ kind: "edit", t: at }]]);
    session.seek(at - 1);
    session.step("event");
    expect([session.time, session.log.recent(1)]).toMatchObject([at, [{ kind: "edit", t: at }]]);
  });

  it("typed in while a program waits for it lets the run go on", () => {
    const source =
      "_start:\n xor eax, eax\n xor edi, edi\n lea rsi, [rip+line]\n mov edx, 8\n syscall\n mov edi, eax\n mov eax, 60\n syscall\n.data\nline: .quad 0\n";
    const world = kernelWorld(assembled(source), { open: true });
    const session = Session.open(world);
    expect(session.run(session.time + 100_000)).toEqual({ reason: "over" });
    expect(session.ending?.kind).toBe("waiting");
    const waiting = session.time;
    session.send({ kind: "terminal", bytes: new TextEncoder().encode("four") });
    expect(session.ending).toBeUndefined();
    session.run(session.time + 100_000);
    expect(session.ending).toEqual({ kind: "exited", status: 4 });
    session.seek(waiting - 1);
    session.run(waiting + 100_000);
    expect(session.ending).toEqual({ kind: "exited", status: 4 });
  });
});

describe("the log", () => {
  it("tells in order what happened, and how much of it by the present moment", () => {
    const { session } = open();
    session.run(session.time + 100_000);
    const calls = session.log.recent(10, ({ kind }) => kind === "call").map(({ says }) => says);
    expect(calls).toEqual(["getpid() = 2", "getpid() = 2", "getpid() = 2", "exit(5) = ?"]);
    expect(session.log.counts()).toMatchObject({ call: 4, "syscall-entry": 4, exit: 1, output: 0 });
    const second = session.log.between(0, Infinity).filter(({ kind }) => kind === "call")[1]!;
    session.seek(second.t);
    expect(session.log.counts()).toMatchObject({ call: 1, "syscall-entry": 2 });
    expect(session.log.total).toBeGreaterThan(session.log.length);
  });

  it("of a long run keeps the newest, and shows older ones when their time is passed again", () => {
    const source = "_start:\n mov eax, 39\n syscall\n jmp _start";
    const session = Session.open(kernelWorld(assembled(source)), { events: 300 });
    session.run(session.time + 300_000);
    const { log } = session;
    expect(log.total).toBeGreaterThan(2000);
    expect(log.between(0, Infinity).length).toBeLessThan(400);
    session.seek(session.start + 5000);
    const recent = log.recent(20);
    expect(recent).toHaveLength(20);
    expect(recent.at(-1)).toMatchObject({ index: log.length - 1 });
    expect(recent.at(-1)!.t).toBeLessThanOrEqual(session.time);
    expect(session.step("event").reason).toBe("done");
    expect(session.stepBack("event").reason).toBe("done");
  });
});

describe("what a long run keeps", () => {
  it("stays within the memory that it may take, however much the program writes, and one can still go back", () => {
    const source = `_start:
    inc r12
    lea rdi, [rip+much]
    mov ecx, 0x100000
    mov rax, r12
    rep stosq
    jmp _start
.bss
much: .skip 0x800000`;
    const memory = 20 << 20;
    const session = Session.open(kernelWorld(assembled(source), { ram: 32 << 20 }), { memory });
    const { state } = session.world.machine!.cpu;
    for (let n = 0; n < 6; n++) session.run(session.time + 1_500_000);
    expect(session.momentBytes).toBeLessThan(memory + (9 << 20));
    expect(session.moments.length).toBeLessThan(20);
    const [time, rcx, r12] = [session.time, state.general[1]!, state.general[12]!];
    session.back(1000);
    expect([session.time, state.general[1]]).toEqual([time - 1000, rcx + 1000n]);
    session.seek(session.start + 1_000_000);
    expect(state.general[12]).toBeLessThan(r12);
    session.seek(time);
    expect([state.general[1], state.general[12]]).toEqual([rcx, r12]);
  });

  it("of an endless run that computes is a bounded number of moments", () => {
    const session = Session.open(kernelWorld(assembled("_start:\n inc rax\n jmp _start")));
    session.run(session.time + 30_000_000);
    expect(session.moments.length).toBeLessThan(60);
    expect(session.momentBytes).toBeLessThan(20 << 20);
  });
});

/** A simulation without a machine: it counts, and every seventh number is an event. */
class Counting implements World<readonly [number, number]> {
  time = 0;
  private factor = 1;
  tell: (event: EventTold) => void = () => {};
  stopAt: ((event: EventTold) => boolean) | undefined;

  get ending() {
    return this.time < 1000 ? undefined : ({ kind: "finished", says: "a thousand is enough" } as const);
  }

  run(limit: number): WorldStop {
    return this.go(limit, true);
  }

  replay(limit: number): WorldStop {
    return this.go(limit, false);
  }

  private go(limit: number, stops: boolean): WorldStop {
    while (this.time < limit) {
      if (this.time >= 1000) return { reason: "over" };
      const t = this.time++;
      if ((t * this.factor) % 7 !== 0) continue;
      const event: EventTold = { t, kind: "log", level: 6, text: "", says: String(t * this.factor) };
      this.tell(event);
      if (stops && this.stopAt?.(event)) return { reason: "event" };
    }
    return { reason: "limit" };
  }

  snapshot() {
    return [this.time, this.factor] as const;
  }

  restore([time, factor]: readonly [number, number]) {
    this.time = time;
    this.factor = factor;
  }

  problemOf({ kind }: { kind: string }) {
    return kind === "parameter" ? undefined : "only its parameter can change";
  }

  accept(input: Parameters<World["accept"]>[0]) {
    if (input.kind === "parameter") this.factor = Number(input.value);
  }
}

describe("a simulation without a machine", () => {
  it("is a world like others", () => {
    const session = Session.open(new Counting());
    const times: number[] = [];
    for (let n = 0; n < 5; n++) {
      expect(session.step("event")).toEqual({ reason: "done" });
      times.push(session.time);
    }
    expect(times).toEqual([1, 8, 15, 22, 29]);
    session.stepBack("event");
    expect(session.time).toBe(22);
    expect(session.send({ kind: "parameter", name: "factor", value: 7 })).toBeUndefined();
    session.step("event");
    session.step("event");
    expect(session.time).toBe(24);
    expect(session.log.recent(2).map(({ says }) => says)).toEqual(["154", "161"]);
    session.seek(20);
    expect(session.log.recent(1)).toMatchObject([{ t: 14 }]);
    expect(session.run(5000)).toEqual({ reason: "over" });
    expect(session.ending?.kind).toBe("finished");
  });
});
