/** Readers' programs as processes of the book's kernel: assembled sources, and files that somebody else compiled. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS, type Load } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareScenario } from "../../src/cells/stage/make-stage.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { back, steps } from "./by-hand.js";
import { noFiles } from "./no-files.js";

beforeAll(() => prepareScenario("kernel", noFiles));

const SHOW = ["output", "calls", "doors", "registers"];

function open(text: string): Session {
  const program = { kind: "source" as const, text };
  const opened = Session.open({
    program,
    scenario: "kernel",
    parameters: {},
    show: SHOW,
    limits: LIMITS,
    gates: [0x80],
    rings: [],
  });
  if (!("session" in opened)) throw new Error(JSON.stringify(opened));
  return opened.session;
}

function runToEnd(session: Session): MachineState {
  session.beginRun();
  while (session.slice(200_000));
  return session.state();
}

function loadFile(bytes: Uint8Array, args: string[] = [], input = ""): Load {
  const program = {
    kind: "elf" as const,
    name: "some program",
    bytes,
    args,
    environment: ["PATH=/bin"],
    input,
  };
  return { program, scenario: "kernel", parameters: {}, show: SHOW, limits: LIMITS, gates: [], rings: [] };
}

const WRITE = `
    mov eax, 1
    mov edi, 1
    lea rsi, [rip+text]
    mov edx, 3
    syscall
    mov eax, 60
    mov edi, 7
    syscall
text: .ascii "hi\\n"`;

describe("a source under the kernel", () => {
  it("begins in ring 3 as Linux leaves a new program", () => {
    const state = open(WRITE).state();
    expect(state).toMatchObject({ steps: 0, ring: 3, rip: { value: 0x401000n }, outcome: { kind: "ready" } });
    expect(state.registers.filter((r) => r.value !== 0n).map((r) => r.name)).toEqual(["rsp"]);
    expect(state.flags.value).toBe(0x202);
    expect(state.crossings.counts).toEqual({ exception: 0, interrupt: 0, syscall: 0, return: 0 });
  });

  it("lies in a file until its first instruction is fetched: that is a page fault", () => {
    const session = open(WRITE);
    const before = session.state();
    expect(before.instruction).toBeUndefined();
    expect(before.listing[0]).toMatchObject({ text: "mov eax, 1", bytes: [], line: 2 });
    steps(session, 1);
    expect(session.state().crossings.latest.exception).toMatchObject({
      name: "#PF",
      errorCode: 0x14,
      rip: 0x401000n,
    });
    while (session.state().ring !== 3) steps(session, 1);
    expect(session.state().listing[0]).toMatchObject({ text: "mov eax, 1", bytes: [0xb8, 1, 0, 0, 0] });
  });

  it("writes, exits with its status, and its calls are listed", () => {
    const state = runToEnd(open(WRITE));
    expect(state).toMatchObject({ output: "hi\n", outcome: { kind: "exited", status: 7 } });
    expect(state.calls.recent.map((call) => call.text)).toEqual(['write(1, "hi\\n", 3) = 3', "exit(7) = ?"]);
    expect(state.crossings.counts.syscall).toBe(2);
  });

  it("shows where syscall leads, and what the processor saved, when stepped through", () => {
    const session = open(WRITE);
    while (session.state().instruction?.bytes[0] !== 0x0f || session.state().ring !== 3) steps(session, 1);
    steps(session, 1);
    const state = session.state();
    expect(state).toMatchObject({
      ring: 0,
      crossings: { counts: { syscall: 1 }, last: { door: "syscall", targetName: "entry_syscall" } },
    });
    const { rip, saved, stackBefore, stackAfter } = state.crossings.last!;
    expect(saved).toEqual([
      { what: "rip", place: "rcx", value: rip + 2n },
      { what: "rflags", place: "r11", value: 0x202n },
    ]);
    expect(stackAfter).toBe(stackBefore);
    expect(state.listing.some((row) => row.labels.includes("entry_syscall"))).toBe(true);
  });

  it("counts a passage once, stepped or run", () => {
    const stepped = open(WRITE);
    for (let n = 0; n < 1000 && !stepped.isOver; n++) steps(stepped, 1);
    const ran = runToEnd(open(WRITE));
    const { return: returns, ...counts } = stepped.state().crossings.counts;
    expect(returns).toBeGreaterThan(0);
    expect(ran.crossings.counts).toMatchObject(counts);
  });

  it("meets int 0x80 with the old numbers, through a gate and on the kernel's stack", () => {
    const state = runToEnd(open("    mov eax, 1\n    mov ebx, 5\n    int 0x80"));
    expect(state.outcome).toEqual({ kind: "exited", status: 5 });
    expect(state.crossings.latest.interrupt).toMatchObject({
      name: "int 0x80",
      from: 3,
      to: 0,
      saved: expect.arrayContaining([expect.objectContaining({ what: "ss", value: 0x2bn })]),
    });
  });

  it("that does what only ring 0 may is killed by SIGSEGV", () => {
    const state = runToEnd(open("    hlt"));
    expect(state.outcome).toMatchObject({ kind: "signalled", signal: "SIGSEGV" });
    expect(state.crossings.latest.exception).toMatchObject({ name: "#GP", errorCode: 0 });
  });

  it("can go back a step, also across a system call", () => {
    const session = open(WRITE);
    steps(session, 30);
    const then = session.state();
    steps(session, 12);
    const taken = session.state().steps;
    for (let n = 0; n < taken - 30; n++) back(session);
    expect(session.state().registers.map((r) => r.value)).toEqual(then.registers.map((r) => r.value));
    expect(session.state().rip.value).toBe(then.rip.value);
  });

  it("that eats all memory is refused more of it, and ends", () => {
    const state = runToEnd(
      open(
        "    sub rsp, 4096\nmore:\n    mov eax, 12\n    xor edi, edi\n    syscall\n    lea rdi, [rax+0x10000000]\n    mov eax, 12\n    syscall\n    mov rbx, rax\nfill:\n    mov byte ptr [rbx-1], 1\n    sub rbx, 4096\n    jmp fill",
      ),
    );
    expect(["signalled", "exited"]).toContain(state.outcome.kind);
  });
});

describe("a file under the kernel", () => {
  it.each([
    ["garbage", new Uint8Array(5000).fill(7)],
    ["the beginning of an ELF file", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0)],
  ])("%s is refused with the errno that Linux gives, a reason and a next step", (_name, bytes) => {
    expect(Session.open(loadFile(bytes))).toMatchObject({
      refused: {
        reason: expect.stringMatching(/^ENOEXEC: ./),
        nextStep: expect.stringMatching(/^[A-Z].*\.$/),
      },
    });
  });

  it("ten megabytes of zeros are refused as well", () => {
    expect(Session.open(loadFile(new Uint8Array(10 << 20)))).toHaveProperty("refused");
  });
});

describe("a file that gcc made", () => {
  const bytes = readFileSync("tests/programs/fixtures/hello");

  it("writes what it writes on the real machine", () => {
    const opened = Session.open(loadFile(bytes));
    if (!("session" in opened)) throw new Error("not loaded");
    const state = runToEnd(opened.session);
    expect(state.outcome).toMatchObject({ kind: "exited" });
    expect(state.output).not.toBe("");
    expect(state.statistics?.instructions).toBeGreaterThan(10);
  });
});
