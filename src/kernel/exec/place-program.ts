/**
 * Where a program for any address goes, and its interpreter.
 * Models the choice of load_bias in load_elf_binary and of load_addr in load_elf_interp (Linux 6.18, fs/binfmt_elf.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import { type AddressSpace, pageDown, pageUp } from "../mm/address-space.js";
import type { AddressLayout } from "./address-layout.js";
import type { ElfExecutable, ElfProgram } from "./elf-examination.js";
import { ET_DYN, ET_EXEC } from "./elf-header.js";
import { type Extent, extentOf, isPositionIndependent } from "./elf-load-plan.js";
import { PT_LOAD } from "./elf-program-headers.js";
import { Refusal } from "./refusal.js";

/** What is added to the program's addresses; 0 for one at a fixed address, which must find its place free. */
export function placeProgram(
  space: AddressSpace,
  layout: AddressLayout,
  program: ElfExecutable,
): number | Refusal {
  const extent = extentOf(program);
  if (!isPositionIndependent(program)) return placeFixed(space, program);
  if (extent.size === 0) return 0;
  if (!program.interpreter) return placeAlone(space, extent);
  return claim(space, extent, pageDown(layout.programPlace(extent.alignment) - extent.first));
}

/** Only the first segment must not meet what is there: the stack. */
function placeFixed(space: AddressSpace, program: ElfProgram): number | Refusal {
  const first = program.programHeaders.find(({ p_type }) => p_type === PT_LOAD);
  if (!first || first.p_filesz === 0n) return 0;
  const start = pageDown(Number(first.p_vaddr));
  return isTaken(space, start, pageUp(Number(first.p_vaddr + first.p_filesz))) ? occupied(start) : 0;
}

/** A program without interpreter (static PIE, or an interpreter run by hand) goes where mmap would put it. */
function placeAlone(space: AddressSpace, extent: Extent): number | Refusal {
  const gap = space.findGap(pageUp(extent.size));
  if (gap === undefined) return noRoom();
  if (extent.alignment <= PAGE_SIZE) return gap - pageDown(extent.first);
  return claim(space, extent, pageDown(gap - (gap % extent.alignment) - extent.first));
}

function claim(space: AddressSpace, extent: Extent, bias: number): number | Refusal {
  const start = pageDown(extent.first + bias);
  return isTaken(space, start, start + pageUp(extent.size)) ? occupied(start) : bias;
}

/**
 * What is added to the interpreter's addresses.
 * @param isFree the program itself stands at a fixed address, so the interpreter may have the address that it names
 */
export function placeInterpreter(
  space: AddressSpace,
  interpreter: ElfProgram,
  isFree: boolean,
): number | Refusal {
  const { first, size } = extentOf(interpreter);
  const { e_type } = interpreter.header;
  // Only here does Linux look at an interpreter's type: too late for an errno.
  if (e_type !== ET_EXEC && e_type !== ET_DYN)
    return new Refusal(E.EPERM, "e_type at 0x10", "the interpreter is no program", "name ld.so", true);
  if (size === 0)
    return new Refusal(E.EINVAL, "PT_INTERP", "the interpreter has no PT_LOAD", "name ld.so", true);
  if (!isPositionIndependent(interpreter)) return 0;
  const hint = pageUp(first);
  if (isFree && hint > 0 && space.isFree(hint, hint + pageUp(size))) return hint - pageDown(first);
  const gap = space.findGap(pageUp(size));
  return gap === undefined ? noRoom() : gap - pageDown(first);
}

function isTaken(space: AddressSpace, start: number, end: number): boolean {
  return space.vmas.some((vma) => vma.start < end && start < vma.end);
}

function occupied(start: number): Refusal {
  const reason = `something else stands at 0x${start.toString(16)}`;
  return new Refusal(E.EEXIST, "the program headers", reason, "link it for another address", true);
}

function noRoom(): Refusal {
  return new Refusal(E.ENOMEM, "", "there is no room for the program", "use a smaller one", true);
}
