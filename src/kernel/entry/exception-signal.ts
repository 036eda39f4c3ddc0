/**
 * Which signal an exception of a program becomes, and what its siginfo says.
 * Models Linux arch/x86/kernel/traps.c and fpu__exception_code in arch/x86/kernel/fpu/core.c.
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { VECTOR } from "../../machine/cpu/guest-fault.js";
import { EXCEPTION } from "../../machine/float/index.js";
import {
  BUS_ADRALN,
  FPE_FLTDIV,
  FPE_FLTINV,
  FPE_FLTOVF,
  FPE_FLTRES,
  FPE_FLTUND,
  FPE_INTDIV,
  ILL_ILLOPN,
  SI_KERNEL,
  SIGNAL,
  TRAP_BRKPT,
  TRAP_TRACE,
} from "../abi/signals.js";

/** `at`: siginfo names the instruction's address; otherwise 0. */
interface SignalOfException {
  readonly signal: number;
  readonly code: (cpu: Cpu) => number;
  readonly at: boolean;
}

const always = (code: number) => (): number => code;
const unnamed = (signal: number): SignalOfException => ({ signal, code: always(SI_KERNEL), at: false });

const SIGNALS: Readonly<Record<number, SignalOfException>> = {
  [VECTOR.DE]: { signal: SIGNAL.SIGFPE, code: always(FPE_INTDIV), at: true },
  [VECTOR.DB]: { signal: SIGNAL.SIGTRAP, code: debugCode, at: true },
  [VECTOR.BP]: unnamed(SIGNAL.SIGTRAP),
  [VECTOR.UD]: { signal: SIGNAL.SIGILL, code: always(ILL_ILLOPN), at: true },
  [VECTOR.NP]: unnamed(SIGNAL.SIGBUS),
  [VECTOR.SS]: unnamed(SIGNAL.SIGBUS),
  [VECTOR.MF]: { signal: SIGNAL.SIGFPE, code: x87Code, at: true },
  [VECTOR.AC]: { signal: SIGNAL.SIGBUS, code: always(BUS_ADRALN), at: false },
  [VECTOR.XM]: { signal: SIGNAL.SIGFPE, code: vectorCode, at: true },
};

/** Signal, si_code and si_addr of an exception other than a page fault at `rip`. */
export function signalOf(
  cpu: Cpu,
  vector: number,
  rip: bigint,
): { signal: number; code: number; address: bigint } {
  const { signal, code, at } = SIGNALS[vector] ?? unnamed(SIGNAL.SIGSEGV);
  return { signal, code: code(cpu), address: at ? rip : 0n };
}

/** DR6.BS tells a single step; the handler of #DB has to clear it. */
const SINGLE_STEP = 1n << 14n;
const DR6_CLEAR = 0xffff0ff0n;

function debugCode(cpu: Cpu): number {
  const stepped = (cpu.system.dr[6]! & SINGLE_STEP) !== 0n;
  cpu.system.dr[6] = DR6_CLEAR;
  return stepped ? TRAP_TRACE : TRAP_BRKPT;
}

function x87Code({ state: { x87 } }: Cpu): number {
  return floatCode(x87.status & ~x87.control);
}

function vectorCode({ system: { mxcsr } }: Cpu): number {
  return floatCode(mxcsr & ~(mxcsr >> 7));
}

/** The first of the unmasked exceptions in Linux's order. */
function floatCode(unmasked: number): number {
  if ((unmasked & EXCEPTION.INVALID) !== 0) return FPE_FLTINV;
  if ((unmasked & EXCEPTION.ZERO_DIVIDE) !== 0) return FPE_FLTDIV;
  if ((unmasked & EXCEPTION.OVERFLOW) !== 0) return FPE_FLTOVF;
  if ((unmasked & (EXCEPTION.DENORMAL | EXCEPTION.UNDERFLOW)) !== 0) return FPE_FLTUND;
  return (unmasked & EXCEPTION.PRECISION) !== 0 ? FPE_FLTRES : 0;
}
