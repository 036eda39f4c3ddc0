/** When x87 exceptions are reported, who may use the unit, and its state in memory. */
import { beforeEach, describe, expect, it } from "vitest";
import { CR0 } from "../../../src/machine/cpu/state.js";
import { RAX, RDI } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000n;
const DATA = 0x20000000n;
const CODE_FRAME = 0x10000;
const DATA_FRAME = 0x20000;
const ONE = 0x3fff8000000000000000n;
const PI = 0x4000c90fdaa22168c235n;

const FLD1 = [0xd9, 0xe8];
const FLDZ = [0xd9, 0xee];
const FLDPI = [0xd9, 0xeb];
const FDIVP = [0xde, 0xf9];
const FNSTSW_AX = [0xdf, 0xe0];
const FNCLEX = [0xdb, 0xe2];
const FNSTENV = [0xd9, 0x37];
const FWAIT = [0x9b];
const FXSAVE64 = [0x48, 0x0f, 0xae, 0x07];
const FXRSTOR64 = [0x48, 0x0f, 0xae, 0x0f];

const DIVIDE_BY_ZERO_UNMASKED = 0x37f & ~4;

const machine = new UserCpu([
  { linear: Number(CODE), frame: CODE_FRAME, pages: 1, writable: true },
  { linear: Number(DATA), frame: DATA_FRAME, pages: 1, writable: true },
]);
const { cpu } = machine;
const { x87 } = cpu.state;

beforeEach(() => {
  machine.reset();
  x87.initialize();
  cpu.memory.fill(DATA_FRAME, 4096, 0xaa);
  cpu.state.general[RDI] = DATA;
});

/** Executes instructions one by one until one faults: how many were done, and the exception's vector. */
function run(...instructions: number[][]): { done: number; vector: number | undefined } {
  cpu.memory.fill(CODE_FRAME, 4096, 0x90);
  cpu.memory.writeBytes(CODE_FRAME, Uint8Array.from(instructions.flat()));
  machine.clear();
  cpu.rip = CODE;
  for (let done = 0; done < instructions.length; done++) {
    machine.step();
    if (machine.caught) return { done, vector: machine.caught.vector };
  }
  return { done: instructions.length, vector: undefined };
}

describe("an unmasked x87 exception", () => {
  beforeEach(() => {
    x87.control = DIVIDE_BY_ZERO_UNMASKED;
  });

  it("waits for the next x87 instruction that waits", () => {
    expect(run(FLD1, FLDZ, FDIVP, FNSTSW_AX, FWAIT)).toEqual({ done: 4, vector: 16 });
    expect(cpu.state.general[RAX]! & 0x80ffn).toBe(0x8084n);
    expect([x87.read(0), x87.read(1)]).toEqual([0n, ONE]);
  });

  it("is forgotten when the flags are cleared before", () => {
    expect(run(FLD1, FLDZ, FDIVP, FNCLEX, FWAIT, FLD1).vector).toBeUndefined();
  });

  it("is also reported by MMX instructions", () => {
    expect(run(FLD1, FLDZ, FDIVP, [0x0f, 0x77])).toEqual({ done: 3, vector: 16 });
  });
});

describe("the x87 unit", () => {
  it("is not available while CR0.TS or CR0.EM is set; FWAIT heeds TS together with MP", () => {
    for (const bit of [CR0.TS, CR0.EM]) {
      cpu.system.cr0 |= bit;
      expect(run(FLD1).vector).toBe(7);
      expect(run(FNSTSW_AX).vector).toBe(7);
      expect(run(FXSAVE64).vector).toBe(7);
      expect(run(FWAIT).vector).toBe(bit === CR0.TS ? 7 : undefined);
      machine.reset();
      cpu.state.general[RDI] = DATA;
    }
    cpu.system.cr0 = (cpu.system.cr0 | CR0.TS) & ~CR0.MP;
    expect(run(FWAIT).vector).toBeUndefined();
  });

  it("remembers where its last instruction and operand lie", () => {
    run(FLD1, [0xdc, 0x47, 0x08], FNSTENV);
    expect(x87.lastInstruction).toBe(CODE + 2n);
    expect(x87.lastData).toBe(DATA + 8n);
    expect(cpu.memory.read32(DATA_FRAME + 12)).toBe(Number(CODE + 2n));
    expect(cpu.memory.read32(DATA_FRAME + 16) >>> 16).toBe(0x447);
    expect(cpu.memory.read32(DATA_FRAME + 20)).toBe(Number(DATA + 8n));
  });
});

describe("FXSAVE", () => {
  it("saves what FXRSTOR brings back, and leaves the last 96 bytes alone", () => {
    x87.control = 0xb7f;
    cpu.state.vectors.forEach((_, n) => {
      cpu.state.vectors[n] = 0x0123456789abcdefn * BigInt(n + 1);
    });
    cpu.system.mxcsr = 0x3f80;
    const before = [...cpu.state.vectors];
    expect(run(FLD1, FLDPI, FXSAVE64).vector).toBeUndefined();
    expect(cpu.memory.readBytes(DATA_FRAME + 416, 96)).toEqual(new Uint8Array(96).fill(0xaa));
    x87.initialize();
    x87.significands.fill(0n);
    cpu.state.vectors.fill(0n);
    cpu.system.mxcsr = 0x1f80;
    expect(run(FXRSTOR64).vector).toBeUndefined();
    expect([...cpu.state.vectors]).toEqual(before);
    expect([x87.read(0), x87.read(1), x87.tagWord, x87.control]).toEqual([PI, ONE, 0x0fff, 0xb7f]);
    expect(cpu.system.mxcsr).toBe(0x3f80);
  });

  it("wants an address divisible by 16, and FXRSTOR an MXCSR without reserved bits", () => {
    cpu.state.general[RDI] = DATA + 8n;
    expect(run(FXSAVE64).vector).toBe(13);
    cpu.state.general[RDI] = DATA;
    expect(run(FXSAVE64).vector).toBeUndefined();
    cpu.memory.writeBytes(DATA_FRAME + 24, Uint8Array.of(0, 0, 1, 0));
    expect(run(FXRSTOR64).vector).toBe(13);
  });
});
