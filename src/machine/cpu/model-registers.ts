/**
 * Model-specific registers by number. Source: Intel SDM Vol. 4 chapter 2, §2.1; names as there.
 * Leaves out: everything that CPUID does not announce; reading or writing it raises #GP(0).
 */
import { FS, GS } from "../isa/registers.js";
import { isCanonicalBase } from "./canonical.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { CR0, EFER } from "./state.js";

/** One register: how it is read and written. A write checks first and then changes. */
interface ModelRegister {
  name: string;
  read(cpu: Cpu): bigint;
  write(cpu: Cpu, value: bigint): void;
}

const refuse = (reason: string): never => {
  throw new GuestFault(VECTOR.GP, 0, undefined, reason);
};

function requireCanonical(value: bigint): void {
  if (!isCanonicalBase(value)) refuse("the address is not canonical");
}

const EFER_BITS = EFER.SCE | EFER.LME | EFER.LMA | EFER.NXE;

function writeEfer(cpu: Cpu, value: bigint): void {
  const { system } = cpu;
  if ((value & ~EFER_BITS) !== 0n) refuse("a reserved bit of EFER");
  if ((system.cr0 & CR0.PG) !== 0n && ((value ^ system.efer) & EFER.LME) !== 0n)
    refuse("LME cannot change while paging is on");
  system.efer = (value & ~EFER.LMA) | (system.efer & EFER.LMA);
  cpu.pagingChanged();
}

/** A field that takes any value, or any canonical address. */
function field(
  name: string,
  key: "star" | "lstar" | "cstar" | "fmask" | "kernelGsBase" | "pat",
  address: boolean,
): ModelRegister {
  return {
    name,
    read: (cpu) => cpu.system[key],
    write: (cpu, value) => {
      if (address) requireCanonical(value);
      cpu.system[key] = value;
      cpu.callTargets = undefined;
    },
  };
}

function segmentBase(name: string, segment: number): ModelRegister {
  return {
    name,
    read: (cpu) => (segment === FS ? cpu.evaluator.fsBase : cpu.evaluator.gsBase),
    write: (cpu, value) => {
      requireCanonical(value);
      cpu.setSegmentBase(segment, value);
    },
  };
}

const FMASK = field("IA32_FMASK", "fmask", false);

/** Every register that exists. */
export const MODEL_REGISTERS: ReadonlyMap<number, ModelRegister> = new Map([
  [
    0x10,
    {
      name: "IA32_TIME_STAMP_COUNTER",
      read: (cpu: Cpu) => cpu.timeStamp,
      write: (cpu: Cpu, value: bigint) => {
        cpu.system.tscOffset = BigInt.asUintN(64, value - cpu.timeStamp + cpu.system.tscOffset);
      },
    },
  ],
  [0x277, field("IA32_PAT", "pat", false)],
  [0xc0000080, { name: "IA32_EFER", read: (cpu: Cpu) => cpu.system.efer, write: writeEfer }],
  [0xc0000081, field("IA32_STAR", "star", false)],
  [0xc0000082, field("IA32_LSTAR", "lstar", true)],
  [0xc0000083, field("IA32_CSTAR", "cstar", true)],
  [0xc0000084, { ...FMASK, write: (cpu: Cpu, value: bigint) => FMASK.write(cpu, value & 0xffffffffn) }],
  [0xc0000100, segmentBase("IA32_FS_BASE", FS)],
  [0xc0000101, segmentBase("IA32_GS_BASE", GS)],
  [0xc0000102, field("IA32_KERNEL_GS_BASE", "kernelGsBase", true)],
  [
    0xc0000103,
    {
      name: "IA32_TSC_AUX",
      read: (cpu: Cpu) => cpu.system.tscAux,
      write: (cpu: Cpu, value: bigint) => {
        if (value >> 32n !== 0n) refuse("bits 63:32 of IA32_TSC_AUX are reserved");
        cpu.system.tscAux = value;
      },
    },
  ],
]);

/** RDMSR and WRMSR find their register here. */
export function modelRegister(number: number): ModelRegister {
  return (
    MODEL_REGISTERS.get(number) ?? refuse(`there is no model-specific register 0x${number.toString(16)}`)
  );
}
