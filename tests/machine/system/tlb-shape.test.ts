/** TLBs of a chosen size and shape: what is forgotten when a set is full, and that stale entries stay until then. */
import { describe, expect, it } from "vitest";
import { ENGINES, Machine } from "../../../src/machine/machine.js";
import type { TlbShape } from "../../../src/machine/memory/tlb-shape.js";
import { BareMachine, DATA } from "./bare-machine.js";

const PAGES = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => DATA + n * 0x1000);
/** Page n of data holds n + 1 in its first byte, and 0x80 + n is in the page that its entry is changed to. */
const OTHER = 0x20_0000 + 0x10_0000;

/**
 * Reads the pages in `first`, then lets every entry lead elsewhere, without telling the TLB, and reads those in `then`.
 * Returns what was read then.
 */
function readTwice(tlb: TlbShape, engine: (typeof ENGINES)[number], first: number[], then: number[]) {
  const bare = new BareMachine({ engine, tlb });
  const { memory, cpu } = bare.machine;
  PAGES.forEach((page, n) => {
    memory.write8(page, n + 1);
    memory.write8(OTHER + n * 0x1000, 0x80 + n);
  });
  const read = (n: number) => `mov al, [${PAGES[n]}]\nshl rbx, 8\nmov bl, al`;
  bare.load(`${first.map(read).join("\n")}\nhlt\n${then.map(read).join("\n")}\nhlt`);
  if (engine === "translator") cpu.translateHere();
  bare.run();
  PAGES.forEach((page, n) => {
    memory.write64(bare.entryOf(page), BigInt(OTHER + n * 0x1000 + 7));
  });
  const evictions = cpu.mmu.tlb.evictions;
  cpu.halted = false;
  cpu.state.general[3] = 0n;
  bare.run();
  const rbx = cpu.state.general[3]!;
  const seen = then.map((_, n) => Number((rbx >> BigInt(8 * (then.length - 1 - n))) & 0xffn));
  return { seen, evictions };
}

describe.each(ENGINES)("on the engine %s", (engine) => {
  it("a direct-mapped TLB forgets a page when another one of the same set is touched", () => {
    // Four sets: 0 and 4 share one.
    const { seen } = readTwice({ entries: 4, ways: 1 }, engine, [0, 1, 4], [0, 1]);
    expect(seen).toEqual([0x80, 2]);
  });

  it("two ways keep both, and the third one drives out the oldest", () => {
    expect(readTwice({ entries: 8, ways: 2 }, engine, [0, 4], [0, 4]).seen).toEqual([1, 5]);
    // One set of two: 0 goes for 2; reading it again drives out 1.
    expect(readTwice({ entries: 2, ways: 2 }, engine, [0, 1, 2], [2, 0, 1]).seen).toEqual([3, 0x80, 0x81]);
  });

  it("counts what was driven out", () => {
    expect(readTwice({ entries: 2, ways: 2 }, engine, [0, 1, 0, 1], []).evictions).toBe(0);
    expect(readTwice({ entries: 2, ways: 2 }, engine, [0, 1, 2, 3], []).evictions).toBe(2);
  });

  it("a moment keeps the order in which entries will go", () => {
    const make = () => new BareMachine({ engine, tlb: { entries: 2, ways: 2 } });
    const source = [0, 1, 0, 2, 0, 3, 1].map((n) => `mov al, [${PAGES[n]}]`).join("\n");
    const whole = make().load(`${source}\nhlt`);
    whole.run();
    const halted = whole.machine.time;
    for (let t = 1; t < halted; t++) {
      const bare = make().load(`${source}\nhlt`);
      bare.machine.runTo(t);
      const again = make();
      again.machine.restore(bare.machine.snapshot());
      const { tlb } = again.machine.cpu.mmu;
      const before = tlb.misses;
      again.run();
      expect(bare.machine.cpu.mmu.tlb.misses + tlb.misses - before).toBe(whole.machine.cpu.mmu.tlb.misses);
    }
  });
});

it("a shape that cannot be is refused with the reason", () => {
  for (const tlb of [
    { entries: 6, ways: 1 },
    { entries: 8192, ways: 1 },
    { entries: 4, ways: 0 },
    { entries: 4, ways: 3 },
  ])
    expect(() => Machine.create({ ram: 1 << 20, tlb })).toThrow(/the sets must be a power of two/);
});
