/**
 * From a machine with empty memory to a kernel that waits for its first process: tables and text are put into
 * memory as a boot loader would, then the start-up code loads them with its own instructions.
 * Models Linux arch/x86/kernel/head_64.S and arch/x86/kernel/idt.c. Leaves out: the way through real and protected mode.
 */

import type { Cpu } from "../../machine/cpu/cpu.js";
import { interruptGate, segmentDescriptor, tssDescriptor } from "../../machine/cpu/descriptors.js";
import { enterLongMode, startAt } from "../../machine/long-mode.js";
import type { Machine } from "../../machine/machine.js";
import { entryFor } from "../../machine/memory/map-page.js";
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import { IDT_DOORS } from "../entry/doors.js";
import { kernelText, type StartupValues, stubName } from "../entry/stubs.js";
import {
  BOOT_STACK_PHYSICAL,
  directMap,
  GDT_PHYSICAL,
  IDT_PHYSICAL,
  KERNEL_TEXT,
  PER_CPU_PHYSICAL,
  SELECTOR,
  TEXT_PHYSICAL,
  TSS_PHYSICAL,
} from "../layout.js";
import type { FrameAllocator } from "../mm/frames.js";
import { fixedCode } from "./fixed-code.js";

/** What the kernel keeps of its own image. */
export interface KernelImage {
  /** Frame of the page-table root whose upper half all address spaces copy. */
  root: number;
  /** Addresses of the stubs by name. */
  symbols: ReadonlyMap<string, bigint>;
  /** The source of the stubs, for listings. */
  source: string;
}

const TSS_SIZE = 104;
const GDT_SIZE = 0x50;
const IDT_SIZE = 256 * 16;
/** Operands of LGDT and LIDT, behind the GDT. */
const POINTERS_PHYSICAL = GDT_PHYSICAL + 0x100;
const HUGE_PAGE = 2 << 20;

export type TextOptions = Pick<StartupValues, "timerHertz" | "usesPcid">;

/** Where the text is linked to. */
export const TEXT_ADDRESSES = { ".text": KERNEL_TEXT } as const;

/** The source of the kernel's machine code. */
export function textSource(options: TextOptions): string {
  return kernelText({
    gdtPointer: directMap(POINTERS_PHYSICAL),
    idtPointer: directMap(POINTERS_PHYSICAL + 16),
    perCpu: directMap(PER_CPU_PHYSICAL),
    ...options,
  });
}

/** Puts the kernel into memory and the processor at its first instruction. */
export function load(machine: Machine, frames: FrameAllocator, options: TextOptions): KernelImage {
  const { memory, cpu } = machine;
  const source = textSource(options);
  const { bytes, symbols } = fixedCode(source, TEXT_ADDRESSES);
  memory.writeBytes(TEXT_PHYSICAL, bytes);
  writeDescriptorTables(memory, symbols);
  const root = makeKernelTables(memory, frames, bytes.length);
  enterText(cpu, root, symbols.get("startup")!);
  return { root, symbols, source };
}

function writeDescriptorTables(memory: PhysicalMemory, symbols: ReadonlyMap<string, bigint>): void {
  const put = (selector: number, descriptor: bigint) =>
    memory.write64(GDT_PHYSICAL + (selector & ~7), descriptor);
  put(SELECTOR.kernelCode, segmentDescriptor({ code: true, dpl: 0 }));
  put(SELECTOR.kernelData, segmentDescriptor({ code: false, dpl: 0 }));
  put(SELECTOR.userData, segmentDescriptor({ code: false, dpl: 3 }));
  put(SELECTOR.userCode, segmentDescriptor({ code: true, dpl: 3 }));
  const [low, high] = tssDescriptor(directMap(TSS_PHYSICAL), TSS_SIZE - 1);
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
  writePointer(memory, POINTERS_PHYSICAL + 16, IDT_SIZE - 1, directMap(IDT_PHYSICAL));
}

function writePointer(memory: PhysicalMemory, at: number, limit: number, base: bigint): void {
  memory.write16(at, limit);
  memory.write64(at + 2, base);
}

/** Page tables with the direct map and the kernel's text; the lower half is empty. */
function makeKernelTables(memory: PhysicalMemory, frames: FrameAllocator, textLength: number): number {
  const take = (): number => {
    const frame = frames.allocate();
    if (frame === undefined) throw new Error("no memory for the kernel's own page tables");
    return frame;
  };
  const root = take();
  const takeTable = () => take() * PAGE_SIZE;
  const tables = { memory, root: root * PAGE_SIZE, takeTable };
  for (let physical = 0; physical < memory.size; physical += HUGE_PAGE) {
    const entry = (1n << 63n) | BigInt(physical + PTE.P + PTE.RW + PTE.PS + PTE.A + PTE.D);
    memory.write64(entryFor(tables, directMap(physical), 2), entry);
  }
  for (let offset = 0; offset < textLength; offset += PAGE_SIZE) {
    const entry = BigInt(TEXT_PHYSICAL + offset + PTE.P);
    memory.write64(entryFor(tables, KERNEL_TEXT + BigInt(offset)), entry);
  }
  return root;
}

function enterText(cpu: Cpu, root: number, rip: bigint): void {
  enterLongMode(cpu, { root: root * PAGE_SIZE });
  const rsp = directMap(BOOT_STACK_PHYSICAL + PAGE_SIZE);
  startAt(cpu, { ring: 0, code: SELECTOR.kernelCode, data: SELECTOR.kernelData, rip, rsp });
}

/** A new root for an address space: empty below, the kernel above. Undefined when memory is full. */
export function newRoot(
  memory: PhysicalMemory,
  frames: FrameAllocator,
  kernelRoot: number,
): number | undefined {
  const root = frames.allocate();
  if (root === undefined) return undefined;
  const half = PAGE_SIZE / 2;
  memory.writeBytes(root * PAGE_SIZE + half, memory.readBytes(kernelRoot * PAGE_SIZE + half, half));
  return root;
}
