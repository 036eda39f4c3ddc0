/** Address spaces: demand paging, copy-on-write and unmapping, against a plain model of bytes. */
import { describe, expect, it } from "vitest";
import { E } from "../../../src/kernel/abi/errno.js";
import { nobody } from "../../../src/kernel/mm/accounts.js";
import { AddressSpace } from "../../../src/kernel/mm/address-space.js";
import { FrameAllocator } from "../../../src/kernel/mm/frames.js";
import { mprotect } from "../../../src/kernel/mm/protect.js";
import { UserMemory } from "../../../src/kernel/mm/user-memory.js";
import { Vma } from "../../../src/kernel/mm/vma.js";
import { PAGE_SIZE, PhysicalMemory } from "../../../src/machine/memory/physical-memory.js";

const BASE = 0x400000;
const PAGES = 8;
const READ_WRITE = 3;

function setUp(pages = 400) {
  const memory = new PhysicalMemory(pages * PAGE_SIZE);
  const frames = new FrameAllocator(memory, 1, pages);
  const newSpace = () => new AddressSpace(memory, frames, frames.allocate()!);
  return { memory, frames, newSpace };
}

function mapped(space: AddressSpace): AddressSpace {
  space.insert(new Vma(BASE, BASE + PAGES * PAGE_SIZE, READ_WRITE, ""));
  return space;
}

const get = (space: AddressSpace, at: number): number | undefined => new UserMemory(space).read(at, 1)?.[0];
const put = (space: AddressSpace, at: number, value: number): boolean =>
  new UserMemory(space).write(at, Uint8Array.of(value));

const protect = (space: AddressSpace, length: number, protection: number): number =>
  mprotect(space, { address: BASE, length, protection, personality: 0 }, nobody());

/** A seeded sequence of numbers below `limit`. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

describe("a forked address space", () => {
  it("shares its pages until one side writes, and then only the others", () => {
    const { frames, newSpace } = setUp();
    const parent = mapped(newSpace());
    for (let page = 0; page < PAGES; page++) put(parent, BASE + page * PAGE_SIZE, page + 1);
    const before = frames.inUse;
    const child = parent.fork(frames.allocate()!)!;
    const tables = frames.inUse - before;
    expect(tables).toBe(child.tables.tableFrames);
    put(child, BASE, 99);
    expect(frames.inUse).toBe(before + tables + 1);
    expect([get(parent, BASE), get(child, BASE), get(child, BASE + PAGE_SIZE)]).toEqual([1, 99, 2]);
    put(parent, BASE, 50);
    expect(frames.inUse, "the last owner keeps the page").toBe(before + tables + 1);
  });

  it("behaves like a copy of all bytes, whatever is written by whom, and gives every frame back", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { frames, newSpace } = setUp();
      const random = numbers(seed);
      const next = (limit: number) => random.next().value % limit;
      const spaces = [{ space: mapped(newSpace()), model: new Uint8Array(PAGES * PAGE_SIZE) }];
      for (let step = 0; step < 200; step++) {
        const one = spaces[next(spaces.length)]!;
        const offset = next(PAGES * PAGE_SIZE);
        const choice = next(10);
        if (choice < 6) {
          put(one.space, BASE + offset, step & 0xff);
          one.model[offset] = step & 0xff;
        } else if (choice < 8) expect(get(one.space, BASE + offset)).toBe(one.model[offset]);
        else if (choice === 8 && spaces.length < 6) {
          spaces.push({ space: one.space.fork(frames.allocate()!)!, model: one.model.slice() });
        } else if (spaces.length > 1) {
          one.space.release();
          spaces.splice(spaces.indexOf(one), 1);
        }
      }
      for (const { space, model } of spaces) {
        expect(new UserMemory(space).read(BASE, model.length)).toEqual(model);
        space.release();
      }
      expect(frames.inUse, `seed ${seed}`).toBe(0);
    }
  });
});

describe("mappings", () => {
  it("cut by munmap and mprotect keep what was outside", () => {
    const { newSpace } = setUp();
    const space = mapped(newSpace());
    for (let page = 0; page < PAGES; page++) put(space, BASE + page * PAGE_SIZE, page + 1);
    space.unmap(BASE + 2 * PAGE_SIZE, BASE + 4 * PAGE_SIZE);
    expect(protect(space, PAGE_SIZE, 1)).toBe(0);
    expect(protect(space, 3 * PAGE_SIZE, 1)).toBe(E.ENOMEM);
    const values = Array.from({ length: PAGES }, (_, page) => get(space, BASE + page * PAGE_SIZE));
    expect(values).toEqual([1, 2, undefined, undefined, 5, 6, 7, 8]);
    expect(put(space, BASE, 9)).toBe(false);
    // As Linux does it: what lies before the hole has its new rights all the same.
    expect(put(space, BASE + PAGE_SIZE, 9)).toBe(false);
    expect(put(space, BASE + 4 * PAGE_SIZE, 9)).toBe(true);
  });

  it("that are writable again after being read-only keep their bytes", () => {
    const { newSpace } = setUp();
    const space = mapped(newSpace());
    put(space, BASE, 7);
    protect(space, PAGE_SIZE, 0);
    expect(get(space, BASE)).toBeUndefined();
    protect(space, PAGE_SIZE, READ_WRITE);
    expect([get(space, BASE), put(space, BASE, 8), get(space, BASE)]).toEqual([7, true, 8]);
  });

  it("give no address twice: gaps that are found are free", () => {
    const { newSpace } = setUp();
    const space = mapped(newSpace());
    for (let n = 1; n < 20; n++) {
      const length = n * PAGE_SIZE;
      const gap = space.findGap(length)!;
      expect(space.isFree(gap, gap + length)).toBe(true);
      space.insert(new Vma(gap, gap + length, READ_WRITE, `${n}`));
    }
  });

  it("without memory fail cleanly", () => {
    const { frames, newSpace } = setUp(8);
    const space = mapped(newSpace());
    const written = Array.from({ length: PAGES }, (_, page) => put(space, BASE + page * PAGE_SIZE, 1));
    expect(written).toContain(false);
    space.release();
    expect(frames.inUse).toBe(0);
  });
});
