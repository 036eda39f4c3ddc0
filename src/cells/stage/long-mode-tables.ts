/**
 * A processor in long mode without any operating system: the tables that it needs, written into memory as a loader
 * would, every gate leading to a `hlt`. A cell's program comes on top.
 * Source: Intel SDM Vol. 3A §3.4.5 (descriptors), §4.5 (paging), §6.14 (gates), §7.7 (TSS), §10.8.5 (leaving real mode).
 * Leaves out: how a processor gets there from reset; the firmware is assumed to have done that.
 *
 *     physical  0x1000 GDT · 0x2000 IDT · 0x3000 TSS · 0x4000 stop stubs · 0x6000 stack of ring 0 · 0x8000 stack IST1 ·
 *               0x10000 page tables · 0x100000 what is loaded
 *     linear    0xffffffff80000000 + physical: all of the first 2 MiB, for rings 0 to 2
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { CR0, CR4, EFER } from "../../machine/cpu/state.js";
import { CS, RSP, SS } from "../../machine/isa/registers.js";
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

/** The 16 bytes of a gate; see the drawing in `views/idt.ts`. */
export function gateBytes(offset: bigint, dpl: Ring): number[] {
  const byte = (n: number) => Number((offset >> BigInt(8 * n)) & 0xffn);
  const selector = SELECTORS[0].code;
  return [
    ...[byte(0), byte(1), selector, 0, 0, 0x8e | (dpl << 5), byte(2), byte(3)],
    ...[byte(4), byte(5), byte(6), byte(7), 0, 0, 0, 0],
  ];
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

  private mapPage(linear: bigint, user: boolean): void {
    const { memory } = this.cpu;
    let table = PAGE_TABLES;
    for (const shift of [39n, 30n, 21n]) {
      const at = table + Number((linear >> shift) & 511n) * 8;
      if ((memory.read32(at) & PTE.P) === 0) {
        memory.write64(at, BigInt(this.freeTable | PTE.P | PTE.RW | PTE.US));
        this.freeTable += 0x1000;
      }
      table = Number(memory.read64(at) & 0xffffffff000n);
    }
    const at = table + Number((linear >> 12n) & 511n) * 8;
    if ((memory.read32(at) & PTE.P) !== 0) return;
    if (this.freeFrame >= memory.size)
      throw new RangeError("the program does not fit into the cell's memory");
    memory.write64(at, BigInt(this.freeFrame | PTE.P | PTE.RW | (user ? PTE.US : 0)));
    this.freeFrame += 0x1000;
  }

  /** The first 2 MiB at SYSTEM_BASE, in one large page. */
  private mapSystem(): void {
    const { memory } = this.cpu;
    const index = (shift: bigint) => Number((SYSTEM_BASE >> shift) & 511n) * 8;
    const [pdpt, directory] = [this.freeTable, this.freeTable + 0x1000];
    this.freeTable += 0x2000;
    memory.write64(PAGE_TABLES + index(39n), BigInt(pdpt | PTE.P | PTE.RW));
    memory.write64(pdpt + index(30n), BigInt(directory | PTE.P | PTE.RW));
    memory.write64(directory + index(21n), BigInt(PTE.P | PTE.RW | PTE.PS));
  }

  private writeDescriptors(): void {
    const { memory } = this.cpu;
    for (const ring of [0, 1, 2, 3] as const) {
      const access = BigInt(0x90 | (ring << 5)) << 40n;
      memory.write64(GDT + (SELECTORS[ring].code & ~7), (0xan << 40n) | access | (1n << 53n));
      memory.write64(GDT + (SELECTORS[ring].data & ~7), (0x2n << 40n) | access);
    }
    const base = SYSTEM_BASE + BigInt(TSS);
    const low = 103n | ((base & 0xffffffn) << 16n) | (0x8bn << 40n) | (((base >> 24n) & 0xffn) << 56n);
    memory.write64(GDT + TSS_SELECTOR, low);
    memory.write64(GDT + TSS_SELECTOR + 8, base >> 32n);
    for (const level of [0, 1, 2]) memory.write64(TSS + 4 + level * 8, STACK_TOP);
    memory.write64(TSS + 0x24, IST1_TOP);
    memory.write16(TSS + 0x66, 104);
  }

  /** Each gate leads to a stop of its own; only INT3, INTO and the end of the program may be called by ring 3. */
  private writeGates(): void {
    const { memory } = this.cpu;
    for (let vector = 0; vector < 256; vector++) {
      // hlt; jmp to it again: after an interrupt that nobody expects.
      memory.writeBytes(STOPS + vector * STOP_SIZE, Uint8Array.of(0xf4, 0xeb, 0xfd, 0x90));
      const dpl = vector === 3 || vector === 4 || vector === END_VECTOR ? 3 : 0;
      memory.writeBytes(IDT + vector * 16, Uint8Array.from(gateBytes(stopAddress(vector), dpl)));
    }
  }

  private switchOn(): void {
    const { system } = this.cpu;
    system.cr0 = CR0.PE | CR0.MP | CR0.ET | CR0.NE | CR0.WP | CR0.AM | CR0.PG;
    system.cr3 = BigInt(PAGE_TABLES);
    system.cr4 = CR4.PAE | CR4.PGE | CR4.OSFXSR | CR4.OSXMMEXCPT;
    system.efer = EFER.LME | EFER.LMA | EFER.NXE;
    system.gdtr = { base: SYSTEM_BASE + BigInt(GDT), limit: TSS_SELECTOR + 15 };
    system.idtr = { base: SYSTEM_BASE + BigInt(IDT), limit: 256 * 16 - 1 };
    system.tr = { selector: TSS_SELECTOR, base: SYSTEM_BASE + BigInt(TSS), limit: 103, attributes: 0x8b };
    this.cpu.pagingChanged();
  }

  /** Puts the processor into `ring`, about to run at `rip`. */
  start(ring: Ring, rip: bigint, rsp: bigint, flags: number): void {
    const { cpu } = this;
    const { segments } = cpu.system;
    const access = 0x90 | (ring << 5);
    segments[CS] = {
      selector: SELECTORS[ring].code,
      base: 0n,
      limit: 0xffffffff,
      attributes: 0xa000 | access | 0xb,
    };
    segments[SS] = {
      selector: SELECTORS[ring].data,
      base: 0n,
      limit: 0xffffffff,
      attributes: 0xc000 | access | 3,
    };
    cpu.setPrivilege(ring);
    cpu.state.general[RSP] = rsp;
    cpu.flags = flags;
    cpu.rip = rip;
  }
}

/** `int 0xff` stands behind the last instruction of a program. */
export const END_VECTOR = 0xff;
