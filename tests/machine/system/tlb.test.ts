/** What stays in the TLB and what leaves it: global pages, address spaces (PCID), large pages. Source: Intel SDM Vol. 3A §4.10. */
import { describe, expect, it } from "vitest";
import { CR4 } from "../../../src/machine/cpu/state.js";
import { PTE } from "../../../src/machine/memory/page-table.js";
import { BareMachine, DATA, type Stop } from "./bare-machine.js";

const ENGINES = ["evaluator", "translator"] as const;
const PAGE = DATA | PTE.P | PTE.RW | PTE.US;
const ROOT = 0x10000;
/** Where descriptors of INVPCID lie: physical pages that no test takes away. */
const DESCRIPTOR = 0x8000;
const LARGE_ENTRY = 0x12000 + 8;

interface Setting {
  cr4?: bigint;
  global?: boolean;
}

/** Touches DATA, takes its page-table entry away, does `meanwhile`, and touches it again. */
function afterwards(
  meanwhile: string,
  { cr4 = 0n, global = false }: Setting,
  engine: (typeof ENGINES)[number],
): Stop {
  const bare = new BareMachine({ engine });
  const { cpu } = bare.machine;
  cpu.system.cr4 |= cr4;
  cpu.pagingChanged();
  const entry = bare.entryOf(DATA);
  bare.setEntry(DATA, BigInt(PAGE | (global ? PTE.G : 0)));
  bare.load(`mov al, [${DATA}]\nmov qword ptr [${entry}], 0\n${meanwhile}\nmov al, [${DATA}]\nud2`, 0);
  if (engine === "translator") cpu.translateHere();
  return bare.runToStop();
}

/** Vectors: the stale translation was used, and UD2 reached; or it was forgotten. */
const STALE = 6;
const FORGOTTEN = 14;
const NEW_CR3 = "mov rcx, cr3\nmov cr3, rcx";
const toggle = (bit: bigint) => `mov rcx, cr4\nxor rcx, ${bit}\nmov cr4, rcx\nxor rcx, ${bit}\nmov cr4, rcx`;

/** CR3 for an address space; with `keeps` nothing of it is forgotten. All spaces have the same page tables here. */
const enter = (pcid: number, keeps: boolean) =>
  `mov rcx, ${(BigInt(ROOT) | BigInt(pcid) | (keeps ? 1n << 63n : 0n)).toString()}\nmov cr3, rcx`;

const invpcid = (type: number | bigint, pcid: number | bigint, address: number | bigint) =>
  [
    `mov rdx, ${DESCRIPTOR}`,
    `mov rcx, ${pcid}`,
    "mov [rdx], rcx",
    `mov rcx, ${address}`,
    "mov [rdx+8], rcx",
    `mov rcx, ${type}`,
    "invpcid rcx, [rdx]",
  ].join("\n");

describe.each(ENGINES)("the TLB (%s)", (engine) => {
  const vector = (meanwhile: string, setting: Setting = {}) => afterwards(meanwhile, setting, engine).vector;

  it("forgets what is not global when CR3 is loaded", () => {
    expect(vector("nop")).toBe(STALE);
    expect(vector(NEW_CR3)).toBe(FORGOTTEN);
    expect(vector(NEW_CR3, { cr4: CR4.PGE })).toBe(FORGOTTEN);
  });

  it("keeps global pages when CR3 is loaded, but only with CR4.PGE", () => {
    expect(vector(NEW_CR3, { cr4: CR4.PGE, global: true })).toBe(STALE);
    expect(vector(NEW_CR3, { global: true })).toBe(FORGOTTEN);
  });

  it("forgets global pages by INVLPG and when PGE changes", () => {
    expect(vector(`invlpg [${DATA}]`, { cr4: CR4.PGE, global: true })).toBe(FORGOTTEN);
    expect(vector(toggle(CR4.PGE), { cr4: CR4.PGE, global: true })).toBe(FORGOTTEN);
  });

  it("forgets an address space that CR3 enters, unless bit 63 is set", () => {
    const cr4 = CR4.PCIDE;
    expect(vector(enter(0, true), { cr4 })).toBe(STALE);
    expect(vector(enter(0, false), { cr4 })).toBe(FORGOTTEN);
  });

  it("finds nothing that belongs to another address space, but for global pages", () => {
    const cr4 = CR4.PCIDE | CR4.PGE;
    expect(vector(enter(1, true), { cr4 })).toBe(FORGOTTEN);
    expect(vector(enter(1, true), { cr4, global: true })).toBe(STALE);
  });

  it("knows an address space again when it comes back with bit 63 set", () => {
    const cr4 = CR4.PCIDE;
    expect(vector(`${enter(1, false)}\n${enter(0, true)}`, { cr4 })).toBe(STALE);
    expect(vector(`${enter(1, false)}\n${enter(0, false)}`, { cr4 })).toBe(FORGOTTEN);
  });

  it("INVLPG leaves other address spaces alone", () => {
    const there = `${enter(1, false)}\ninvlpg [${DATA}]\n${enter(0, true)}`;
    expect(vector(there, { cr4: CR4.PCIDE })).toBe(STALE);
  });

  it.each([
    ["one address", 0, 0, DATA, FORGOTTEN, STALE],
    ["another address", 0, 0, DATA + 0x1000, STALE, STALE],
    ["one address of another space", 0, 1, DATA, STALE, STALE],
    ["one space", 1, 0, 0, FORGOTTEN, STALE],
    ["another space", 1, 1, 0, STALE, STALE],
    ["all spaces and global pages", 2, 0, 0, FORGOTTEN, FORGOTTEN],
    ["all spaces", 3, 0, 0, FORGOTTEN, STALE],
  ])("INVPCID forgets %s", (_what, type, pcid, address, local, global) => {
    const cr4 = CR4.PCIDE | CR4.PGE;
    expect(vector(invpcid(type, pcid, address), { cr4 })).toBe(local);
    expect(vector(invpcid(type, pcid, address), { cr4, global: true })).toBe(global);
  });

  it("INVPCID reaches a space that is not the current one", () => {
    const there = (type: number) => `${enter(1, false)}\n${invpcid(type, 0, DATA)}\n${enter(0, true)}`;
    for (const type of [0, 1, 2, 3])
      expect(vector(there(type), { cr4: CR4.PCIDE }), `type ${type}`).toBe(FORGOTTEN);
  });

  it.each([
    ["an unknown type", 4n, 0n, 0n, CR4.PCIDE],
    ["reserved bits of the descriptor", 1n, 1n << 12n, 0n, CR4.PCIDE],
    ["an address that is not canonical", 0n, 0n, 1n << 56n, CR4.PCIDE],
    ["a space other than 0 without CR4.PCIDE", 1n, 1n, 0n, 0n],
  ])("INVPCID refuses %s with #GP(0)", (_what, type, pcid, address, cr4) => {
    expect(afterwards(invpcid(type, pcid, address), { cr4 }, engine)).toMatchObject({
      vector: 13,
      errorCode: 0,
    });
  });

  it("INVPCID is for ring 0", () => {
    const bare = new BareMachine({ engine });
    bare.load(`mov rcx, 2\ninvpcid rcx, [${DATA}]`, 3);
    expect(bare.runToStop()).toMatchObject({ vector: 13, errorCode: 0 });
  });

  it("CR4.PCIDE is refused while CR3 bits 11:0 are not zero, CR3 bit 63 without PCIDE", () => {
    const set = `mov rcx, cr4\nor rcx, ${CR4.PCIDE}\nmov cr4, rcx`;
    expect(afterwards(`mov rcx, ${ROOT + 8}\nmov cr3, rcx\n${set}`, {}, engine).vector).toBe(13);
    expect(afterwards(enter(0, true), {}, engine).vector).toBe(13);
  });

  it("INVLPG of any address in a large page forgets all of it", () => {
    const touched = DATA + 0x5000;
    for (const [invalidated, expected] of [
      [DATA + 0x1fe000, FORGOTTEN],
      [0x300, STALE],
    ] as const) {
      const bare = new BareMachine({ engine });
      const { memory, cpu } = bare.machine;
      memory.write64(LARGE_ENTRY, BigInt(PAGE | PTE.PS));
      cpu.flushTranslations();
      bare.load(
        `mov al, [${touched}]\nmov qword ptr [${LARGE_ENTRY}], 0\ninvlpg [${invalidated}]\nmov al, [${touched}]\nud2`,
      );
      expect(bare.runToStop().vector).toBe(expected);
    }
  });

  it("stands in snapshots with all its address spaces", () => {
    const bare = new BareMachine({ engine });
    const { machine } = bare;
    machine.cpu.system.cr4 |= CR4.PCIDE;
    machine.cpu.pagingChanged();
    const entry = bare.entryOf(DATA);
    bare.load(
      `mov al, [${DATA}]\nmov qword ptr [${entry}], 0\n${enter(1, false)}\nhlt\n${enter(0, true)}\nmov al, [${DATA}]\nud2`,
    );
    bare.run();
    const moment = machine.snapshot();
    for (let time = 0; time < 2; time++) {
      machine.restore(moment);
      machine.cpu.halted = false;
      expect(bare.runToStop().vector).toBe(STALE);
      machine.cpu.flushTranslations();
    }
  });
});

it("the TLB counts walks, evictions, invalidations and flushes", () => {
  const bare = new BareMachine();
  const { tlb } = bare.machine.cpu.mmu;
  bare.load(`mov al, [${DATA}]\nmov al, [${DATA}]\ninvlpg [${DATA}]\nmov al, [${DATA}]\n${NEW_CR3}\nud2`);
  const before = { ...tlb };
  bare.runToStop();
  expect(tlb.invalidations - before.invalidations).toBe(1);
  expect(tlb.flushes - before.flushes).toBe(1);
  expect(tlb.misses - before.misses).toBeGreaterThanOrEqual(3);
});
