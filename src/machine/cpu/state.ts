/**
 * Everything that a processor remembers between two instructions, except RIP and RFLAGS, which the
 * evaluator keeps in a quick form (`Cpu.rip`, `Cpu.flags`).
 * Source: Intel SDM Vol. 1 §3.4, Vol. 3A §2 (control registers, descriptor tables), §3.4.5 (hidden parts of segments).
 * Leaves out: what only 16- and 32-bit modes need (segment limits are kept and not checked, as in 64-bit mode).
 */
import { LINEAR, type LinearMemory } from "../memory/linear-memory.js";
import { X87State } from "./x87-state.js";

/** A segment register: its selector and what was loaded with it. */
export interface Segment {
  selector: number;
  /** Linear address; used in 64-bit mode by FS and GS only. */
  base: bigint;
  limit: number;
  /** Access byte in bits 7:0 (P DPL S type), flags G D/B L AVL in bits 15:12. */
  attributes: number;
}

/** GDTR or IDTR. */
export interface TableRegister {
  base: bigint;
  limit: number;
}

const segment = (): Segment => ({ selector: 0, base: 0n, limit: 0, attributes: 0 });

/** Plain values that are copied one by one into a snapshot. */
export class SystemRegisters {
  cr0 = 0x60000010n;
  cr2 = 0n;
  cr3 = 0n;
  cr4 = 0n;
  cr8 = 0n;
  efer = 0n;
  star = 0n;
  lstar = 0n;
  cstar = 0n;
  fmask = 0n;
  kernelGsBase = 0n;
  sysenterCs = 0n;
  sysenterEsp = 0n;
  sysenterEip = 0n;
  pat = 0x0007040600070406n;
  tscAux = 0n;
  tscOffset = 0n;
  apicBase = 0n;
  dr: bigint[] = [0n, 0n, 0n, 0n, 0n, 0n, 0xffff0ff0n, 0x400n];
  gdtr: TableRegister = { base: 0n, limit: 0xffff };
  idtr: TableRegister = { base: 0n, limit: 0xffff };
  ldtr: Segment = segment();
  tr: Segment = segment();
  /** es, cs, ss, ds, fs, gs. */
  segments: Segment[] = [segment(), segment(), segment(), segment(), segment(), segment()];
  /** Current privilege level: 0..3. */
  cpl: 0 | 1 | 2 | 3 = 0;
  mxcsr = 0x1f80;
}

export class CpuState {
  readonly general: BigUint64Array;
  /** The same as halves of 32 bits, the lower one first. */
  readonly halves: Uint32Array;
  /** xmm0..15: low half at 2n, high half at 2n + 1. */
  readonly vectors: BigUint64Array;
  readonly x87: X87State;
  system = new SystemRegisters();

  /** @param linear where general and vector registers shall live; without it they get arrays of their own */
  constructor(linear?: LinearMemory) {
    this.general = linear ? new BigUint64Array(linear.buffer, LINEAR.GENERAL, 16) : new BigUint64Array(16);
    this.halves = new Uint32Array(this.general.buffer, this.general.byteOffset, 32);
    this.vectors = linear ? new BigUint64Array(linear.buffer, LINEAR.VECTORS, 32) : new BigUint64Array(32);
    this.x87 = new X87State(linear);
  }

  copyFrom(other: CpuState): void {
    this.general.set(other.general);
    this.vectors.set(other.vectors);
    this.x87.copyFrom(other.x87);
    this.system = Object.assign(new SystemRegisters(), structuredCopy(other.system));
  }
}

/** A moment of the processor. */
export interface CpuSnapshot {
  readonly state: CpuState;
  readonly rip: bigint;
  readonly flags: number;
  readonly time: number;
  readonly halted: boolean;
  readonly deliveries: number;
  readonly shutDownReason: string | undefined;
  /** The next instruction is protected from interrupts. */
  readonly shadow: boolean;
  /** An instruction ran with TF set and its #DB is due. */
  readonly stepped: boolean;
  /** An NMI waits; and whether the handler of one runs, until the next IRET. */
  readonly nmi: boolean;
  readonly inNmi: boolean;
  /** An instruction touched data with a breakpoint and its #DB is due. */
  readonly touched: boolean;
}

/** A deep copy of plain data. */
function structuredCopy(from: SystemRegisters): SystemRegisters {
  return {
    ...from,
    dr: [...from.dr],
    gdtr: { ...from.gdtr },
    idtr: { ...from.idtr },
    ldtr: { ...from.ldtr },
    tr: { ...from.tr },
    segments: from.segments.map((one) => ({ ...one })),
  };
}

/** CR0. Source: SDM Vol. 3A §2.5. */
export const CR0 = {
  PE: 1n,
  MP: 2n,
  EM: 4n,
  TS: 8n,
  ET: 16n,
  NE: 32n,
  WP: 1n << 16n,
  AM: 1n << 18n,
  NW: 1n << 29n,
  CD: 1n << 30n,
  PG: 1n << 31n,
} as const;

/** CR4. Source: SDM Vol. 3A §2.5. */
export const CR4 = {
  VME: 1n,
  PVI: 2n,
  TSD: 4n,
  DE: 8n,
  PSE: 16n,
  PAE: 32n,
  MCE: 64n,
  PGE: 128n,
  PCE: 256n,
  OSFXSR: 1n << 9n,
  OSXMMEXCPT: 1n << 10n,
  UMIP: 1n << 11n,
  LA57: 1n << 12n,
  PCIDE: 1n << 17n,
  FSGSBASE: 1n << 16n,
  SMEP: 1n << 20n,
  SMAP: 1n << 21n,
} as const;

/** EFER. Source: SDM Vol. 3A §2.2.1. */
export const EFER = { SCE: 1n, LME: 1n << 8n, LMA: 1n << 10n, NXE: 1n << 11n } as const;

/** DR6. Source: SDM Vol. 3B §17.2.3. */
export const DR6 = { BD: 1n << 13n, BS: 1n << 14n } as const;
/** DR7: access to debug registers raises #DB. */
export const DR7_GD = 1n << 13n;

/** Access bits of `Segment.attributes`. */
export const SEGMENT_ATTRIBUTE = {
  PRESENT: 0x80,
  CODE_OR_DATA: 0x10,
  CODE: 0x08,
  CONFORMING: 0x04,
  LONG: 0x2000,
  DEFAULT_32: 0x4000,
} as const;
