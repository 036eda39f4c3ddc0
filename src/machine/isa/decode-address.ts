/**
 * Addressing modes: ModRM with mod ≠ 3, SIB and displacement; and addresses without registers.
 * Source: Intel SDM Vol. 2A §2.1.5, tables 2-1 (16 bits), 2-2 and 2-3 (32 bits), §2.2.1.2 and §2.2.1.6 (64 bits).
 */
import { kept, next, next16, next32, next64, nextSigned8 } from "./code-bytes.js";
import { type Insn, NONE, RIP } from "./insn.js";
import { DS, FS, RBP, RBX, RDI, RSI, RSP, SS } from "./registers.js";

/** Reads what follows ModRM into `insn`. */
export function readAddress(insn: Insn, modrm: number, rex: number): void {
  if (insn.addressSize === 16) readAddress16(insn, modrm);
  else readAddress32(insn, modrm, rex);
  insn.segment = segmentOf(insn, insn.base === RSP || insn.base === RBP ? SS : DS);
}

/** The override, which in 64-bit mode counts only when it is FS or GS, or else the default. */
export function segmentOf({ segmentOverride, codeSize }: Insn, byDefault: number): number {
  return segmentOverride >= (codeSize === 64 ? FS : 0) ? segmentOverride : byDefault;
}

/** An absolute address of the address size, in the instruction itself. */
export function readOffset(insn: Insn): void {
  insn.displacementLength = insn.addressSize >> 3;
  if (insn.addressSize === 64) insn.displacement = next64();
  else insn.displacement = BigInt(insn.addressSize === 16 ? next16() : next32() >>> 0);
  insn.segment = segmentOf(insn, DS);
}

function readAddress32(insn: Insn, modrm: number, rex: number): void {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  let displacementLength = mod === 1 ? 1 : mod === 2 ? 4 : 0;
  if (rm === 4) {
    const sib = next();
    insn.sib = sib;
    const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
    if (index !== RSP) insn.index = index;
    insn.scale = sib >> 6;
    if ((sib & 7) === RBP && mod === 0) displacementLength = 4;
    else insn.base = (sib & 7) | ((rex & 1) << 3);
  } else if (rm === 5 && mod === 0) {
    insn.base = insn.codeSize === 64 ? RIP : NONE;
    displacementLength = 4;
  } else insn.base = rm | ((rex & 1) << 3);
  insn.displacementLength = displacementLength;
  if (displacementLength > 0) insn.displacement = kept(displacementLength === 1 ? nextSigned8() : next32());
}

/** Base and index by ModRM.rm. Source: SDM Vol. 2A table 2-1. */
const BASES_16 = [RBX, RBX, RBP, RBP, RSI, RDI, RBP, RBX] as const;
const INDICES_16 = [RSI, RDI, RSI, RDI, NONE, NONE, NONE, NONE] as const;

function readAddress16(insn: Insn, modrm: number): void {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  const isAbsolute = mod === 0 && rm === 6;
  if (!isAbsolute) {
    insn.base = BASES_16[rm]!;
    insn.index = INDICES_16[rm]!;
  }
  insn.displacementLength = isAbsolute ? 2 : mod;
  if (insn.displacementLength > 0)
    insn.displacement = BigInt(insn.displacementLength === 1 ? nextSigned8() : (next16() << 16) >> 16);
}
