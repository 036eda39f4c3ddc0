/**
 * Writing CR0, CR3 and CR4, and how the processor gets from one mode to the next by it:
 *
 *     real-address mode   --CR0.PE-->   protected mode   --CR4.PAE, EFER.LME, CR0.PG-->   compatibility mode
 *     compatibility mode  --far JMP to a code segment with L-->   64-bit mode
 *
 * Source: Intel SDM Vol. 2B MOV—Move to/from Control Registers, Vol. 3A §2.5, §4.1.1, §9.8.5, §9.9.
 * Leaves out: paging in protected mode (32-bit and PAE), which raises #GP(0).
 */

import { CS } from "../isa/registers.js";
import { PHYSICAL_BITS } from "../memory/page-table.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { SEGMENT_ATTRIBUTE as A, CR0, CR4, EFER } from "./state.js";

const refuse = (detail: string): never => {
  throw new GuestFault(VECTOR.GP, 0, undefined, detail);
};

const CR4_BITS =
  CR4.TSD |
  CR4.DE |
  CR4.PSE |
  CR4.PAE |
  CR4.MCE |
  CR4.PGE |
  CR4.OSFXSR |
  CR4.OSXMMEXCPT |
  CR4.UMIP |
  CR4.LA57 |
  CR4.PCIDE |
  CR4.SMEP |
  CR4.SMAP;

/** The others of CR0 below bit 32 are reserved too, but writing them is ignored. */
const CR0_BITS = Object.values(CR0).reduce((bits, bit) => bits | bit, 0n);

/** MOV to CR0 and LMSW. Paging with EFER.LME is what activates long mode. */
export function writeCr0(cpu: Cpu, value: bigint): void {
  const { system } = cpu;
  if (value >> 32n !== 0n) refuse("bits 63:32 of CR0 are reserved");
  if ((value & CR0.NW) !== 0n && (value & CR0.CD) === 0n) refuse("CR0.NW without CR0.CD");
  if ((value & CR0.PG) !== 0n && (value & CR0.PE) === 0n) refuse("CR0.PG without CR0.PE");
  const changed = value ^ system.cr0;
  if ((changed & CR0.PG) !== 0n) {
    if ((value & CR0.PG) !== 0n) beginPaging(cpu);
    else endPaging(cpu);
  }
  system.cr0 = (value & CR0_BITS) | CR0.ET;
  cpu.pagingChanged();
}

function beginPaging({ system }: Cpu): void {
  if ((system.efer & EFER.LME) === 0n)
    refuse("paging in protected mode, without EFER.LME, is left out of this machine");
  if ((system.cr4 & CR4.PAE) === 0n) refuse("long mode needs CR4.PAE");
  if ((system.segments[CS]!.attributes & A.LONG) !== 0)
    refuse("long mode begins in a code segment without L");
  system.efer |= EFER.LMA;
}

function endPaging(cpu: Cpu): void {
  if (cpu.codeSize === 64) refuse("64-bit mode needs CR0.PE and CR0.PG");
  if ((cpu.system.cr4 & CR4.PCIDE) !== 0n) refuse("paging cannot end while CR4.PCIDE is set");
  cpu.system.efer &= ~EFER.LMA;
}

/** Bit 63, with CR4.PCIDE: what the TLB knows of the address space stays known. It is not stored. */
const NO_FLUSH = 1n << 63n;

export function writeCr3(cpu: Cpu, value: bigint): void {
  const keeps = (cpu.system.cr4 & CR4.PCIDE) !== 0n && (value & NO_FLUSH) !== 0n;
  const root = keeps ? value & ~NO_FLUSH : value;
  if (root >> BigInt(PHYSICAL_BITS) !== 0n) refuse("CR3 points beyond the physical address space");
  cpu.system.cr3 = root;
  cpu.rootChanged(keeps);
}

export function writeCr4(cpu: Cpu, value: bigint): void {
  if ((value & ~CR4_BITS) !== 0n) refuse("CR4 bits of features that this processor lacks");
  if ((value & CR4.PAE) === 0n && cpu.isLong) refuse("long mode needs CR4.PAE");
  if (((value ^ cpu.system.cr4) & CR4.LA57) !== 0n && cpu.isLong)
    refuse("CR4.LA57 cannot change in long mode");
  const begins = (value & CR4.PCIDE) !== 0n && (cpu.system.cr4 & CR4.PCIDE) === 0n;
  if (begins && !cpu.isLong) refuse("CR4.PCIDE is for long mode");
  if (begins && (cpu.system.cr3 & 0xfffn) !== 0n)
    refuse("CR4.PCIDE may be set only while bits 11:0 of CR3 are zero");
  cpu.system.cr4 = value;
  cpu.pagingChanged();
  cpu.debugChanged();
}
