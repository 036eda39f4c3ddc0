/**
 * Far JMP and CALL: to a code segment of the same level, or in long mode through a call gate to a more privileged one.
 * Source: Intel SDM Vol. 2A CALL and JMP, Vol. 3A §5.8.1–5.8.5, §20.1.
 * Leaves out: task gates and TSS selectors (hardware tasks), the call gates of protected mode.
 *
 *     gate   127..109  108..104  103..96  95..64        63..48        47 46 45 44 43..40  39..32  31..16    15..0
 *            ignored   0         ignored  offset 63:32  offset 31:16  P  DPL   0  1100    ignored selector  offset 15:0
 */
import type { Insn } from "../isa/insn.js";
import { CS, RSP, type Size, SS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { readTaskStack } from "./interrupts.js";
import { codeSegment, dplOf, readDescriptor, realSegment, rplOf, setCodeSegment } from "./segments.js";
import { SEGMENT_ATTRIBUTE as A, type Segment } from "./state.js";

interface Target {
  readonly code: Segment;
  readonly offset: bigint;
  /** The level after the transfer. */
  readonly level: number;
  readonly throughGate: boolean;
}

/** Far JMP, which never changes the level. All checks come before the first change. */
export function farJump(cpu: Cpu, selector: number, offset: bigint): void {
  enter(cpu, targetOf(cpu, selector, offset, false));
}

/** Far CALL: pushes CS and the address of the next instruction; through a gate to an inner level on that level's stack. */
export function farCall(cpu: Cpu, i: Insn, selector: number, offset: bigint): void {
  const { system, evaluator } = cpu;
  const target = targetOf(cpu, selector, offset, true);
  const back = [BigInt(system.segments[CS]!.selector), evaluator.next(i)];
  if (target.level < system.cpl) {
    const from = [BigInt(system.segments[SS]!.selector), cpu.state.general[RSP]!];
    const top = readTaskStack(cpu, target.level, 0);
    cpu.state.general[RSP] = pushInner(cpu, top, [...from, ...back]);
    system.segments[SS] = { selector: target.level, base: 0n, limit: 0, attributes: 0 };
  } else pushWords(cpu, target.throughGate ? 64 : (i.size as Size), back);
  enter(cpu, target);
}

function enter(cpu: Cpu, { code, offset, level }: Target): void {
  setCodeSegment(cpu, code, level);
  cpu.rip = offset;
}

/** Both words are written, or none. */
function pushWords({ evaluator }: Cpu, size: Size, words: readonly bigint[]): void {
  const bytes = BigInt(size >> 3);
  const top = evaluator.get(RSP, 64);
  const at = (n: number) => BigInt.asUintN(64, top - BigInt(n + 1) * bytes);
  evaluator.probeWrite(size, at(words.length - 1), SS);
  words.forEach((word, n) => evaluator.store(size, at(n), word, SS));
  evaluator.set(RSP, 64, at(words.length - 1));
}

function pushInner(cpu: Cpu, top: bigint, words: readonly bigint[]): bigint {
  if (!cpu.isCanonical(top))
    throw new GuestFault(VECTOR.SS, 0, undefined, "the inner level's stack is not canonical");
  let at = top;
  for (const word of words) {
    at = BigInt.asUintN(64, at - 8n);
    cpu.mmu.writeSystem(at, 8, word);
  }
  return at;
}

function targetOf(cpu: Cpu, selector: number, offset: bigint, calls: boolean): Target {
  const { cpl, segments } = cpu.system;
  if (!cpu.isProtected) {
    const code = realSegment(segments[CS]!, selector);
    return within(cpu, { code, offset, level: 0, throughGate: false });
  }
  if (cpu.isLong && isCallGate(cpu, selector)) return throughGate(cpu, selector, calls);
  const code = codeSegment(cpu, selector);
  const dpl = dplOf(code.attributes);
  const fits = isConforming(code) ? dpl <= cpl : dpl === cpl && rplOf(selector) <= cpl;
  if (!fits) refuse(selector, `ring ${cpl} may not go to this code segment`);
  return within(cpu, { code, offset, level: cpl, throughGate: false });
}

const CALL_GATE = 0xc;

function isCallGate(cpu: Cpu, selector: number): boolean {
  if ((selector & 0xfffc) === 0) return false;
  return Number((readDescriptor(cpu, selector) >> 40n) & 0x1fn) === CALL_GATE;
}

/** The gate's DPL must allow the caller; the segment behind it may be more privileged, for a JMP only if it conforms. */
function throughGate(cpu: Cpu, selector: number, calls: boolean): Target {
  const { cpl } = cpu.system;
  const low = readDescriptor(cpu, selector);
  // The second half is the descriptor behind, which must be in the table too.
  const high = readDescriptor(cpu, selector + 8);
  const access = Number((low >> 40n) & 0xffn);
  if (dplOf(access) < Math.max(cpl, rplOf(selector)))
    refuse(selector, `ring ${cpl} may not use this call gate`);
  if (((high >> 40n) & 0x1fn) !== 0n) refuse(selector, "the call gate's second half has a type");
  if ((access & A.PRESENT) === 0)
    throw new GuestFault(VECTOR.NP, selector & 0xfffc, undefined, "the call gate is not present");
  const inner = Number((low >> 16n) & 0xffffn);
  const code = codeSegment(cpu, inner);
  const dpl = dplOf(code.attributes);
  const keeps = isConforming(code) || !calls;
  if (dpl > cpl || (keeps && !isConforming(code) && dpl !== cpl))
    refuse(inner, "the gate leads to a segment of a wrong level");
  if ((code.attributes & A.LONG) === 0) refuse(inner, "a call gate of long mode leads to 64-bit code");
  const offset = (low & 0xffffn) | ((low >> 32n) & 0xffff0000n) | ((high & 0xffffffffn) << 32n);
  return within(cpu, { code, offset, level: keeps ? cpl : dpl, throughGate: true });
}

const isConforming = (code: Segment): boolean => (code.attributes & A.CONFORMING) !== 0;

function refuse(selector: number, detail: string): never {
  throw new GuestFault(VECTOR.GP, selector & 0xfffc, undefined, detail);
}

/** The offset must lie in the segment; in 64-bit code it must be canonical. */
function within(cpu: Cpu, target: Target): Target {
  const { code, offset } = target;
  const isLong = (code.attributes & A.LONG) !== 0;
  if (isLong ? !cpu.isCanonical(offset) : Number(offset) > code.limit)
    throw new GuestFault(VECTOR.GP, 0, undefined, "the target is outside of its code segment");
  return target;
}
