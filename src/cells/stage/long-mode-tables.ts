/**
 * A processor in long mode without any operating system: the tables that it needs, written into memory as a loader
 * would, every gate leading to a `hlt`. A cell's program comes on top.
 * Source: Intel SDM Vol. 3A §3.4.5 (descriptors), §4.5 (paging), §6.14 (gates), §7.7 (TSS), §10.8.5 (leaving real mode).
 * Leaves out: how a processor gets there from reset (`firmware/`).
 *
 *     physical  0x1000 GDT · 0x2000 IDT · 0x3000 TSS · 0x4000 stop stubs · 0x6000 stack of ring 0 · 0x8000 stack IST1 ·
 *               0x10000 page tables · 0x100000 what is loaded
 *     linear    0xffffffff80000000 + physical: all of the first 2 MiB, for rings 0 to 2
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { interruptGate, segmentDescriptor, tssDescriptor } from "../../machine/cpu/descriptors.js";
import { CR4 } from "../../machine/cpu/state.js";
import { enterLongMode, startAt } from "../../machine/long-mode.js";
import { entryFor, type PageTableWriter } from "../../machine/memory/map-page.js";
import { PTE } from "../../machine/memory/page-table.js";
import type { Ring } from "../../views/machine-state.js";

/** Linear address of physical 0, for the kernel's rings. */
export const SYSTEM_BASE = 0xffffffff80000000n;
export const STACK_TOP = SYSTEM_BASE + 0x8000n;
export const IST1_TOP = SYSTEM_BASE + 0xa000n;

const GDT = 0x1000;
const IDT = 0x2000;
const TSS = 0x3000;
const STOPS = 0x4000;
const STOP_SIZE = 4;
const TSS_LIMIT = 103;
const PAGE_TABLES = 0x10000;
/** The first physical page for what is loaded. */
const FIRST_FREE = 0x100000;

/** Selectors by ring: code, data. Rings 0 and 3 have Linux's numbers. */
export const SELECTORS: Readonly<Record<Ring, { code: number; data: number }>> = {
  0: { code: 0x10, data: 0x18 },
  1: { code: 0x41, data: 0x49 },
  2: { code: 0x52, data: 0x5a },
  3: { code: 0x33, data: 0x2b },
};
const TSS_SELECTOR = 0x60;

/** Linear address of the `hlt` to which the gate of `vector` leads until somebody fills it. */
export function stopAddress(vector: number): bigint {
  return SYSTEM_BASE + BigInt(STOPS + vector * STOP_SIZE);
}

/** The vector whose stop is at `address`, or undefined. */
export function stoppedVector(address: bigint): number | undefined {
  const offset = address - stopAddress(0);
  return offset >= 0n && offset < BigInt(256 * STOP_SIZE) ? Number(offset) >> 2 : undefined;
}

/** Linear address of the gate of `vector`. */
export function gateAddress(vector: number): bigint {
  return SYSTEM_BASE + BigInt(IDT + vector * 16);
}

/** The 16 bytes of a gate into ring 0. */
export function gateBytes(offset: bigint, dpl: Ring): Uint8Array {
  return new Uint8Array(BigUint64Array.of(...interruptGate(SELECTORS[0].code, offset, { dpl })).buffer);
}

/** Maps pages and writes tables; one for each machine. */
export class LongModeTables {
  private freeTable = PAGE_TABLES + 0x1000;
  private freeFrame = FIRST_FREE;

  constructor(private readonly cpu: Cpu) {
    this.mapSystem();
    this.writeDescriptors();
    this.writeGates();
    this.switchOn();
  }

  /** Gives memory to the pages from `linear` on, where they have none, and returns their number. */
  map(linear: bigint, length: number, user: boolean): void {
    const first = linear & ~0xfffn;
    for (let page = first; page < linear + BigInt(length); page += 0x1000n) this.mapPage(page, user);
  }

  /** Physical address of the entry for a page of what is loaded. */
  entryOf(linear: bigint): number {
    return entryFor(this.tables(PTE.US), linear);
  }

  private mapPage(linear: bigint, user: boolean): void {
    const { memory } = this.cpu;
    const at = this.entryOf(linear);
    if ((memory.read32(at) & PTE.P) !== 0) return;
    if (this.freeFrame >= memory.size)
      throw new RangeError("the program does not fit into the cell's memory");
    memory.write64(at, BigInt(this.freeFrame | PTE.P | PTE.RW | (user ? PTE.US : 0)));
    this.freeFrame += 0x1000;
  }

  private tables(tableBits: number): PageTableWriter {
    const takeTable = () => {
      this.freeTable += 0x1000;
      return this.freeTable - 0x1000;
    };
    return { memory: this.cpu.memory, root: PAGE_TABLES, tableBits, takeTable };
  }

  /** The first 2 MiB at SYSTEM_BASE, in one large page. */
  private mapSystem(): void {
    const at = entryFor(this.tables(0), SYSTEM_BASE, 2);
    this.cpu.memory.write64(at, BigInt(PTE.P | PTE.RW | PTE.PS));
  }

  private writeDescriptors(): void {
    const { memory } = this.cpu;
    for (const ring of [0, 1, 2, 3] as const) {
      const { code, data } = SELECTORS[ring];
      memory.write64(GDT + (code & ~7), segmentDescriptor({ code: true, dpl: ring }));
      memory.write64(GDT + (data & ~7), segmentDescriptor({ code: false, dpl: ring }));
    }
    tssDescriptor(SYSTEM_BASE + BigInt(TSS), TSS_LIMIT).forEach((half, n) => {
      memory.write64(GDT + TSS_SELECTOR + n * 8, half);
    });
    for (const level of [0, 1, 2]) memory.write64(TSS + 4 + level * 8, STACK_TOP);
    memory.write64(TSS + 0x24, IST1_TOP);
    memory.write16(TSS + 0x66, TSS_LIMIT + 1);
  }

  /** Each gate leads to a stop of its own; only INT3, INTO and the end of the program may be called by ring 3. */
  private writeGates(): void {
    const { memory } = this.cpu;
    for (let vector = 0; vector < 256; vector++) {
      // hlt; jmp to it again: after an interrupt that nobody expects.
      memory.writeBytes(STOPS + vector * STOP_SIZE, Uint8Array.of(0xf4, 0xeb, 0xfd, 0x90));
      memory.writeBytes(IDT + vector * 16, gateBytes(stopAddress(vector), isCallable(vector) ? 3 : 0));
    }
  }

  private switchOn(): void {
    enterLongMode(this.cpu, {
      root: PAGE_TABLES,
      cr4: CR4.PGE,
      gdtr: { base: SYSTEM_BASE + BigInt(GDT), limit: TSS_SELECTOR + 15 },
      idtr: { base: SYSTEM_BASE + BigInt(IDT), limit: 256 * 16 - 1 },
      task: { selector: TSS_SELECTOR, base: SYSTEM_BASE + BigInt(TSS), limit: TSS_LIMIT },
    });
  }

  /** Puts the processor into `ring`, about to run at `rip`. */
  start(ring: Ring, rip: bigint, rsp: bigint, flags: number): void {
    startAt(this.cpu, { ring, ...SELECTORS[ring], rip, rsp, flags });
  }
}

/** #BP and #OF, which INT3 and INTO raise in any ring, and the end of the program. */
export function isCallable(vector: number): boolean {
  return vector === 3 || vector === 4 || vector === END_VECTOR;
}

/** `int 0xff` stands behind the last instruction of a program. */
export const END_VECTOR = 0xff;
