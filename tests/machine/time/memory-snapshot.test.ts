/** Moments of the RAM: cheap, shared, and independent of each other. */
import { expect, it } from "vitest";
import { PAGE_SIZE, PhysicalMemory } from "../../../src/machine/memory/physical-memory.js";
import { numbers } from "../engine/random-program.js";

const PAGES = 1024;

it("any moment can be returned to, in any order, and another RAM can take it over", () => {
  const next = numbers(7);
  const memory = new PhysicalMemory(PAGES * PAGE_SIZE);
  const moments = Array.from({ length: 30 }, () => {
    for (let n = 0; n < 40; n++) memory.write32(next(PAGES * PAGE_SIZE - 4), next(2 ** 32));
    return { snapshot: memory.snapshot(), bytes: memory.bytes.slice() };
  });
  const other = new PhysicalMemory(PAGES * PAGE_SIZE);
  for (let n = 0; n < 60; n++) {
    const { snapshot, bytes } = moments[next(moments.length)]!;
    const which = next(2) === 0 ? memory : other;
    for (let k = 0; k < 5; k++) which.write8(next(PAGES * PAGE_SIZE), 0xaa);
    which.restore(snapshot);
    expect(Buffer.compare(which.bytes, bytes)).toBe(0);
  }
});

it("a snapshot copies the pages that were written and shares everything else", () => {
  const memory = new PhysicalMemory(PAGES * PAGE_SIZE);
  memory.write8(5 * PAGE_SIZE, 1);
  memory.write8(900 * PAGE_SIZE, 1);
  const first = memory.snapshot();
  memory.write8(900 * PAGE_SIZE, 2);
  const second = memory.snapshot();
  expect(second.pagesUnlike(first)).toEqual([900]);
  expect(second.page(5)).toBe(first.page(5));
  expect(second.branches.filter((branch, n) => branch !== first.branches[n])).toHaveLength(1);
  expect(memory.snapshot()).toBe(second);
});

it("decoded instructions stay where a return changes nothing in their page, and go where it does", () => {
  const memory = new PhysicalMemory(PAGES * PAGE_SIZE);
  const dropped: number[] = [];
  memory.onCodeWritten = (page) => dropped.push(page);
  const start = memory.snapshot();
  memory.write8(3 * PAGE_SIZE, 0x90);
  const written = memory.snapshot();
  memory.write8(3 * PAGE_SIZE, 0x90);
  memory.markCode(3);
  memory.restore(written);
  expect(dropped).toEqual([]);
  expect(memory.holdsCode(3)).toBe(true);
  memory.restore(start);
  expect(dropped).toEqual([3]);
});
