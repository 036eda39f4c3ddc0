/** Which pages were written since somebody told the kernel to forget. Not every real kernel can tell; ours is asked by itself. */
import { describe, expect, it } from "vitest";
import { AddressSpace } from "../../../src/kernel/mm/address-space.js";
import { FrameAllocator } from "../../../src/kernel/mm/frames.js";
import { clearReferences, pagemap } from "../../../src/kernel/mm/pagemap.js";
import { UserMemory } from "../../../src/kernel/mm/user-memory.js";
import { Vma } from "../../../src/kernel/mm/vma.js";
import { PAGE_SIZE, PhysicalMemory } from "../../../src/machine/memory/physical-memory.js";

const BASE = 0x400000;
const PAGES = 8;
const SOFT_DIRTY = 4;

function mapped(): { space: AddressSpace; frames: FrameAllocator } {
  const memory = new PhysicalMemory(400 * PAGE_SIZE);
  const frames = new FrameAllocator(memory, 1, 400);
  const space = new AddressSpace(memory, frames, frames.allocate()!);
  space.insert(new Vma(BASE, BASE + PAGES * PAGE_SIZE, 3));
  return { space, frames };
}

/** The numbers of the pages that are told as written. */
function dirty(space: AddressSpace): number[] {
  const words = pagemap(space, BASE, BASE + PAGES * PAGE_SIZE, true);
  return [...words.keys()].filter((n) => ((words[n]! >> 55n) & 1n) === 1n);
}

const write = (space: AddressSpace, page: number): boolean =>
  new UserMemory(space).write(BASE + page * PAGE_SIZE, Uint8Array.of(1));

describe("soft-dirty pages", () => {
  it("are all of a new mapping, and after clear_refs those that are written", () => {
    const { space } = mapped();
    for (let page = 0; page < 4; page++) write(space, page);
    expect(dirty(space)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(clearReferences(space, SOFT_DIRTY)).toBe(0);
    expect(dirty(space)).toEqual([]);
    new UserMemory(space).read(BASE, PAGES * PAGE_SIZE);
    expect(dirty(space)).toEqual([]);
    write(space, 2);
    write(space, 6);
    expect(dirty(space)).toEqual([2, 6]);
  });

  it("keep their frames when they are written again", () => {
    const { space, frames } = mapped();
    write(space, 0);
    const before = frames.inUse;
    clearReferences(space, SOFT_DIRTY);
    write(space, 0);
    expect(frames.inUse).toBe(before);
    expect(dirty(space)).toEqual([0]);
  });
});
