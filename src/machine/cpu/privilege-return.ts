/**
 * The ways back from the kernel by the stack: IRET and far RET. SYSRET is in `system-call.ts`.
 * Source: Intel SDM Vol. 2A IRET, Vol. 2B RET, Vol. 3A §6.14.3.
 * Leaves out: task returns, virtual-8086 mode, shadow stacks.
 */
import type { Insn } from "../isa/insn.js";
import { CS, DS, ES, FLAG, FS, GS, RSP, type Size, SS, STATUS_FLAGS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import {
  dplOf,
  readDescriptor,
  realSegment,
  returnSegment,
  rplOf,
  segmentOf,
  setCodeSegment,
  setSegment,
} from "./segments.js";
import { SEGMENT_ATTRIBUTE as A, type Segment } from "./state.js";

const fail = (errorCode: number, detail: string): never => {
  throw new GuestFault(VECTOR.GP, errorCode, undefined, detail);
};

/**
 * Flags that any level may load with IRET. RF, which lasts for one instruction and keeps breakpoints there from being
 * met, is loaded only while there are any: nobody else would clear it.
 */
const ORDINARY = STATUS_FLAGS | FLAG.TF | FLAG.DF | FLAG.NT | FLAG.AC | FLAG.ID;

/** Word n of the stack, `size` bits wide. */
function stackWord(cpu: Cpu, size: Size, n: number): bigint {
  const offset = BigInt((size >> 3) * n);
  return cpu.evaluator.load(size, BigInt.asUintN(64, cpu.evaluator.get(RSP, 64) + offset), SS);
}

/** Moves the stack pointer behind `count` words. */
function dropWords({ evaluator }: Cpu, size: Size, count: number): void {
  evaluator.set(RSP, 64, BigInt.asUintN(64, evaluator.get(RSP, 64) + BigInt((size >> 3) * count)));
}

/** IRET (`words` = 3) and far RET (2) in real-address mode. */
function realReturn(cpu: Cpu, size: Size, words: 2 | 3): void {
  const { evaluator, system } = cpu;
  const ip = stackWord(cpu, size, 0);
  const code = realSegment(system.segments[CS]!, Number(stackWord(cpu, size, 1) & 0xffffn));
  const flags = words === 3 ? Number(stackWord(cpu, size, 2) & 0xffffffffn) : undefined;
  requireTarget(cpu, code, ip);
  dropWords(cpu, size, words);
  const loadable = (ORDINARY | FLAG.IOPL | FLAG.IF) & (size === 16 ? 0xffff : -1);
  if (flags !== undefined) cpu.flags = (evaluator.lazyFlags.value & ~loadable) | (flags & loadable);
  setCodeSegment(cpu, code, 0);
  cpu.rip = ip;
}

/** A return address must be canonical in 64-bit code, and within the limit of any other. */
function requireTarget(cpu: Cpu, code: Segment, rip: bigint): void {
  if ((code.attributes & A.LONG) !== 0) {
    if (!cpu.isCanonical(rip)) fail(0, "the return address is not canonical");
  } else if (Number(rip) > code.limit) fail(0, "the return address is beyond the code segment's limit");
}

/** IRETQ, and IRETD and IRETW with narrower words. All checks come before the first change. */
export function interruptReturn(cpu: Cpu, i: Insn): void {
  const { system, evaluator } = cpu;
  const size = i.size as Size;
  // Even an IRET that faults lets NMIs in again.
  cpu.allowNmi();
  if (!cpu.isProtected) {
    realReturn(cpu, size, 3);
    return;
  }
  if ((cpu.flags & FLAG.NT) !== 0) fail(0, "NT is set, and there are no tasks in this machine");
  const rip = stackWord(cpu, size, 0);
  const cs = Number(stackWord(cpu, size, 1) & 0xffffn);
  const flags = Number(stackWord(cpu, size, 2) & 0xffffffffn);
  const level = rplOf(cs);
  const outward = level > system.cpl;
  // 64-bit code always has a stack in its frame; elsewhere only a return to an outer ring has one.
  const restoresStack = outward || cpu.codeSize === 64;
  const rsp = restoresStack ? stackWord(cpu, size, 3) : undefined;
  const ss = restoresStack ? Number(stackWord(cpu, size, 4) & 0xffffn) : undefined;
  if (level < system.cpl) fail(cs & 0xfffc, "IRET cannot lead to a more privileged ring");
  if ((flags & FLAG.VM) !== 0 && system.cpl === 0 && !cpu.isLong) fail(0, "there is no virtual-8086 mode");
  const code = returnSegment(cpu, cs, level);
  requireTarget(cpu, code, rip);
  const stack = ss === undefined ? undefined : returnStack(cpu, ss, level, code);
  const loadable =
    ORDINARY |
    (cpu.isArmed && system.cpl === 0 ? FLAG.RF : 0) |
    (system.cpl === 0 ? FLAG.IOPL | FLAG.VIF | FLAG.VIP : 0) |
    (system.cpl <= (cpu.flags & FLAG.IOPL) >> 12 ? FLAG.IF : 0);
  const allowed = size === 16 ? loadable & 0xffff : loadable;

  if (outward) cpu.observer.returns?.({ ring: level, rip, rsp: rsp! });
  if (rsp === undefined || stack === undefined) dropWords(cpu, size, 3);
  else {
    system.segments[SS] = stack;
    evaluator.set(RSP, 64, rsp);
  }
  setCodeSegment(cpu, code, level);
  if (outward) forgetPrivilegedSegments(cpu, level);
  cpu.flags = (cpu.flags & ~allowed) | (flags & allowed);
  cpu.rip = rip;
}

/** Far RET: RIP and CS from the stack, RSP and SS too when the ring changes; `extra` bytes of parameters are dropped. */
export function farReturn(cpu: Cpu, i: Insn): void {
  const { system, evaluator } = cpu;
  const size = i.size as Size;
  const extra = i.operands.length > 0 ? Number(i.immediate) : 0;
  if (!cpu.isProtected) {
    realReturn(cpu, size, 2);
    evaluator.set(RSP, 64, BigInt.asUintN(64, evaluator.get(RSP, 64) + BigInt(extra)));
    return;
  }
  const rip = stackWord(cpu, size, 0);
  const cs = Number(stackWord(cpu, size, 1) & 0xffffn);
  const level = rplOf(cs);
  if (level < system.cpl) fail(cs & 0xfffc, "RET cannot lead to a more privileged ring");
  const code = returnSegment(cpu, cs, level);
  requireTarget(cpu, code, rip);
  const above = BigInt.asUintN(64, evaluator.get(RSP, 64) + BigInt((size >> 2) + extra));
  if (level === system.cpl) {
    evaluator.set(RSP, 64, above);
    setCodeSegment(cpu, code, level);
  } else {
    const rsp = evaluator.load(size, above, SS);
    const ss = Number(evaluator.load(16, BigInt.asUintN(64, above + BigInt(size >> 3)), SS));
    const stack = returnStack(cpu, ss, level, code);
    cpu.observer.returns?.({ ring: level, rip, rsp });
    system.segments[SS] = stack;
    evaluator.set(RSP, 64, BigInt.asUintN(64, rsp + BigInt(extra)));
    setCodeSegment(cpu, code, level);
    forgetPrivilegedSegments(cpu, level);
  }
  cpu.rip = rip;
}

/** The stack segment to return to: null is allowed for 64-bit code but in ring 3. */
function returnStack(cpu: Cpu, selector: number, level: number, code: Segment): Segment {
  if ((selector & 0xfffc) === 0) {
    if ((code.attributes & A.LONG) === 0 || level === 3 || rplOf(selector) !== level)
      fail(0, "a null stack segment");
    return { selector, base: 0n, limit: 0, attributes: 0 };
  }
  const stack = segmentOf(selector, readDescriptor(cpu, selector));
  const writableData = (stack.attributes & 0x1a) === 0x12;
  if (!writableData || rplOf(selector) !== level || dplOf(stack.attributes) !== level)
    fail(selector & 0xfffc, "not a stack segment of the ring returned to");
  if ((stack.attributes & 0x80) === 0)
    throw new GuestFault(VECTOR.SS, selector & 0xfffc, undefined, "the stack segment is not present");
  return stack;
}

/** Data segments that the outer ring could not have loaded become null. */
function forgetPrivilegedSegments(cpu: Cpu, level: number): void {
  for (const register of [ES, DS, FS, GS]) {
    const segment = cpu.system.segments[register]!;
    const conforming = (segment.attributes & 0x1c) === 0x1c;
    if ((segment.selector & 0xfffc) === 0 || conforming || dplOf(segment.attributes) >= level) continue;
    setSegment(cpu, register, { selector: 0, base: 0n, limit: 0, attributes: 0 });
  }
}
