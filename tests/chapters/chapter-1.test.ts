/** What the prose of chapter 1 says about its cells, besides what their fences promise. */
import { describe, expect, it } from "vitest";
import { setUpOf } from "../../src/cells/cell-attributes.js";
import type { Load } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareScenario } from "../../src/cells/stage/make-stage.js";
import { tryInstructions } from "../../src/cells/stage/trials.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { writeMemory, writeRegister } from "../cells/by-hand.js";
import { liveCells, readFixture } from "./live-fences.js";

const CELLS = liveCells();

const keep = (source: string) => source;

/** The load of a cell, with its source changed as a reader would change it. */
function loadOf(name: string, edit = keep): Load {
  const cell = CELLS.find((one) => one.name === name);
  if (!cell) throw new Error(`the book has no cell ${name}`);
  const setUp = setUpOf((attribute) => cell.attributes.get(attribute) ?? null);
  const show = [...setUp.show, "registers", "stack", "idt", "strip"] as const;
  const text = edit(cell.source);
  if (edit !== keep) expect(text).not.toBe(cell.source);
  return { program: { kind: "source", text }, ...setUp, show };
}

async function open(name: string, edit = keep): Promise<Session> {
  const load = loadOf(name, edit);
  await prepareScenario(load.scenario, readFixture);
  const opened = Session.open(load);
  if (!("session" in opened)) throw new Error(JSON.stringify(opened));
  return opened.session;
}

function finish(session: Session): MachineState {
  session.beginRun();
  while (session.slice(1_000_000));
  return session.state();
}

const register = (state: MachineState, name: string) =>
  state.registers.find((one) => one.name === name)?.value;

const hexBytes = (bytes: Iterable<number>) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

describe("a machine you can stop", () => {
  it("executes more instructions than the program has lines", async () => {
    expect(finish(await open("c1.step")).steps).toBeGreaterThan(6);
  });

  it("reads `ret` in the middle of an add", async () => {
    const session = await open("c1.step");
    const add = session.state().listing.find((row) => row.text.startsWith("add"))!;
    expect(hexBytes(add.bytes)).toBe("83 c3 0a");
    writeRegister(session, "rip", add.address + 1n);
    expect(session.state().instruction?.text).toBe("ret");
  });
});

describe("the bytes of an instruction", () => {
  it("are those that the text spells out", async () => {
    const { listing } = (await open("c1.bytes")).state();
    expect(listing.map((row) => hexBytes(row.bytes))).toEqual([
      "83 c3 0a",
      "05 00 02 00 00",
      "66 05 00 02",
      "f4",
    ]);
  });

  it("name eight operations in the middle of ModRM", async () => {
    const session = await open("c1.bytes");
    const { address } = session.state().listing[0]!;
    const names = Array.from({ length: 8 }, (_, n) => {
      writeMemory(session, address + 1n, [0xc3 | (n << 3)]);
      return session.state().instruction?.text.split(" ")[0];
    });
    expect(names).toEqual(["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"]);
  });
});

describe("the rings", () => {
  it("refuse, obey and ignore as the text says", () => {
    const { trials } = tryInstructions(loadOf("c1.rings"));
    const of = (text: string) =>
      trials.filter((trial) => trial.text.startsWith(text)).map((trial) => trial.verdict);
    const refused = ["done", "refused", "refused", "refused"];
    for (const text of ["hlt", "cli", "in"]) expect(of(text), text).toEqual(refused);
    expect(of("sidt")).toEqual(["done", "done", "done", "done"]);
    expect(of("pushfq")).toEqual(["done", "ignored", "ignored", "ignored"]);
    expect(of("add")).toEqual(["done", "done", "done", "done"]);
    const memory = trials.filter((trial) => trial.text.includes("0xffffffff80000000"));
    expect(memory.map((trial) => trial.verdict)).toEqual(["done", "done", "done", "refused"]);
    expect(memory[3]?.says).toContain("#PF");
  });
});

describe("a gate", () => {
  it("with DPL 0 refuses the knock with #GP and an error code that names it", async () => {
    const session = await open("c1.idt");
    const gate = session.state().tables!.gates[0]!;
    writeMemory(session, gate.address + 5n, [gate.bytes[5]! & ~0x60]);
    expect(finish(session).crossings.latest.exception).toMatchObject({
      name: "#GP",
      errorCode: (0x80 << 3) | 2,
    });
  });

  it("without a stack to go to ends in a triple fault", async () => {
    const session = await open("c1.idt");
    const { address } = session.state().tables!.kernelStack!;
    writeMemory(session, address, [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(finish(session).outcome).toMatchObject({ kind: "shutdown" });
  });
});

describe("the two doors", () => {
  it("lead to two numberings: 1 is exit behind the older one", async () => {
    const state = finish(await open("c1.doors", (source) => source.replace("mov eax, 4 ", "mov eax, 1 ")));
    expect(state.output).toBe("hello\n");
    expect(state.outcome).toEqual({ kind: "exited", status: 1 });
  });

  it("do not both take an address on the stack: the older one answers EFAULT", async () => {
    const state = finish(
      await open("c1.doors", (source) =>
        source.replace("lea ecx, [rip + message]", "push 0x0a6968\n    mov rcx, rsp"),
      ),
    );
    expect(state.output).toBe("hello\n");
    expect(state.calls.recent[1]?.text).toMatch(/^write\(1, 0x[\da-f]{1,8}, 6\) = -1 EFAULT/);
    expect(state.outcome).toEqual({ kind: "exited", status: 0 });
  });

  it("print what lies behind a text whose length is too large", async () => {
    const state = finish(await open("c1.rawsys", (source) => source.replace("edx, length", "edx, 38")));
    expect(state.output).toBe("hello, kernel\nand what lies behind it\n");
    expect(register(state, "r12")).toBe(BigInt.asUintN(64, -14n));
  });
});
