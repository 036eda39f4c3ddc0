/** What a cell's machine does with a reader's program, without worker or page. */
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS, type Load } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareScenario } from "../../src/cells/stage/make-stage.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { back, steps, writeMemory, writeRegister } from "./by-hand.js";
import { noFiles } from "./no-files.js";

beforeAll(async () => {
  await prepareScenario("bare", noFiles);
  await prepareScenario("gates", noFiles);
});

function load(text: string, scenario = "bare", more: Partial<Load> = {}): Load {
  const show = ["registers", "stack", "idt", "doors", "memory"];
  return {
    program: { kind: "source", text },
    scenario,
    parameters: {},
    show,
    limits: LIMITS,
    gates: [0x80],
    rings: [0, 3],
    ...more,
  };
}

function open(text: string, scenario = "bare", more: Partial<Load> = {}): Session {
  const opened = Session.open(load(text, scenario, more));
  if (!("session" in opened)) throw new Error(JSON.stringify(opened));
  return opened.session;
}

const register = (state: MachineState, name: string) => state.registers.find((r) => r.name === name);

const LOOP = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";
const GATE =
  '    mov rax, 41\n    int 0x80\n    mov rbx, rax\n.section .kernel, "ax"\nvector_0x80:\n    inc rax\n    iretq';

describe("a bare program", () => {
  it("has its first frame before anything ran", () => {
    const state = open(LOOP).state();
    expect(state).toMatchObject({
      steps: 0,
      ring: 0,
      outcome: { kind: "ready" },
      instruction: { text: "mov eax, 3" },
    });
    expect(state.listing.map((row) => row.line)).toEqual([1, 3, 4, 5, 6]);
    expect(state.listing[1]?.labels).toEqual(["again"]);
  });

  it("changes one register a step, and says what it was", () => {
    const session = open(LOOP);
    steps(session, 2);
    expect(session.state().steps).toBe(2);
    steps(session, 1);
    expect(register(session.state(), "rax")).toEqual({ name: "rax", value: 2n, was: 3n });
    expect(register(session.state(), "rbx")).toEqual({ name: "rbx", value: 10n });
  });

  it("ends at hlt", () => {
    const session = open(LOOP);
    session.beginRun();
    expect(session.slice(1000)).toBe(false);
    expect(session.state()).toMatchObject({ outcome: { kind: "halted" }, steps: 11 });
    expect(register(session.state(), "rbx")?.value).toBe(30n);
  });

  it("that does not end stops when its budget is used up, and can be continued", () => {
    const session = open("again: jmp again", "bare", { limits: { ...LIMITS, instructions: 1000 } });
    session.beginRun();
    while (session.slice(300));
    expect(session.state()).toMatchObject({ outcome: { kind: "limit", instructions: 1000 }, steps: 1000 });
    session.beginRun();
    while (session.slice(300));
    expect(session.state().steps).toBe(2000);
  });

  it("that runs past its last instruction says so", () => {
    const session = open("    nop");
    session.beginRun();
    session.slice(100);
    expect(session.state().outcome).toMatchObject({ says: "the program ran past its last instruction" });
  });

  it("that divides by zero stops at a gate that nobody filled", () => {
    const session = open("    xor edx, edx\n    div edx");
    session.beginRun();
    session.slice(100);
    expect(session.state().outcome).toMatchObject({
      kind: "halted",
      says: expect.stringContaining("#DE divide error by div edx"),
    });
    expect(session.state().crossings.latest.exception).toMatchObject({
      name: "#DE",
      saved: expect.arrayContaining([{ what: "rip", place: expect.anything(), value: 0x401002n }]),
    });
  });

  it("writes to the serial port what the cell shows", () => {
    const session = open("    mov dx, 0x3f8\n    mov al, 'H'\n    out dx, al\n    hlt");
    session.beginRun();
    session.slice(100);
    expect(session.state().output).toBe("H");
  });
});

describe("going back", () => {
  it("leads to the same moment as stepping there", () => {
    const session = open(LOOP);
    steps(session, 4);
    const there = session.state();
    steps(session, 1);
    back(session);
    const again = session.state();
    expect(again.registers.map((r) => r.value)).toEqual(there.registers.map((r) => r.value));
    expect([again.steps, again.rip.value, again.flags.value]).toEqual([
      ...[4, there.rip.value, there.flags.value],
    ]);
  });

  it("repeats what the reader changed by hand", () => {
    const session = open(LOOP);
    steps(session, 1);
    writeRegister(session, "rbx", 100n);
    steps(session, 2);
    back(session);
    expect(register(session.state(), "rbx")?.value).toBe(110n);
  });

  it("from the beginning does nothing", () => {
    const session = open(LOOP);
    back(session);
    expect(session.state().steps).toBe(0);
  });
});

describe("a line of time", () => {
  it("tells how far the run has come, and marks what happened on it", () => {
    const session = open(GATE, "gates");
    session.beginRun();
    session.slice(1000);
    const { timeline, time } = session.state();
    expect(timeline).toMatchObject({ unit: "instruction", end: time });
    expect(timeline?.marks).toContainEqual({
      time: timeline!.start + 1,
      kind: "interrupt",
      says: "int 0x80",
    });
    session.seek(timeline!.start + 3);
    expect(session.state()).toMatchObject({ steps: 3, timeline: { end: time }, outcome: { kind: "paused" } });
  });

  it("leads back to passages as they were recorded, without running anew", () => {
    const session = open(GATE, "gates");
    steps(session, 2);
    const inside = session.state().crossings;
    steps(session, 3);
    session.seek(session.state().timeline!.start + 2);
    expect(session.state().crossings).toEqual(inside);
  });

  it("knows which instruction ran last, wherever one comes from", () => {
    const session = open(LOOP);
    steps(session, 5);
    back(session);
    expect(session.state().previous?.text).toBe("jnz again");
    session.seek(session.state().timeline!.start + 2);
    expect(session.state().previous?.text).toBe("add ebx, 10");
    session.seek(session.state().timeline!.start);
    expect(session.state().previous).toBeUndefined();
  });
});

describe("a place to stop at", () => {
  it("ends a run, which says why, and can be run on from", () => {
    const session = open(LOOP);
    expect(session.stopAt(["line:4"])).toBeUndefined();
    for (const rbx of [10n, 20n, 30n]) {
      session.beginRun();
      expect(session.slice(1000)).toBe(false);
      expect(session.state().outcome).toEqual({ kind: "paused", says: "at line 4" });
      expect(register(session.state(), "rbx")?.value).toBe(rbx);
    }
    session.stopAt([]);
    session.beginRun();
    session.slice(1000);
    expect(session.state().outcome.kind).toBe("halted");
  });

  it("may be memory that is written, or a gate that is passed", () => {
    const session = open(GATE, "gates");
    const { address } = session.state().tables!.kernelStack!;
    expect(session.stopAt([`memory:${address}+8`, "gate:0x80"])).toBeUndefined();
    session.beginRun();
    session.slice(1000);
    expect(session.state().outcome).toEqual({ kind: "paused", says: "behind gate 0x80" });
    const pushed = session.state().registers.find(({ name }) => name === "rsp")!.value;
    session.seek(0);
    session.stopAt([`memory:${pushed}+8`]);
    session.beginRun();
    session.slice(1000);
    expect(session.state().outcome).toMatchObject({ says: expect.stringContaining("written at 0x") });
  });

  it.each([
    ["register:rbx", "register:rbx became 0xa and was 0x0 before, by the instruction at 0x"],
    ["flag:PF", "flag:PF became 0x1 and was 0x0 before, by the instruction at 0x"],
    ["each:interrupt", "behind an interrupt"],
  ])("may be %s, and the run says what it met", (place, says) => {
    const session = open(place.startsWith("each") ? GATE : LOOP, place.startsWith("each") ? "gates" : "bare");
    expect(session.stopAt([place])).toBeUndefined();
    session.beginRun();
    session.slice(1000);
    expect(session.state().outcome).toMatchObject({ kind: "paused", says: expect.stringContaining(says) });
  });

  it("that cannot be is told with a reason", () => {
    const session = open(LOOP);
    expect(session.stopAt(["line:2", "port:0x43", "each:song", "nonsense"])).toMatch(
      /^line 2 makes no instruction; port:0x43 does not consist of bytes; “each:song” names no kind of event; “nonsense” names nothing/,
    );
  });
});

describe("why a value is there", () => {
  it("is told in a sentence, with the time before it was written", () => {
    const session = open(LOOP);
    steps(session, 6);
    expect(session.answer({ kind: "why", reference: "register:ebx" })).toEqual({
      says: expect.stringMatching(
        /^register:ebx became 0x14 at t = 4 and was 0xa before: by add ebx, 0xa in line 3/,
      ),
      time: 4,
    });
    expect(session.answer({ kind: "why", reference: "register:rdx" })).toMatchObject({ time: 0 });
    expect(() => session.answer({ kind: "why", reference: "rax" })).toThrow(/write a kind and a colon first/);
    expect(() => session.answer({ kind: "why", reference: "register:rqx" })).toThrow(
      "there is no register rqx",
    );
  });
});

it("a run is exported with what it was loaded from", () => {
  const session = open(GATE, "gates");
  steps(session, 5);
  const lines = String(session.answer({ kind: "export" }))
    .trimEnd()
    .split("\n");
  const [first, ...events] = lines.map((line) => JSON.parse(line));
  expect(first).toMatchObject({ version: 1, setup: { scenario: "gates", program: { text: GATE } } });
  expect(events.map(({ kind }) => kind)).toEqual(["interrupt", "return", "end"]);
});

describe("a change by hand", () => {
  it("of rip into the middle of an instruction makes the same bytes another program", () => {
    const session = open("    add eax, 0x0000050f");
    writeRegister(session, "rip", 0x401001n);
    expect(session.state().instruction).toMatchObject({ text: "syscall", bytes: [0x0f, 0x05] });
    expect(session.state().listing[0]).toMatchObject({ address: 0x401001n, text: "syscall" });
  });

  it("of memory changes the listing but not the source line", () => {
    const session = open("    add ebx, 10");
    expect(writeMemory(session, 0x401001n, [0xeb])).toBeUndefined();
    expect(session.state().instruction?.text).toBe("sub ebx, 0xa");
  });

  it("of memory that is not mapped is refused", () => {
    expect(writeMemory(open(LOOP), 0x12345000n, [1])).toMatchObject({
      reason: "no page is mapped at 0x12345000",
    });
  });
});

describe("a gate", () => {
  it("is decoded from the bytes in guest memory, with the name of its handler", () => {
    const [gate] = open(GATE, "gates").state().tables?.gates ?? [];
    expect(gate).toMatchObject({
      vector: 0x80,
      handler: "vector_0x80",
      dpl: 3,
      present: true,
      type: 14,
      selector: 0x10,
      ist: 0,
    });
    expect(gate?.bytes).toHaveLength(16);
  });

  it("leads ring 3 to its handler on the stack of the TSS, and iretq leads back", () => {
    const session = open(GATE, "gates");
    steps(session, 2);
    const inside = session.state();
    expect(inside).toMatchObject({ ring: 0, crossings: { counts: { interrupt: 1, syscall: 0 } } });
    expect(inside.stack?.slots.slice(0, 5).map((slot) => slot.value)).toEqual([
      0x401009n,
      0x33n,
      0x202n,
      0x7fffffffdfc0n,
      0x2bn,
    ]);
    expect(inside.stack?.slots[0]?.note).toContain("rip, saved at int 0x80");
    steps(session, 3);
    expect(session.state()).toMatchObject({ ring: 3, crossings: { counts: { interrupt: 1, return: 1 } } });
    expect(register(session.state(), "rbx")?.value).toBe(42n);
  });

  it("with DPL 0 refuses ring 3 with #GP(n*8+2)", () => {
    const session = open(GATE, "gates");
    const gate = session.state().tables!.gates[0]!;
    writeMemory(session, gate.address + 5n, [0x8e]);
    steps(session, 2);
    expect(session.state().crossings.latest.exception).toMatchObject({
      name: "#GP",
      errorCode: 0x402,
      from: 3,
      to: 0,
    });
  });

  it("with a spoilt RSP0 leads to a double and then a triple fault: the processor shuts down", () => {
    const session = open(GATE, "gates");
    const { address } = session.state().tables!.kernelStack!;
    writeMemory(session, address, [0, 0, 0, 0, 0, 0x80, 0, 0]);
    steps(session, 3);
    expect(session.state().outcome).toMatchObject({
      kind: "shutdown",
      says: expect.stringContaining("triple fault"),
    });
  });
});

describe("what is wrong with a source", () => {
  it("comes back with line, reason and next step, and makes no session", () => {
    const opened = Session.open(load("    mov eax, 3\n    movv eax, 4"));
    expect(opened).toMatchObject({
      problems: [{ line: 2, reason: expect.any(String), nextStep: expect.any(String) }],
    });
  });

  it("that is too large for the machine is a problem, not a crash", () => {
    expect(Session.open(load(".zero 200000000"))).toHaveProperty("problems");
  });
});
