/**
 * The kernel's half of page tables: with the direct map and the stubs for the kernel itself; with the stubs and what the ways in
 * need for programs, when there are two roots. Models init_mem_mapping, setup_cpu_entry_areas and pti_init (Linux arch/x86/mm/init.c,
 * cpu_entry_area.c, pti.c).
 */
import { entryFor } from "../../machine/memory/map-page.js";
import { PTE } from "../../machine/memory/page-table.js";
import { PAGE_SIZE, type PhysicalMemory } from "../../machine/memory/physical-memory.js";
import {
  directMap,
  ENTRY_AREA,
  ENTRY_STACK_PHYSICAL,
  GDT_PHYSICAL,
  IDT_PHYSICAL,
  KERNEL_TEXT,
  PER_CPU_PHYSICAL,
  TEXT_PHYSICAL,
  TSS_PHYSICAL,
} from "../layout.js";
import type { FrameAllocator } from "../mm/frames.js";

const HUGE_PAGE = 2 << 20;
const NO_EXECUTE = 1n << 63n;
/** Two frames, of which the second is the program's root. */
const PAIR = 1;

export interface KernelRoots {
  /** Frame of the root whose upper half all address spaces copy. */
  readonly root: number;
  /** With `pti`, the frame of the root whose upper half the programs' roots copy: the next one. */
  readonly programRoot: number | undefined;
}

/** Makes them. @param textLength bytes of the stubs */
export function makeKernelTables(
  memory: PhysicalMemory,
  frames: FrameAllocator,
  textLength: number,
  pti: boolean,
): KernelRoots {
  const take = (order: number): number => {
    const frame = order === 0 ? frames.allocate() : frames.allocateBlock(order);
    if (frame === undefined) throw new Error("no memory for the kernel's own page tables");
    return frame;
  };
  const root = take(pti ? PAIR : 0);
  const writer = (frame: number) => ({
    memory,
    root: frame * PAGE_SIZE,
    takeTable: () => take(0) * PAGE_SIZE,
  });
  const kernel = writer(root);
  for (let physical = 0; physical < memory.size; physical += HUGE_PAGE) {
    const entry = NO_EXECUTE | BigInt(physical + PTE.P + PTE.RW + PTE.PS + PTE.A + PTE.D);
    memory.write64(entryFor(kernel, directMap(physical), 2), entry);
  }
  mapText(kernel, textLength);
  if (!pti) return { root, programRoot: undefined };
  mapEntryArea(kernel);
  shareRootEntry(memory, root, root + 1, ENTRY_AREA.idt);
  mapText(writer(root + 1), textLength);
  return { root, programRoot: root + 1 };
}

type Writer = Parameters<typeof entryFor>[0];

function mapText(writer: Writer, length: number): void {
  for (let offset = 0; offset < length; offset += PAGE_SIZE) {
    const entry = BigInt(TEXT_PHYSICAL + offset + PTE.P);
    writer.memory.write64(entryFor(writer, KERNEL_TEXT + BigInt(offset)), entry);
  }
}

/** What the processor reads there it never writes: tables are read-only. */
function mapEntryArea(writer: Writer): void {
  const map = (address: bigint, physical: number, bits: number) =>
    writer.memory.write64(entryFor(writer, address), NO_EXECUTE | BigInt(physical + PTE.P + bits));
  map(ENTRY_AREA.idt, IDT_PHYSICAL, 0);
  map(ENTRY_AREA.gdt, GDT_PHYSICAL, 0);
  map(ENTRY_AREA.tss, TSS_PHYSICAL, 0);
  map(ENTRY_AREA.entryStack, ENTRY_STACK_PHYSICAL, PTE.RW);
  map(ENTRY_AREA.perCpu, PER_CPU_PHYSICAL, PTE.RW);
}

/** The second root leads to the same table for the 512 GiB around `address`. */
function shareRootEntry(memory: PhysicalMemory, from: number, to: number, address: bigint): void {
  const index = Number((address >> 39n) & 511n);
  memory.write64(to * PAGE_SIZE + index * 8, memory.read64(from * PAGE_SIZE + index * 8));
}

/** Roots for a new address space: empty below, the kernel above. The first one's frame; undefined when memory is full. */
export function newRoot(
  memory: PhysicalMemory,
  frames: FrameAllocator,
  { root, programRoot }: KernelRoots,
): number | undefined {
  const made = programRoot === undefined ? frames.allocate() : frames.allocateBlock(PAIR);
  if (made === undefined) return undefined;
  copyKernelHalf(memory, root, made);
  if (programRoot !== undefined) copyKernelHalf(memory, programRoot, made + 1);
  return made;
}

function copyKernelHalf(memory: PhysicalMemory, from: number, to: number): void {
  const half = PAGE_SIZE / 2;
  memory.writeBytes(to * PAGE_SIZE + half, memory.readBytes(from * PAGE_SIZE + half, half));
}
