/**
 * A machine in long mode for tests of system features, in the manner of kvm-unit-tests: code in our assembler for ring 0 or
 * ring 3, and an IDT in which every gate leads to a HLT of its own, so that whatever happens ends in a known place with the
 * exception's frame on the stack.
 *
 *     physical = linear for ring 0 (first 4 MiB) · 0x1000 GDT · 0x2000 IDT · 0x3000 TSS · 0x5000 stops · 0x10000 page tables
 *     0x100000 code (for ring 3 too) · 0x200000 data · stack of ring 0 below 0x80000, of ring 3 below 0x300000
 */

import { interruptGate, segmentDescriptor, tssDescriptor } from "../../../src/machine/cpu/descriptors.js";
import { GuestFault } from "../../../src/machine/cpu/guest-fault.js";
import { CR4, EFER } from "../../../src/machine/cpu/state.js";
import { RSP } from "../../../src/machine/isa/registers.js";
import { enterLongMode, startAt } from "../../../src/machine/long-mode.js";
import { Machine, type MachineOptions } from "../../../src/machine/machine.js";
import { PTE } from "../../../src/machine/memory/page-table.js";
import { assemble } from "../../../src/toolchain/assembler/assemble.js";

export const GDT = 0x1000;
export const IDT = 0x2000;
export const TSS = 0x3000;
const STOPS = 0x5000;
const STOP_SIZE = 16;
const ROOT = 0x10000;
const PAGE_TABLES = 0x13000;
/** With five levels, the root. */
export const ROOT_5 = 0x18000;
export const CODE = 0x100000;
export const DATA = 0x200000;
export const STACK_0 = 0x80000;
export const STACK_3 = 0x300000;
export const IST_1 = 0x90000;
const SELECTOR = { code0: 0x10, data0: 0x18, data3: 0x2b, code3: 0x33, tss: 0x40 } as const;
const TSS_SIZE = 104;

/** What a stop found. */
export interface Stop {
  vector: number;
  errorCode: number | undefined;
  rip: bigint;
  cs: number;
  flags: number;
  rsp: bigint;
  ss: number;
  cr2: bigint;
  /** Where the frame was pushed. */
  frame: bigint;
}

const WITH_CODE = new Set([8, 10, 11, 12, 13, 14, 17]);

export class BareMachine {
  readonly machine: Machine;
  /** Labels of the code that was loaded. */
  symbols: ReadonlyMap<string, bigint> = new Map();

  /** With the engine "translator" what is loaded is translated at once, however seldom it will run. */
  constructor(private readonly options: MachineOptions = {}) {
    this.machine = Machine.create({ ram: 4 << 20, ...options });
    const { memory } = this.machine;
    const put = (selector: number, value: bigint) => memory.write64(GDT + (selector & ~7), value);
    put(SELECTOR.code0, segmentDescriptor({ code: true, dpl: 0 }));
    put(SELECTOR.data0, segmentDescriptor({ code: false, dpl: 0 }));
    put(SELECTOR.data3, segmentDescriptor({ code: false, dpl: 3 }));
    put(SELECTOR.code3, segmentDescriptor({ code: true, dpl: 3 }));
    const [low, high] = tssDescriptor(BigInt(TSS), TSS_SIZE - 1);
    put(SELECTOR.tss, low);
    put(SELECTOR.tss + 8, high);
    memory.write64(TSS + 4, BigInt(STACK_0));
    memory.write64(TSS + 0x24, BigInt(IST_1));
    memory.write16(TSS + 102, TSS_SIZE);
    for (let vector = 0; vector < 256; vector++) {
      // HLT, and a jump back to it: an interrupt must not run on.
      memory.writeBytes(STOPS + vector * STOP_SIZE, Uint8Array.of(0xf4, 0xeb, 0xfd));
      this.setGate(vector, {});
    }
    this.mapIdentity();
    this.switchOn();
  }

  setGate(vector: number, options: { dpl?: number; ist?: number; trap?: boolean; handler?: bigint }): void {
    const { memory } = this.machine;
    const [low, high] = interruptGate(
      SELECTOR.code0,
      options.handler ?? BigInt(STOPS + vector * STOP_SIZE),
      options,
    );
    memory.write64(IDT + vector * 16, low);
    memory.write64(IDT + vector * 16 + 8, high);
  }

  /** Physical address of the page-table entry of a linear address below 4 MiB. */
  entryOf(linear: number): number {
    return PAGE_TABLES + (linear >>> 12) * 8;
  }

  setEntry(linear: number, entry: bigint): void {
    this.machine.memory.write64(this.entryOf(linear), entry);
    this.machine.cpu.flushTranslations();
  }

  private mapIdentity(): void {
    const { memory } = this.machine;
    const table = BigInt(PTE.P | PTE.RW | PTE.US);
    memory.write64(ROOT, BigInt(ROOT + 0x1000) | table);
    memory.write64(ROOT + 0x1000, BigInt(ROOT + 0x2000) | table);
    for (let n = 0; n < 2; n++)
      memory.write64(ROOT + 0x2000 + n * 8, BigInt(PAGE_TABLES + n * 0x1000) | table);
    for (let page = 0; page < 1024; page++) {
      const user = page * 4096 >= CODE ? PTE.US : 0;
      memory.write64(PAGE_TABLES + page * 8, BigInt(page * 4096 + (PTE.P | PTE.RW | user)));
    }
  }

  /** Five levels from now on: the old root is the first entry of a new one. */
  useFiveLevels(): this {
    const { cpu, memory } = this.machine;
    memory.write64(ROOT_5, BigInt(ROOT | PTE.P | PTE.RW | PTE.US));
    cpu.system.cr4 |= CR4.LA57;
    cpu.system.cr3 = BigInt(ROOT_5);
    cpu.pagingChanged();
    return this;
  }

  private switchOn(): void {
    enterLongMode(this.machine.cpu, {
      root: ROOT,
      efer: EFER.SCE,
      gdtr: { base: BigInt(GDT), limit: 0x4f },
      idtr: { base: BigInt(IDT), limit: 0xfff },
      task: { selector: SELECTOR.tss, base: BigInt(TSS), limit: TSS_SIZE - 1 },
    });
  }

  /** Assembles `source` at CODE and begins it in a ring; flags default to reserved bit 1 only. */
  load(source: string, ring: 0 | 3 = 0, flags = 2): this {
    const assembly = assemble(`.intel_syntax noprefix\n${source}`, { base: BigInt(CODE) });
    if (!assembly.ok)
      throw new Error(assembly.errors.map((one) => `line ${one.line}: ${one.reason}`).join("; "));
    const { cpu, memory } = this.machine;
    for (const { address, bytes } of assembly.sections) memory.writeBytes(Number(address), bytes);
    this.symbols = assembly.symbols;
    const [code, data, stack] =
      ring === 0 ? [SELECTOR.code0, SELECTOR.data0, STACK_0] : [SELECTOR.code3, SELECTOR.data3, STACK_3];
    startAt(cpu, { ring, code, data, rip: assembly.entry, rsp: BigInt(stack), flags });
    if (this.options.engine === "translator") this.translate();
    return this;
  }

  /** Code that cannot be fetched is none to be translated. */
  private translate(): void {
    try {
      this.machine.cpu.translateHere();
    } catch (caught) {
      if (!(caught instanceof GuestFault)) throw caught;
    }
  }

  /** Address of a label, as a number. */
  at(label: string): bigint {
    const found = this.symbols.get(label);
    if (found === undefined) throw new Error(`no label ${label}`);
    return found;
  }

  /** Runs until the processor halts for good. */
  run(limit = 100_000): ReturnType<Machine["run"]> {
    return this.machine.run(this.machine.cpu.time + limit);
  }

  /** Runs until a gate's stop is reached, and reads its frame. */
  runToStop(limit = 100_000): Stop {
    const result = this.run(limit);
    const { cpu, memory } = this.machine;
    const vector = (Number(cpu.rip) - STOPS) / STOP_SIZE;
    if (result.reason !== "halted" || vector < 0 || vector >= 256) {
      throw new Error(`no stop: ${result.reason} at 0x${cpu.rip.toString(16)}, ${cpu.shutDownReason ?? ""}`);
    }
    const frame = cpu.state.general[RSP]!;
    const number = Math.floor(vector);
    const word = (n: number) => memory.read64(Number(frame) + n * 8);
    const skip = WITH_CODE.has(number) ? 1 : 0;
    return {
      vector: number,
      errorCode: skip === 1 ? Number(word(0)) : undefined,
      rip: word(skip),
      cs: Number(word(skip + 1)),
      flags: Number(word(skip + 2)),
      rsp: word(skip + 3),
      ss: Number(word(skip + 4)),
      cr2: cpu.system.cr2,
      frame,
    };
  }
}
