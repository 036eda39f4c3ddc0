/**
 * From a machine with empty memory to a kernel that waits for its first process: tables and text are put into
 * memory as a boot loader would, then the start-up code loads them with its own instructions.
 * Models Linux arch/x86/kernel/head_64.S and arch/x86/kernel/idt.c. Leaves out: the way through real and protected mode.
 */

import type { Cpu } from "../../machine/cpu/cpu.js";
import { interruptGate, segmentDescriptor, tssDescriptor } from "../../machine/cpu/descriptors.js";
import { enterLongMode, startAt } from "../../machine/long-mode.js";
import type { Machine } from "../../machine/machine.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { IDT_DOORS } from "../entry/doors.js";
import { kernelText, type StartupValues, stubName } from "../entry/stubs.js";
import {
  BOOT_STACK_PHYSICAL,
  directMap,
  ENTRY_AREA,
  GDT_PHYSICAL,
  IDT_PHYSICAL,
  KERNEL_TEXT,
  PER_CPU,
  PER_CPU_PHYSICAL,
  SELECTOR,
  TEXT_PHYSICAL,
  TSS_PHYSICAL,
} from "../layout.js";
import type { FrameAllocator } from "../mm/frames.js";
import { fixedCode } from "./fixed-code.js";
import { type KernelRoots, makeKernelTables } from "./kernel-tables.js";

/** What the kernel keeps of its own image. */
export interface KernelImage extends KernelRoots {
  /** Addresses of the stubs by name. */
  symbols: ReadonlyMap<string, bigint>;
  /** The source of the stubs, for listings. */
  source: string;
}

const TSS_SIZE = 104;
const GDT_SIZE = 0x50;
const IDT_SIZE = 256 * 16;
/** Where the TSS says which stack an entry from ring 3 begins on. */
export const TSS_RSP0 = 4;
/** Operands of LGDT and LIDT, behind the GDT. */
const POINTERS_PHYSICAL = GDT_PHYSICAL + 0x100;

export type TextOptions = Pick<StartupValues, "timerHertz" | "usesPcid" | "pti">;

/** Where the text is linked to. */
export const TEXT_ADDRESSES = { ".text": KERNEL_TEXT } as const;

/** The source of the kernel's machine code. */
export function textSource(options: TextOptions): string {
  return kernelText({
    gdtPointer: directMap(POINTERS_PHYSICAL),
    idtPointer: directMap(POINTERS_PHYSICAL + 16),
    finalGdtPointer: directMap(POINTERS_PHYSICAL + 32),
    perCpu: placesFor(options).perCpu,
    ...options,
  });
}

/** Puts the kernel into memory and the processor at its first instruction. */
export function load(machine: Machine, frames: FrameAllocator, options: TextOptions): KernelImage {
  const { memory, cpu } = machine;
  const places = placesFor(options);
  const source = textSource(options);
  const { bytes, symbols } = fixedCode(source, TEXT_ADDRESSES);
  memory.writeBytes(TEXT_PHYSICAL, bytes);
  writeDescriptorTables(memory, symbols, places);
  const roots = makeKernelTables(memory, frames, bytes.length, options.pti);
  if (options.pti) prepareEntryStack(memory);
  enterText(cpu, roots.root, symbols.get("startup")!);
  return { ...roots, symbols, source };
}

/** Where the processor finds its tables, and GS this CPU's variables. */
interface Places {
  readonly idt: bigint;
  readonly gdt: bigint;
  readonly tss: bigint;
  readonly perCpu: bigint;
}

const DIRECT_PLACES: Places = {
  idt: directMap(IDT_PHYSICAL),
  gdt: directMap(GDT_PHYSICAL),
  tss: directMap(TSS_PHYSICAL),
  perCpu: directMap(PER_CPU_PHYSICAL),
};

const placesFor = ({ pti }: TextOptions): Places => (pti ? ENTRY_AREA : DIRECT_PLACES);

/** What comes from programs by the IDT lands here, whichever task runs. */
function prepareEntryStack(memory: PhysicalMemory): void {
  const top = ENTRY_AREA.entryStack + BigInt(PAGE_SIZE);
  memory.write64(TSS_PHYSICAL + TSS_RSP0, top);
  memory.write64(PER_CPU_PHYSICAL + PER_CPU.entryStackTop, top);
}

function writeDescriptorTables(
  memory: PhysicalMemory,
  symbols: ReadonlyMap<string, bigint>,
  places: Places,
): void {
  const put = (selector: number, descriptor: bigint) =>
    memory.write64(GDT_PHYSICAL + (selector & ~7), descriptor);
  put(SELECTOR.kernelCode, segmentDescriptor({ code: true, dpl: 0 }));
  put(SELECTOR.kernelData, segmentDescriptor({ code: false, dpl: 0 }));
  put(SELECTOR.userData, segmentDescriptor({ code: false, dpl: 3 }));
  put(SELECTOR.userCode, segmentDescriptor({ code: true, dpl: 3 }));
  const [low, high] = tssDescriptor(places.tss, TSS_SIZE - 1);
  put(SELECTOR.tss, low);
  put(SELECTOR.tss + 8, high);
  // The I/O bitmap lies beyond the limit: no port is open to ring 3.
  memory.write16(TSS_PHYSICAL + 102, TSS_SIZE);
  for (const door of IDT_DOORS) {
    const [gateLow, gateHigh] = interruptGate(SELECTOR.kernelCode, symbols.get(stubName(door))!, {
      dpl: door.dpl,
    });
    memory.write64(IDT_PHYSICAL + door.vector * 16, gateLow);
    memory.write64(IDT_PHYSICAL + door.vector * 16 + 8, gateHigh);
  }
  writePointer(memory, POINTERS_PHYSICAL, GDT_SIZE - 1, directMap(GDT_PHYSICAL));
  writePointer(memory, POINTERS_PHYSICAL + 16, IDT_SIZE - 1, places.idt);
  writePointer(memory, POINTERS_PHYSICAL + 32, GDT_SIZE - 1, places.gdt);
}

function writePointer(memory: PhysicalMemory, at: number, limit: number, base: bigint): void {
  memory.write16(at, limit);
  memory.write64(at + 2, base);
}

function enterText(cpu: Cpu, root: number, rip: bigint): void {
  enterLongMode(cpu, { root: root * PAGE_SIZE });
  const rsp = directMap(BOOT_STACK_PHYSICAL + PAGE_SIZE);
  startAt(cpu, { ring: 0, code: SELECTOR.kernelCode, data: SELECTOR.kernelData, rip, rsp });
}
