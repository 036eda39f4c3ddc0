/**
 * A processor in ring 3 with a few mapped pages and nothing else: no IDT, so an exception is caught as its delivery
 * begins, with all registers as the instruction left them.
 */
import { Cpu, type CpuSnapshot } from "../../src/machine/cpu/cpu.js";
import { EFER } from "../../src/machine/cpu/state.js";
import { enterLongMode, startAt } from "../../src/machine/long-mode.js";
import { PhysicalMemory } from "../../src/machine/memory/physical-memory.js";

/** `pages` pages from linear address `linear` (below 1 GiB), backed from physical address `frame` on. */
export interface Mapping {
  linear: number;
  frame: number;
  pages: number;
  writable: boolean;
}

/** An exception that the processor was about to deliver. */
export interface CaughtException {
  vector: number;
  errorCode: number | undefined;
  /** CR2 of a page fault. */
  address: bigint | undefined;
}

const PRESENT_WRITABLE_USER = 7n;
const PRESENT_USER = 5n;
const FIRST_TABLE = 0x4000;

export class UserCpu {
  readonly cpu = new Cpu(new PhysicalMemory(1 << 20));
  /** The first exception since `clear`. */
  caught: CaughtException | undefined;
  private readonly pristine: CpuSnapshot;

  constructor(mappings: readonly Mapping[]) {
    const { memory } = this.cpu;
    map(memory, mappings);
    const none = { base: 0n, limit: 0 };
    enterLongMode(this.cpu, { root: 0x1000, efer: EFER.SCE, gdtr: none, idtr: none });
    startAt(this.cpu, { ring: 3, code: 0x33, data: 0x2b, rip: 0n, rsp: 0n });
    this.cpu.observer = {
      delivered: (vector, errorCode) => {
        this.caught ??= { vector, errorCode, address: vector === 14 ? this.cpu.system.cr2 : undefined };
      },
    };
    this.pristine = this.cpu.snapshot();
    this.reset();
  }

  /** The processor as it was made, in ring 3; memory stays. */
  reset(): void {
    this.cpu.restore(this.pristine);
    this.caught = undefined;
  }

  /** After memory and state were written: forgets the last exception and everything derived from the old state. */
  clear(): void {
    const { cpu } = this;
    cpu.restore({ ...cpu.snapshot(), shutDownReason: undefined, shadow: false, stepped: false });
    this.caught = undefined;
  }

  /** One instruction, or one iteration of a REP instruction. */
  step(): void {
    this.cpu.run(this.cpu.time + 1);
  }
}

/** Page tables: PML4 at 0x1000, PDPT, PD, and a page table for each 2 MiB in use. */
function map(memory: PhysicalMemory, mappings: readonly Mapping[]): void {
  memory.write64(0x1000, 0x2000n | PRESENT_WRITABLE_USER);
  memory.write64(0x2000, 0x3000n | PRESENT_WRITABLE_USER);
  const tables = new Map<number, number>();
  for (const { linear, frame, pages, writable } of mappings) {
    for (let n = 0; n < pages; n++) {
      const page = (linear >>> 12) + n;
      const region = page >>> 9;
      const table = tables.get(region) ?? FIRST_TABLE + tables.size * 0x1000;
      tables.set(region, table);
      memory.write64(0x3000 + region * 8, BigInt(table) | PRESENT_WRITABLE_USER);
      memory.write64(
        table + (page & 511) * 8,
        BigInt(frame + n * 4096) | (writable ? PRESENT_WRITABLE_USER : PRESENT_USER),
      );
    }
  }
}
