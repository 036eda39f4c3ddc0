/** What only a privileged level may do. Source: Intel SDM Vol. 3A §5.9 (privileged instructions), Vol. 1 §19.5 (I/O). */
import { FLAG } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { CR4 } from "./state.js";

/** Raises #GP(0) unless the processor is in ring 0. */
export function requireRing0(cpu: Cpu, what: string): void {
  if (cpu.system.cpl !== 0)
    throw new GuestFault(
      VECTOR.GP,
      0,
      undefined,
      `${what} is for ring 0, and this is ring ${cpu.system.cpl}`,
    );
}

/** Raises #GP(0) when UMIP keeps rings 1–3 from reading system tables. */
export function requireTableRead(cpu: Cpu): void {
  if (cpu.system.cpl !== 0 && (cpu.system.cr4 & CR4.UMIP) !== 0n)
    throw new GuestFault(VECTOR.GP, 0, undefined, "UMIP");
}

/** The I/O privilege level: 0..3. */
export function ioPrivilege(cpu: Cpu): number {
  return (cpu.flags & FLAG.IOPL) >> 12;
}

/**
 * Raises #GP(0) unless the level may use `size` ports from `port` on: by IOPL, or by the bitmap of the TSS,
 * whose offset stands at byte 102.
 */
export function requirePorts(cpu: Cpu, port: number, size: number): void {
  const { cpl, tr } = cpu.system;
  if (cpl <= ioPrivilege(cpu)) return;
  const refuse = () =>
    new GuestFault(VECTOR.GP, 0, undefined, `ring ${cpl} may not use port 0x${port.toString(16)}`);
  if (tr.limit < 103) throw refuse();
  const bitmap = Number(cpu.mmu.readSystem(tr.base + 102n, 2));
  const at = bitmap + (port >> 3);
  if (at + 1 > tr.limit) throw refuse();
  const bits = Number(cpu.mmu.readSystem(tr.base + BigInt(at), 2)) >> (port & 7);
  if ((bits & ((1 << size) - 1)) !== 0) throw refuse();
}
