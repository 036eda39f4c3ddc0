/** DR0–DR7: breakpoints of the guest itself. Source: Intel SDM Vol. 3B §17.2, §17.3.1. */
import { describe, expect, it } from "vitest";
import { CR4 } from "../../../src/machine/cpu/state.js";
import { FLAG } from "../../../src/machine/isa/registers.js";
import { BareMachine, DATA } from "./bare-machine.js";

const DB = 1;
const UD = 6;
const EXECUTE = 0;
const WRITE = 1;
const PORT = 2;
const ACCESS = 3;
const LENGTH = { 1: 0, 2: 1, 4: 3, 8: 2 } as const;
const GD = 1 << 13;

/** DR7 for one breakpoint in DR`n`, enabled locally. */
const control = (n: number, kind: number, bytes: keyof typeof LENGTH = 1): number =>
  ((1 << (2 * n)) | (kind << (16 + 4 * n)) | (LENGTH[bytes] << (18 + 4 * n))) >>> 0;

/** Sets a breakpoint at `where` and goes on with `then`. */
const arm = (n: number, where: string, dr7: number) =>
  `mov rax, ${where}\nmov dr${n}, rax\nmov eax, ${dr7}\nmov dr7, rax\nxor eax, eax`;

describe.each(["evaluator", "translator"] as const)("a breakpoint of the debug registers (%s)", (engine) => {
  const run = (source: string, more: { ring?: 0 | 3; flags?: number; cr4?: bigint } = {}) => {
    const bare = new BareMachine({ engine });
    const { cpu } = bare.machine;
    cpu.system.cr4 |= more.cr4 ?? 0n;
    bare.load(source, more.ring ?? 0, more.flags);
    if (engine === "translator") cpu.translateHere();
    const stop = bare.runToStop();
    return { bare, stop, dr6: Number(cpu.system.dr[6]! & 0xe00fn), dr7: Number(cpu.system.dr[7]) };
  };

  it("at an instruction is met before it runs, with RF as it was", () => {
    for (const n of [0, 1, 2, 3]) {
      const { bare, stop, dr6 } = run(
        `lea rbx, [rip+here]\n${arm(n, "rbx", control(n, EXECUTE))}\nhere: inc ecx\nud2`,
      );
      expect(stop).toMatchObject({ vector: DB, rip: bare.at("here") });
      expect(stop.flags & FLAG.RF).toBe(0);
      expect(dr6).toBe(1 << n);
      expect(bare.machine.cpu.state.general[1]).toBe(0n);
    }
  });

  it("is passed when the handler returns with RF set, and met again the next time", () => {
    const handler = "handler: inc esi\nor qword ptr [rsp+16], 0x10000\niretq";
    const source = `lea rbx, [rip+here]\n${arm(0, "rbx", control(0, EXECUTE))}\nmov ecx, 3\nhere: dec ecx\njnz here\nud2\n${handler}`;
    const bare = new BareMachine({ engine });
    bare.load(source);
    bare.setGate(DB, { handler: bare.at("handler") });
    expect(bare.runToStop().vector).toBe(UD);
    expect(bare.machine.cpu.state.general[6]).toBe(3n);
  });

  it.each([
    ["a write", WRITE, `mov [${DATA}], al`, DB],
    ["a read", WRITE, `mov al, [${DATA}]`, UD],
    ["a read", ACCESS, `mov al, [${DATA}]`, DB],
    ["a write that overlaps from below", WRITE, `mov [${DATA - 3}], eax`, DB],
    ["a write just below", WRITE, `mov [${DATA - 4}], eax`, UD],
    ["a write just above", WRITE, `mov [${DATA + 1}], eax`, UD],
    ["fetching", ACCESS, "nop", UD],
  ])("for data: %s, kind %i", (_what, kind, instruction, vector) => {
    const { bare, stop, dr6 } = run(`${arm(1, String(DATA), control(1, kind))}\n${instruction}\nbehind: ud2`);
    expect(stop).toMatchObject({ vector, rip: bare.at("behind") });
    expect(dr6).toBe(vector === DB ? 2 : 0);
  });

  it.each([1, 2, 4, 8] as const)("for data of %i bytes covers these, on their boundary", (bytes) => {
    for (const [offset, vector] of [
      [-1, UD],
      [0, DB],
      [bytes - 1, DB],
      [bytes, UD],
    ] as const) {
      // Low bits of the address do not count.
      const where = DATA + 16 + (bytes > 1 ? 1 : 0);
      const source = `${arm(2, String(where), control(2, WRITE, bytes))}\nmov [${DATA + 16 + offset}], al\nud2`;
      expect(run(source).stop.vector, `offset ${offset}`).toBe(vector);
    }
  });

  it("for a port needs CR4.DE", () => {
    const source = `${arm(3, "0x60", control(3, PORT))}\nin al, 0x60\nbehind: ud2`;
    expect(run(source, { cr4: CR4.DE })).toMatchObject({ stop: { vector: DB }, dr6: 8 });
    expect(run(source).stop.vector).toBe(UD);
  });

  it("is met in ring 3, too, by each iteration of a string instruction", () => {
    const handler = "handler: inc esi\nor qword ptr [rsp+16], 0x10000\niretq";
    const source = `${arm(0, String(DATA + 2), control(0, WRITE, 2))}\nmov edi, ${DATA}\nmov ecx, 8\ncld\nrep stosb\nud2\n${handler}`;
    const bare = new BareMachine({ engine });
    bare.load(source);
    bare.setGate(DB, { handler: bare.at("handler") });
    expect(bare.runToStop().vector).toBe(UD);
    expect(bare.machine.cpu.state.general[6]).toBe(2n);
  });

  it("and a single step are told by one #DB", () => {
    const { dr6 } = run(
      `${arm(0, String(DATA), control(0, WRITE))}\npushfq\nor qword ptr [rsp], 0x100\npopfq\nmov [${DATA}], al\nud2`,
    );
    expect(dr6).toBe(0x4001);
  });

  it("costs nothing where DR7 enables none: translated code runs", () => {
    const source = `${arm(0, String(DATA), 0)}\nmov [${DATA}], al\nmov ecx, 100000\nagain: dec ecx\njnz again\nud2`;
    const bare = new BareMachine({ engine });
    bare.load(source);
    expect(bare.runToStop(1_000_000).vector).toBe(UD);
    if (engine === "translator") expect(bare.machine.cpu.translatedSteps).toBeGreaterThan(50_000);
  });

  it("stays in snapshots", () => {
    const bare = new BareMachine({ engine });
    bare.load(`${arm(0, String(DATA), control(0, WRITE))}\nhlt\nmov [${DATA}], al\nud2`);
    bare.run();
    const moment = bare.machine.snapshot();
    const other = new BareMachine({ engine });
    other.machine.restore(moment);
    other.machine.cpu.halted = false;
    expect(other.runToStop().vector).toBe(DB);
  });
});

describe("the debug registers", () => {
  it("raise #DB at access while DR7.GD is set, which the delivery clears", () => {
    for (const access of ["mov rax, dr0", "mov dr1, rax", "mov rax, dr7"]) {
      const bare = new BareMachine();
      bare.load(`mov eax, ${GD}\nmov dr7, rax\nhere: ${access}\nud2`);
      const { vector, rip, flags } = bare.runToStop();
      expect({ vector, rip }).toEqual({ vector: DB, rip: bare.at("here") });
      expect(flags & FLAG.RF).toBe(FLAG.RF);
      const { dr } = bare.machine.cpu.system;
      expect(dr[6]! & (1n << 13n)).toBe(1n << 13n);
      expect(dr[7]! & BigInt(GD)).toBe(0n);
    }
  });

  it("DR4 and DR5 are DR6 and DR7, and #UD with CR4.DE", () => {
    const bare = new BareMachine();
    bare.load("mov rax, dr4\nmov rbx, dr6\nmov rcx, dr5\nmov rdx, dr7\nud2").runToStop();
    const [rax, rcx, rdx, rbx] = bare.machine.cpu.state.general;
    expect([rax, rcx]).toEqual([rbx, rdx]);
    const strict = new BareMachine();
    strict.machine.cpu.system.cr4 |= CR4.DE;
    strict.load("here: mov rax, dr4\nhlt");
    expect(strict.runToStop()).toMatchObject({ vector: UD, rip: strict.at("here") });
  });

  it("are for ring 0, and bits 63:32 of DR6 and DR7 for nobody", () => {
    for (const [source, ring] of [
      ["mov rax, dr0", 3],
      ["mov dr0, rax", 3],
      ["mov rax, 0x100000000\nmov dr7, rax", 0],
      ["mov rax, 0x100000000\nmov dr6, rax", 0],
    ] as const) {
      const bare = new BareMachine();
      expect(bare.load(source, ring).runToStop(), source).toMatchObject({ vector: 13, errorCode: 0 });
    }
  });
});
