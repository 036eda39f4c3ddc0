/** Registers and flags of a processor by name: as a whole, or the part that a name such as `eax` means. */
import type { Cpu } from "../machine/cpu/cpu.js";
import { FLAG, GENERAL_NAMES, HIGH_BYTE, SEGMENT_NAMES, type Size } from "../machine/isa/registers.js";

interface Part {
  /** Number of the general register. */
  readonly number: number;
  readonly bits: Size;
  readonly shift: bigint;
}

function partOf(name: string): Part | undefined {
  for (const bits of [64, 32, 16, 8] as const) {
    const n = GENERAL_NAMES[bits].indexOf(name);
    if (n >= HIGH_BYTE) return { number: n - HIGH_BYTE, bits, shift: 8n };
    if (n >= 0) return { number: n, bits, shift: 0n };
  }
  return undefined;
}

type FlagName = keyof typeof FLAG;
const flagNamed = (name: string): FlagName | undefined =>
  Object.hasOwn(FLAG, name.toUpperCase()) ? (name.toUpperCase() as FlagName) : undefined;

/** The lowest bit of a mask. */
const unit = (mask: number): number => mask & -mask;

export function flagValue(cpu: Cpu, name: string): bigint | undefined {
  const flag = flagNamed(name);
  return flag && BigInt((cpu.flags & FLAG[flag]) / unit(FLAG[flag]));
}

/** False when there is no flag of that name, or it cannot hold the value. */
export function setFlag(cpu: Cpu, name: string, value: bigint): boolean {
  const flag = flagNamed(name);
  if (!flag || value < 0n || value > BigInt(FLAG[flag] / unit(FLAG[flag]))) return false;
  cpu.flags = (cpu.flags & ~FLAG[flag]) | (Number(value) * unit(FLAG[flag]));
  return true;
}

/** General registers and their parts, rip, rflags, cr0 … cr4, segment selectors, xmm0 … as 128 bits. */
export function registerValue(cpu: Cpu, register: string): bigint | undefined {
  const name = register.toLowerCase();
  const part = partOf(name);
  if (part) return BigInt.asUintN(part.bits, cpu.state.general[part.number]! >> part.shift);
  const { system } = cpu;
  if (name === "rip") return cpu.rip;
  if (name === "rflags" || name === "eflags") return BigInt(cpu.flags >>> 0);
  if (/^cr[0234]$/.test(name)) return system[name as "cr0" | "cr2" | "cr3" | "cr4"];
  const segment = SEGMENT_NAMES.indexOf(name as (typeof SEGMENT_NAMES)[number]);
  if (segment >= 0) return BigInt(system.segments[segment]!.selector);
  const vector = /^xmm(\d|1[0-5])$/.exec(name)?.[1];
  if (vector === undefined) return undefined;
  const n = 2 * Number(vector);
  return (cpu.state.vectors[n + 1]! << 64n) | cpu.state.vectors[n]!;
}

/** Writing 32 bits clears the upper half, as the processor does. False when it cannot be set. */
export function setRegisterValue(cpu: Cpu, register: string, value: bigint): boolean {
  const name = register.toLowerCase();
  const part = partOf(name);
  if (part) {
    const { number, bits, shift } = part;
    const before = cpu.state.general[number]!;
    const mask = ((1n << BigInt(bits)) - 1n) << shift;
    const fresh = (BigInt.asUintN(bits, value) << shift) & mask;
    cpu.state.general[number] = bits >= 32 ? fresh : (before & ~mask) | fresh;
    return true;
  }
  if (name === "rip") cpu.rip = BigInt.asUintN(64, value);
  else if (name === "rflags" || name === "eflags") cpu.flags = Number(BigInt.asUintN(32, value)) | 2;
  else if (name === "cr2") cpu.system.cr2 = BigInt.asUintN(64, value);
  else return false;
  return true;
}
