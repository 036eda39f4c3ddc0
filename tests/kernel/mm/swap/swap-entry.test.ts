/** The format of swap entries, against Linux's own formula in 64 bits. */
import { describe, expect, it } from "vitest";
import { FrameAllocator } from "../../../../src/kernel/mm/frames.js";
import { PageTables } from "../../../../src/kernel/mm/page-tables.js";
import {
  decodeSwapEntry,
  encodeSwapEntry,
  isExclusive,
  MAX_SWAPFILES,
  swapEntry,
  swapOffset,
  swapType,
} from "../../../../src/kernel/mm/swap/swap-entry.js";
import { type PagingMode, walk } from "../../../../src/machine/memory/page-table.js";
import { PAGE_SIZE, PhysicalMemory } from "../../../../src/machine/memory/physical-memory.js";
import { READ } from "../../../../src/machine/memory/tlb.js";

/** __swp_entry of arch/x86/include/asm/pgtable_64.h: SWP_TYPE_BITS 5, SWP_OFFSET_SHIFT 14. */
function linuxEntry(type: number, offset: number): bigint {
  const inverted = BigInt.asUintN(64, ~BigInt(offset));
  return (BigInt.asUintN(64, inverted << 14n) >> 5n) | BigInt.asUintN(64, BigInt(type) << 59n);
}

const places = Array.from({ length: 2000 }, (_, n) => ({
  type: (n * 7) % MAX_SWAPFILES,
  offset: n < 64 ? n + 1 : (Math.imul(n, 2654435761) >>> 0) * (n % 3 === 0 ? 64 : 1),
}));

describe("a swap entry", () => {
  it("is Linux's for x86-64, bit for bit", () => {
    for (const { type, offset } of places) {
      const { low, high } = encodeSwapEntry(swapEntry(type, offset), false);
      expect((BigInt(high) << 32n) | BigInt(low)).toBe(linuxEntry(type, offset));
    }
  });

  it("says which area and which page of it, whether or not it is marked as exclusive", () => {
    for (const { type, offset } of places) {
      for (const exclusive of [false, true]) {
        const { low, high } = encodeSwapEntry(swapEntry(type, offset), exclusive);
        const entry = decodeSwapEntry(low, high)!;
        expect([swapType(entry), swapOffset(entry), isExclusive(low)]).toEqual([type, offset, exclusive]);
      }
    }
  });

  it("is never present to the processor, nor taken for an empty entry", () => {
    const memory = new PhysicalMemory(64 * PAGE_SIZE);
    const frames = new FrameAllocator(memory, 1, 64);
    const tables = new PageTables(memory, frames, frames.allocate()!);
    tables.map(0x400000, frames.allocate()!, 7);
    const at = tables.find(0x400000);
    const mode: PagingMode = {
      ...{ enabled: true, levels: 4, root: tables.root * PAGE_SIZE, writeProtect: true },
      ...{ noExecute: true, smep: false, smap: false },
    };
    for (const { type, offset } of places) {
      const { low, high } = encodeSwapEntry(swapEntry(type, offset), true);
      memory.write32(at, low);
      memory.write32(at + 4, high);
      expect(walk(memory, mode, 0x400000, 0, READ, true, true, false).error).toBe(4);
      expect(tables.swapEntry(at)).toBe(swapEntry(type, offset));
    }
  });
});
