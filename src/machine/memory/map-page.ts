/** Writing page tables: an entry for one page, and the tables that lead to it. Source: Intel SDM Vol. 3A §4.5. */
import { PTE } from "./page-table.js";
import type { PhysicalMemory } from "./physical-memory.js";

/** Physical address, in an entry. */
const ADDRESS = 0xfffff_f000n;

export interface PageTableWriter {
  readonly memory: PhysicalMemory;
  /** Physical address of the root. */
  readonly root: number;
  /** Levels to walk; 4 if not given. */
  readonly levels?: 4 | 5;
  /** Bits of the entries above the last one; the table is present and writable anyway. */
  readonly tableBits?: number;
  /** The physical address of a page of zeros for another table. */
  readonly takeTable: () => number;
}

/** Physical address of the entry for `linear` at `level` (1: 4 KiB, 2: 2 MiB, 3: 1 GiB); tables above are made when absent. */
export function entryFor(writer: PageTableWriter, linear: bigint, level: 1 | 2 | 3 = 1): number {
  const { memory, root, levels = 4, tableBits = 0, takeTable } = writer;
  let table = root;
  for (let above: number = levels; ; above--) {
    const at = table + Number((linear >> BigInt(12 + 9 * (above - 1))) & 511n) * 8;
    if (above === level) return at;
    if ((memory.read32(at) & PTE.P) === 0)
      memory.write64(at, BigInt(takeTable() + (PTE.P | PTE.RW | tableBits)));
    table = Number(memory.read64(at) & ADDRESS);
  }
}
