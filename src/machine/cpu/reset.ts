/**
 * The processor as RESET leaves it: real-address mode, about to execute the instruction 16 bytes below 4 GiB, where the
 * firmware is.
 * Source: Intel SDM Vol. 3A §9.1.1, table 9-1 (power up).
 */
import { CS, RDX } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { cpuid } from "./cpuid.js";
import { SEGMENT_ATTRIBUTE as A, CpuState, type Segment, SystemRegisters } from "./state.js";

/** Reserved bit 1 of RFLAGS is all that is set. */
const RESET_FLAGS = 2;
const RESET_IP = 0xfff0n;
/** The selector and the base of CS do not belong together until CS is loaded for the first time. */
const RESET_CS = { selector: 0xf000, base: 0xffff0000n } as const;
/** Readable and writable, accessed. */
const DATA = A.PRESENT | A.CODE_OR_DATA | 3;
const LDT = A.PRESENT | 2;
const BUSY_TSS = A.PRESENT | 0xb;

const segment = (attributes: number): Segment => ({ selector: 0, base: 0n, limit: 0xffff, attributes });

/** Resets everything but time and devices. */
export function resetProcessor(cpu: Cpu): void {
  const state = new CpuState();
  const system = new SystemRegisters();
  system.segments = system.segments.map(() => segment(DATA));
  system.segments[CS] = { ...segment(DATA), ...RESET_CS };
  system.ldtr = segment(LDT);
  system.tr = segment(BUSY_TSS);
  state.system = system;
  state.general[RDX] = BigInt(cpuid(1, 0)[0]);
  cpu.restore({
    ...cpu.snapshot(),
    ...{ state, rip: RESET_IP, flags: RESET_FLAGS, halted: false, shutDownReason: undefined },
    ...{ shadow: false, stepped: false, touched: false, nmi: false, inNmi: false },
  });
}
