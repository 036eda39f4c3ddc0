/**
 * Going on in another address space, and the numbers that let the TLB keep what it knows of the one that is left. Threads of
 * one process share a space, so nothing is written between them; the idle loop and the kernel's own threads borrow the space
 * of whoever was last.
 * Models switch_mm_irqs_off, choose_new_asid and lazy TLB mode (Linux arch/x86/mm/tlb.c).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import type { Kernel } from "../kernel.js";
import { PER_CPU, PER_CPU_PHYSICAL } from "../layout.js";
import type { AddressSpace } from "../mm/address-space.js";

/** TLB_NR_DYN_ASIDS */
const NUMBERS = 6;

/** Which spaces have a PCID of their own: numbers from 1, handed out in turn. */
export class AddressSpaceNumbers {
  private readonly holders: (AddressSpace | undefined)[] = new Array(NUMBERS).fill(undefined);
  private next = 0;

  /** The number of a space; `isKnown` when it had it before, so that the TLB may know something of it. */
  of(space: AddressSpace): { pcid: number; isKnown: boolean } {
    const at = this.holders.indexOf(space);
    if (at >= 0) return { pcid: at + 1, isKnown: true };
    const taken = this.next;
    this.holders[taken] = space;
    this.next = (taken + 1) % NUMBERS;
    return { pcid: taken + 1, isKnown: false };
  }

  /** The space is about to be freed. */
  forget(space: AddressSpace): void {
    const at = this.holders.indexOf(space);
    if (at >= 0) this.holders[at] = undefined;
  }
}

/** What a switch did to translations. */
export interface SpaceSwitch {
  readonly cr3Written: boolean;
  /** The TLB forgot what it knew of other spaces, or of this one. */
  readonly flushes: boolean;
}

/** To a thread of the kernel's: the tables that are loaded serve. */
export const BORROWED: SpaceSwitch = { cr3Written: false, flushes: false };
const SAME: SpaceSwitch = { cr3Written: false, flushes: false };
const KEPT: SpaceSwitch = { cr3Written: true, flushes: false };
const FLUSHED: SpaceSwitch = { cr3Written: true, flushes: true };

/** Of CR3. */
const PCID_BITS = 0xfffn;

/** The CPU walks the page tables of `space` from now on. */
export function switchSpace(kernel: Kernel, space: AddressSpace): SpaceSwitch {
  const { cpu } = kernel.machine;
  const root = BigInt(space.tables.root * PAGE_SIZE);
  const loaded = kernel.usesPcid ? cpu.system.cr3 & ~PCID_BITS : cpu.system.cr3;
  if (root === loaded && !space.stale) return SAME;
  const wasStale = space.stale;
  space.stale = false;
  if (!kernel.usesPcid) {
    cpu.system.cr3 = root;
    cpu.pagingChanged();
    return FLUSHED;
  }
  const { pcid, isKnown } = kernel.spaceNumbers.of(space);
  const keeps = isKnown && !wasStale;
  cpu.system.cr3 = root | BigInt(pcid);
  cpu.rootChanged(keeps);
  if (!keeps) forgetProgramRoot(kernel, pcid);
  return keeps ? KEPT : FLUSHED;
}

/** With two roots: what the TLB knows of the program's is to be forgotten when it is loaded next. */
function forgetProgramRoot(kernel: Kernel, pcid: number): void {
  if (!kernel.pti) return;
  const { memory } = kernel.machine;
  const at = PER_CPU_PHYSICAL + PER_CPU.programPcidsToFlush;
  memory.write32(at, memory.read32(at) | (1 << pcid));
}

/** The CPU walks the kernel's own tables: `space` is about to be freed. */
export function leaveSpace(kernel: Kernel, space: AddressSpace): void {
  const { cpu } = kernel.machine;
  kernel.spaceNumbers.forget(space);
  cpu.system.cr3 = BigInt(kernel.image.root * PAGE_SIZE);
  if (kernel.usesPcid) cpu.rootChanged(true);
  else cpu.pagingChanged();
}

/** The current space's tables have changed: what the TLB knows of it may be wrong. */
export function flushSpace(kernel: Kernel): void {
  const { cpu } = kernel.machine;
  if (!kernel.usesPcid) {
    cpu.flushTranslations();
    return;
  }
  cpu.rootChanged(false);
  forgetProgramRoot(kernel, cpu.pcid);
}
