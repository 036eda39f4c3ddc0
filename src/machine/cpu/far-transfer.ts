/**
 * Far JMP and CALL to a code segment of the same level, and CS in real-address mode.
 * Source: Intel SDM Vol. 2A CALL and JMP, Vol. 3A §5.8.1, §20.1.
 * Leaves out: task gates and TSS selectors (hardware tasks).
 */
import type { Insn } from "../isa/insn.js";
import { CS, RSP, type Size, SS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { codeSegment, dplOf, realSegment, rplOf, setCodeSegment } from "./segments.js";
import { SEGMENT_ATTRIBUTE as A, type Segment } from "./state.js";

/** Far JMP: all checks come before the first change. */
export function farJump(cpu: Cpu, selector: number, offset: bigint): void {
  enter(cpu, targetSegment(cpu, selector, offset), offset);
}

/** Far CALL: pushes CS and the address of the next instruction, each of the operand size. */
export function farCall(cpu: Cpu, i: Insn, selector: number, offset: bigint): void {
  const { evaluator, system } = cpu;
  const code = targetSegment(cpu, selector, offset);
  const size = i.size as Size;
  const bytes = BigInt(size >> 3);
  const top = evaluator.get(RSP, 64);
  evaluator.probeWrite(size, BigInt.asUintN(64, top - 2n * bytes), SS);
  evaluator.store(size, BigInt.asUintN(64, top - bytes), BigInt(system.segments[CS]!.selector), SS);
  evaluator.store(size, BigInt.asUintN(64, top - 2n * bytes), evaluator.next(i), SS);
  evaluator.set(RSP, 64, BigInt.asUintN(64, top - 2n * bytes));
  enter(cpu, code, offset);
}

function enter(cpu: Cpu, code: Segment, offset: bigint): void {
  setCodeSegment(cpu, code, cpu.system.cpl);
  cpu.rip = offset;
}

function targetSegment(cpu: Cpu, selector: number, offset: bigint): Segment {
  if (!cpu.isProtected) return within(cpu, realSegment(cpu.system.segments[CS]!, selector), offset);
  const code = codeSegment(cpu, selector);
  const dpl = dplOf(code.attributes);
  const { cpl } = cpu.system;
  const fits = (code.attributes & A.CONFORMING) !== 0 ? dpl <= cpl : dpl === cpl && rplOf(selector) <= cpl;
  if (!fits)
    throw new GuestFault(
      VECTOR.GP,
      selector & 0xfffc,
      undefined,
      `ring ${cpl} may not jump to this code segment`,
    );
  return within(cpu, code, offset);
}

/** The offset must lie in the segment; in 64-bit code it must be canonical. */
function within(cpu: Cpu, code: Segment, offset: bigint): Segment {
  const isLong = (code.attributes & A.LONG) !== 0;
  if (isLong ? !cpu.isCanonical(offset) : Number(offset) > code.limit)
    throw new GuestFault(VECTOR.GP, 0, undefined, "the target is outside of its code segment");
  return code;
}
