/**
 * A processor put into 64-bit mode at once, as a boot loader leaves it; the way there, step by step, is a boot sector's.
 * Source: Intel SDM Vol. 3A §9.8.5 (what must be set), §3.4.5 (flat segments).
 */
import type { Cpu } from "./cpu/cpu.js";
import { setSegment } from "./cpu/segments.js";
import { SEGMENT_ATTRIBUTE as A, CR0, CR4, EFER, type TableRegister } from "./cpu/state.js";
import { CS, RSP, SS } from "./isa/registers.js";

export interface LongMode {
  /** Physical address of the PML4. */
  readonly root: number;
  /** More bits of CR4 and EFER than PAE, SSE and NXE. */
  readonly cr4?: bigint;
  readonly efer?: bigint;
  readonly gdtr?: TableRegister;
  readonly idtr?: TableRegister;
  /** The TSS, marked busy. */
  readonly task?: { readonly selector: number; readonly base: bigint; readonly limit: number };
}

const BUSY_TSS = A.PRESENT | 0xb;

/** Protection, paging with no-execute, SSE and its exceptions; ring and RIP are for `startAt`. */
export function enterLongMode(cpu: Cpu, { root, cr4 = 0n, efer = 0n, gdtr, idtr, task }: LongMode): void {
  const { system } = cpu;
  system.cr0 = CR0.PE | CR0.MP | CR0.ET | CR0.NE | CR0.WP | CR0.AM | CR0.PG;
  system.cr3 = BigInt(root);
  system.cr4 = CR4.PAE | CR4.OSFXSR | CR4.OSXMMEXCPT | cr4;
  system.efer = EFER.LME | EFER.LMA | EFER.NXE | efer;
  if (gdtr) system.gdtr = gdtr;
  if (idtr) system.idtr = idtr;
  if (task) system.tr = { ...task, attributes: BUSY_TSS };
  cpu.pagingChanged();
}

export interface Start {
  readonly ring: 0 | 1 | 2 | 3;
  /** Selectors with the ring as their RPL. */
  readonly code: number;
  readonly data: number;
  readonly rip: bigint;
  readonly rsp: bigint;
  /** RFLAGS; by default all clear. */
  readonly flags?: number;
}

const GRANULAR = 0x8000;

/** Flat segments of a ring, and where to run; the descriptors are not read. */
export function startAt(cpu: Cpu, { ring, code, data, rip, rsp, flags = 2 }: Start): void {
  const flat = { base: 0n, limit: 0xffffffff };
  const access = A.PRESENT | A.CODE_OR_DATA | (ring << 5) | GRANULAR;
  setSegment(cpu, CS, { selector: code, ...flat, attributes: access | A.LONG | 0xb });
  setSegment(cpu, SS, { selector: data, ...flat, attributes: access | A.DEFAULT_32 | 3 });
  cpu.codeSizeChanged();
  cpu.setPrivilege(ring);
  cpu.state.general[RSP] = rsp;
  cpu.flags = flags;
  cpu.halted = false;
  cpu.rip = rip;
}
