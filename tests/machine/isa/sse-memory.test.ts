/** What vector instructions do at the edges of memory, and when the operating system has not allowed them. */
import { beforeEach, describe, expect, it } from "vitest";
import { VECTOR } from "../../../src/machine/cpu/guest-fault.js";
import { CR0, CR4 } from "../../../src/machine/cpu/state.js";
import { RAX, RDI } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const DATA_FRAME = 0x20000;
const SECOND_PAGE = DATA + 0x1000;

/** Two writable pages, then one that is read-only; what follows is not mapped. */
const machine = new UserCpu([
  { linear: CODE, frame: 0x10000, pages: 1, writable: true },
  { linear: DATA, frame: DATA_FRAME, pages: 2, writable: true },
  { linear: DATA + 0x2000, frame: DATA_FRAME + 0x2000, pages: 1, writable: false },
]);
const { cpu } = machine;
const { memory, state } = cpu;

/** Executes one instruction with rax at `address`; returns the exception. */
function execute(hex: string, address: number): UserCpu["caught"] {
  memory.writeBytes(0x10000, Buffer.from(hex, "hex"));
  state.general[RAX] = BigInt(address);
  machine.clear();
  cpu.rip = BigInt(CODE);
  machine.step();
  return machine.caught;
}

const stored = (address: number, length: number): string =>
  Buffer.from(memory.readBytes(DATA_FRAME + address - DATA, length)).toString("hex");

beforeEach(() => {
  memory.fill(DATA_FRAME, 0x3000, 0);
  cpu.system.cr0 &= ~(CR0.TS | CR0.EM);
  cpu.system.cr4 |= CR4.OSFXSR | CR4.OSXMMEXCPT;
  cpu.system.mxcsr = 0x1f80;
  state.vectors.set([0x0706050403020100n, 0x0f0e0d0c0b0a0908n]);
});

const MOVAPS_STORE = "0f2900"; // movaps [rax], xmm0
const MOVUPS_STORE = "0f1100"; // movups [rax], xmm0
const MOVUPS_LOAD = "0f1008"; // movups xmm1, [rax]
const PXOR_MEMORY = "660fef00"; // pxor xmm0, [rax]
const PXOR = "660fefc0"; // pxor xmm0, xmm0
const PXOR_MMX = "0fefc0"; // pxor mm0, mm0

describe("16 bytes of memory", () => {
  it("must be aligned for MOVAPS and for arithmetic, which raise #GP(0)", () => {
    for (const hex of [MOVAPS_STORE, PXOR_MEMORY]) {
      expect(execute(hex, DATA + 8)).toMatchObject({ vector: VECTOR.GP, errorCode: 0 });
      expect(execute(hex, DATA + 16)).toBeUndefined();
    }
  });

  it("may cross a page for MOVUPS, in both directions", () => {
    expect(execute(MOVUPS_STORE, SECOND_PAGE - 5)).toBeUndefined();
    expect(stored(SECOND_PAGE - 5, 16)).toBe("000102030405060708090a0b0c0d0e0f");
    expect(execute(MOVUPS_LOAD, SECOND_PAGE - 5)).toBeUndefined();
    expect([state.vectors[2], state.vectors[3]]).toEqual([state.vectors[0], state.vectors[1]]);
  });

  it("are not written at all when the second page cannot be", () => {
    const edge = DATA + 0x2000;
    for (let before = 1; before < 16; before++) {
      expect(execute(MOVUPS_STORE, edge - before)).toMatchObject({
        vector: VECTOR.PF,
        errorCode: 7,
        address: BigInt(edge),
      });
      expect(stored(edge - 16, 16)).toBe("00".repeat(16));
    }
  });
});

describe("MASKMOVDQU", () => {
  const MASKMOVDQU = "660ff7c1"; // maskmovdqu xmm0, xmm1

  it("stores the chosen bytes at RDI and leaves the others", () => {
    state.vectors.set([0x80_00_80_00_00_00_00_80n, 0x80_00_00_00_00_00_00_00n], 2);
    state.general[RDI] = BigInt(DATA + 3);
    memory.fill(DATA_FRAME, 32, 0xee);
    expect(execute(MASKMOVDQU, 0)).toBeUndefined();
    expect(stored(DATA + 3, 16)).toBe("00eeeeeeee05ee07eeeeeeeeeeeeee0f");
  });

  it("asks only for the pages of the chosen bytes", () => {
    state.vectors.set([0x80n, 0n], 2);
    state.general[RDI] = BigInt(DATA + 0x2000 - 1);
    expect(execute(MASKMOVDQU, 0)).toBeUndefined();
    state.vectors.set([0x8080n, 0n], 2);
    memory.fill(DATA_FRAME, 0x2000, 0xee);
    expect(execute(MASKMOVDQU, 0)).toMatchObject({
      vector: VECTOR.PF,
      errorCode: 7,
      address: BigInt(DATA + 0x2000),
    });
    expect(stored(DATA + 0x2000 - 1, 1)).toBe("ee");
  });
});

describe("the operating system's leave", () => {
  it("is needed for SSE: CR4.OSFXSR, else #UD; MMX does without", () => {
    cpu.system.cr4 &= ~CR4.OSFXSR;
    expect(execute(PXOR, 0)?.vector).toBe(VECTOR.UD);
    expect(execute(PXOR_MMX, 0)).toBeUndefined();
  });

  it("can be put off: CR0.TS raises #NM at the first use of vectors", () => {
    cpu.system.cr0 |= CR0.TS;
    expect(execute(PXOR, 0)?.vector).toBe(VECTOR.NM);
    expect(execute(PXOR_MMX, 0)?.vector).toBe(VECTOR.NM);
  });

  it("decides whether floating-point exceptions come as #XM or #UD", () => {
    const DIVPS = "0f5ec1"; // divps xmm0, xmm1
    for (const allowed of [true, false]) {
      cpu.system.cr4 = allowed ? cpu.system.cr4 | CR4.OSXMMEXCPT : cpu.system.cr4 & ~CR4.OSXMMEXCPT;
      cpu.system.mxcsr = 0x1d80;
      state.vectors.set([0x3f8000003f800000n, 0x3f8000003f800000n, 0n, 0n]);
      expect(execute(DIVPS, 0)?.vector).toBe(allowed ? VECTOR.XM : VECTOR.UD);
      expect([state.vectors[0], cpu.system.mxcsr]).toEqual([0x3f8000003f800000n, 0x1d84]);
    }
  });
});

describe("MXCSR", () => {
  const LDMXCSR = "0fae10"; // ldmxcsr [rax]
  const STMXCSR = "0fae18"; // stmxcsr [rax]

  it("is loaded and stored whole", () => {
    memory.write32(DATA_FRAME, 0xffbf);
    expect(execute(LDMXCSR, DATA)).toBeUndefined();
    expect(execute(STMXCSR, DATA + 4)).toBeUndefined();
    expect(stored(DATA + 4, 4)).toBe("bfff0000");
  });

  it("refuses reserved bits with #GP(0) and stays as it was", () => {
    memory.write32(DATA_FRAME, 0x1_1f80);
    expect(execute(LDMXCSR, DATA)).toMatchObject({ vector: VECTOR.GP, errorCode: 0 });
    expect(cpu.system.mxcsr).toBe(0x1f80);
  });
});
