/**
 * SYSCALL and SYSRET: the quick way into ring 0 and back, by registers alone. Much time goes through here, so what follows
 * from STAR, FMASK and EFER is worked out once and kept as numbers.
 * Source: Intel SDM Vol. 2B SYSCALL and SYSRET, Vol. 3A §5.8.8.
 * Leaves out: SYSRET to 32-bit code; SYSCALL from it is #UD, as on Intel's processors.
 */

import type { Insn } from "../isa/insn.js";
import { FLAG, R11, RCX, RSP } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { requireRing0 } from "./privilege.js";
import { setFlatSegments } from "./segments.js";
import { EFER, type SystemRegisters } from "./state.js";

/** What the MSRs say. */
export class CallTargets {
  readonly enabled: boolean;
  /** Selectors of ring 0 and of ring 3. */
  readonly kernelCode: number;
  readonly userCode: number;
  readonly userStack: number;
  /** Flags that SYSCALL clears. */
  readonly cleared: number;
  readonly lstar: bigint;

  constructor({ star, lstar, fmask, efer }: SystemRegisters) {
    const back = Number((star >> 48n) & 0xffffn);
    this.enabled = (efer & EFER.SCE) !== 0n;
    this.kernelCode = Number((star >> 32n) & 0xfffcn);
    this.userCode = (back + 16) | 3;
    this.userStack = (back + 8) | 3;
    this.cleared = Number(fmask) | FLAG.RF;
    this.lstar = lstar;
  }
}

function currentTargets(cpu: Cpu): CallTargets {
  cpu.callTargets ??= new CallTargets(cpu.system);
  return cpu.callTargets;
}

/** What an engine needs that does SYSCALL and SYSRET itself; undefined where it must not: they are off, or somebody watches. */
export function quickCalls(cpu: Cpu): CallTargets | undefined {
  const { observer, breakAtCall } = cpu;
  if (observer.systemCall || observer.returns || breakAtCall) return undefined;
  const targets = currentTargets(cpu);
  return targets.enabled ? targets : undefined;
}

/** An engine has done SYSCALL or SYSRET: what follows for segments and rights. The flags are its business. */
export function crossed(cpu: Cpu, cpl: 0 | 3): void {
  const { kernelCode, userCode, userStack } = currentTargets(cpu);
  if (cpl === 0) setFlatSegments(cpu, kernelCode, kernelCode + 8, 0);
  else setFlatSegments(cpu, userCode, userStack, 3);
  cpu.system.cpl = cpl;
  cpu.mmu.setUser(cpl === 3);
}

function targetsOf(cpu: Cpu, name: string): CallTargets {
  const callTargets = currentTargets(cpu);
  if (!callTargets.enabled)
    throw new GuestFault(VECTOR.UD, undefined, undefined, `${name} is off (EFER.SCE)`);
  if (cpu.codeSize !== 64)
    throw new GuestFault(VECTOR.UD, undefined, undefined, `${name} is for 64-bit mode`);
  return callTargets;
}

/** SYSCALL: RIP to RCX, RFLAGS to R11, then ring 0 at LSTAR. Nothing is pushed and RSP stays. */
export function systemCall(cpu: Cpu, i: Insn): void {
  const { system, state } = cpu;
  const { kernelCode, cleared } = targetsOf(cpu, "SYSCALL");
  const { flags } = cpu;
  cpu.evaluator.keepNext(i, RCX);
  state.halves[2 * R11] = flags & ~FLAG.RF;
  state.halves[2 * R11 + 1] = 0;
  setFlatSegments(cpu, kernelCode, kernelCode + 8, 0);
  cpu.continueIn(0, flags & ~cleared, system.lstar);
  cpu.observer.systemCall?.();
  cpu.breakAtCall?.();
}

/** Flags that SYSRET takes from R11. */
export const SYSRET_FLAGS = 0x3c7fd7;

/** SYSRETQ: back to ring 3 at RCX with the flags in R11. */
export function systemReturn(cpu: Cpu): void {
  const { state } = cpu;
  const { userCode, userStack } = targetsOf(cpu, "SYSRET");
  requireRing0(cpu, "SYSRET");
  const rip = state.general[RCX]!;
  // Addresses of programs have a zero upper half most of the time, and need no more looking at.
  if (state.halves[2 * RCX + 1]! > 0x7fff && !cpu.isCanonical(rip))
    throw new GuestFault(VECTOR.GP, 0, undefined, "the return address in RCX is not canonical");
  cpu.observer.returns?.({ ring: 3, rip, rsp: state.general[RSP]! });
  setFlatSegments(cpu, userCode, userStack, 3);
  cpu.continueIn(3, state.halves[2 * R11]! & SYSRET_FLAGS, rip);
}
