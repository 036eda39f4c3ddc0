/**
 * A processor in ring 3 whose whole address space is written from a trace: four levels of page tables, every page
 * readable, writable and executable. No kernel, no IDT: an exception is caught as its delivery begins.
 */
import { Cpu } from "../../src/machine/cpu/cpu.js";
import { EFER } from "../../src/machine/cpu/state.js";
import { FS, GS } from "../../src/machine/isa/registers.js";
import { enterLongMode, startAt } from "../../src/machine/long-mode.js";
import type { Engine } from "../../src/machine/machine.js";
import { entryFor } from "../../src/machine/memory/map-page.js";
import { PTE } from "../../src/machine/memory/page-table.js";
import { PAGE_SIZE, PhysicalMemory } from "../../src/machine/memory/physical-memory.js";
import { REGISTER, REGISTERS, X87 } from "./trace-file.js";

const ROOT = 0x1000;
const PRESENT_WRITABLE_USER = 7n;
const FRAME = 0xf_ffff_ffff_f000n;

export class TraceMachine {
  readonly cpu: Cpu;
  /** The vector of the first exception. */
  caught: { vector: number; detail: string | undefined } | undefined;
  private readonly memory: PhysicalMemory;
  private nextFrame = ROOT + PAGE_SIZE;

  constructor(engine: Engine, size = 64 << 20) {
    this.memory = new PhysicalMemory(size);
    this.cpu = new Cpu(this.memory);
    if (engine === "translator") this.cpu.useTranslator();
    enterLongMode(this.cpu, { root: ROOT, efer: EFER.SCE, idtr: { base: 0n, limit: 0 } });
    startAt(this.cpu, { ring: 3, code: 0x33, data: 0x2b, rip: 0n, rsp: 0n });
    this.cpu.observer = {
      delivered: (vector, _errorCode, _source, detail) => {
        this.caught ??= { vector, detail };
      },
    };
    this.cpu.restore(this.cpu.snapshot());
  }

  /** A page of zeros at `linear`. */
  map(linear: bigint): void {
    this.memory.write64(this.entry(linear), BigInt(this.newFrame()) | PRESENT_WRITABLE_USER);
  }

  unmap(linear: bigint): void {
    this.memory.write64(this.entry(linear), 0n);
  }

  /** Bytes within one page. */
  write(linear: bigint, bytes: Uint8Array): void {
    this.memory.writeBytes(this.frameOf(linear), bytes);
  }

  page(linear: bigint): Uint8Array {
    return this.memory.readBytes(this.frameOf(linear), PAGE_SIZE);
  }

  /** Takes `registers`, numbered as in a trace, and forgets everything derived from older state. */
  put(registers: readonly bigint[]): void {
    const { state, system } = this.cpu;
    for (let n = 0; n < 16; n++) {
      state.general[n] = registers[n]!;
      state.vectors[2 * n] = BigInt.asUintN(64, registers[REGISTER.XMM + n]!);
      state.vectors[2 * n + 1] = registers[REGISTER.XMM + n]! >> 64n;
    }
    system.segments[FS]!.base = registers[REGISTER.FS]!;
    system.segments[GS]!.base = registers[REGISTER.GS]!;
    system.mxcsr = Number(registers[REGISTER.MXCSR]);
    this.cpu.restore(this.cpu.snapshot());
    this.cpu.flags = Number(registers[REGISTER.FLAGS]);
    this.cpu.rip = registers[REGISTER.RIP]!;
  }

  /** All registers, numbered as in a trace. */
  registers(): bigint[] {
    const { state, system, rip, flags } = this.cpu;
    const { x87, vectors } = state;
    const values = new Array<bigint>(REGISTERS).fill(0n);
    for (let n = 0; n < 16; n++) {
      values[n] = state.general[n]!;
      values[REGISTER.XMM + n] = vectors[2 * n]! | (vectors[2 * n + 1]! << 64n);
    }
    values[REGISTER.RIP] = rip;
    values[REGISTER.FLAGS] = BigInt(flags);
    values[REGISTER.FS] = system.segments[FS]!.base;
    values[REGISTER.GS] = system.segments[GS]!.base;
    values[REGISTER.MXCSR] = BigInt(system.mxcsr);
    let used = 0;
    for (let n = 0; n < 8; n++) {
      const register = (x87.top + n) & 7;
      values[X87.ST + n] = x87.significands[register]! | (BigInt(x87.signExponents[register]!) << 64n);
      if (((x87.tags >> (n * 2)) & 3) !== 3) used |= 1 << n;
    }
    values[X87.CONTROL] = BigInt(x87.control);
    values[X87.STATUS] = BigInt(x87.status | (x87.top << 11));
    values[X87.TAGS] = BigInt(used);
    return values;
  }

  private newFrame(): number {
    const frame = this.nextFrame;
    this.nextFrame += PAGE_SIZE;
    if (this.nextFrame > this.memory.size)
      throw new Error("the trace needs more memory than its machine has");
    this.memory.fill(frame, PAGE_SIZE);
    return frame;
  }

  /** Where the entry of the lowest table for `linear` lies; tables on the way are made. */
  private entry(linear: bigint): number {
    const takeTable = () => this.newFrame();
    return entryFor({ memory: this.memory, root: ROOT, tableBits: PTE.US, takeTable }, linear);
  }

  private frameOf(linear: bigint): number {
    return Number(this.memory.read64(this.entry(linear)) & FRAME) + Number(linear & 4095n);
  }
}
