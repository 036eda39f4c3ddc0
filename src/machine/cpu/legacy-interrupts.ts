/**
 * Delivery of exceptions and interrupts outside of long mode: through the vector table of real-address mode, and through
 * the gates of 8 bytes of protected mode.
 * Source: Intel SDM Vol. 3A §20.1.4 (real-address mode), §6.11, §6.12.1 (protected mode), §7.2.1 (32-bit TSS).
 * Leaves out: task gates, 16-bit TSSs, virtual-8086 mode.
 *
 *     vector (4 bytes)   31..16 segment  15..0 offset
 *     gate (8 bytes)     63..48         47 46 45 44 43..40  39..32  31..16    15..0
 *                        offset 31:16   P  DPL   0  type    0       selector  offset 15:0
 */
import { CS, FLAG, RSP, SS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import {
  codeSegment,
  dplOf,
  readDescriptor,
  realSegment,
  rplOf,
  segmentOf,
  setCodeSegment,
  targetLevel,
} from "./segments.js";
import { SEGMENT_ATTRIBUTE as A, type Segment } from "./state.js";

/** One delivery in real-address mode. Error codes do not exist there. */
export function enterRealHandler(cpu: Cpu, vector: number): void {
  const { system, evaluator } = cpu;
  if (vector * 4 + 3 > system.idtr.limit)
    throw new GuestFault(VECTOR.GP, vector * 8 + 2, undefined, `vector ${vector} is beyond the vector table`);
  const entry = Number(cpu.mmu.readSystem(system.idtr.base + BigInt(vector * 4), 4));
  const top = evaluator.get(RSP, 64);
  const words = [BigInt(cpu.flags), BigInt(system.segments[CS]!.selector), cpu.rip];
  words.forEach((word, n) => {
    evaluator.store(16, BigInt.asUintN(64, top - BigInt(2 * (n + 1))), BigInt.asUintN(16, word), SS);
  });
  evaluator.set(RSP, 64, BigInt.asUintN(64, top - 6n));
  cpu.flags = cpu.flags & ~(FLAG.IF | FLAG.TF | FLAG.RF | FLAG.AC);
  setCodeSegment(cpu, realSegment(system.segments[CS]!, entry >>> 16), 0);
  cpu.rip = BigInt(entry & 0xffff);
}

/** Types of gates: bit 3 is the size, bit 0 tells a trap gate. */
const INTERRUPT_16 = 6;
const TRAP_16 = 7;
const INTERRUPT_32 = 0xe;
const TRAP_32 = 0xf;

interface Gate {
  selector: number;
  offset: bigint;
  /** Bytes of each part of the frame. */
  bytes: 2 | 4;
  isTrap: boolean;
}

/** One delivery in protected mode. `ext` is bit 0 of error codes that the delivery itself raises. */
export function enterProtectedHandler(
  cpu: Cpu,
  vector: number,
  errorCode: number | undefined,
  software: boolean,
  resumes: boolean,
): void {
  const { system } = cpu;
  const ext = software ? 0 : 1;
  const gate = readGate(cpu, vector, software, ext);
  const code = codeSegment(cpu, gate.selector, ext);
  const level = targetLevel(code, system.cpl);
  if (level > system.cpl)
    throw new GuestFault(
      VECTOR.GP,
      (gate.selector & 0xfffc) | ext,
      undefined,
      "the handler is less privileged",
    );
  const frame = [BigInt(cpu.flags | (resumes ? FLAG.RF : 0)), BigInt(system.segments[CS]!.selector), cpu.rip];
  const inner = level < system.cpl ? innerStack(cpu, level, ext) : undefined;
  if (inner) frame.unshift(BigInt(system.segments[SS]!.selector), cpu.state.general[RSP]!);
  if (errorCode !== undefined) frame.push(BigInt(errorCode));
  const stack = inner?.segment ?? system.segments[SS]!;
  const top = pushFrame(cpu, stack, inner?.top ?? cpu.state.general[RSP]!, frame, gate.bytes, level, ext);

  system.segments[SS] = stack;
  setCodeSegment(cpu, code, level);
  cpu.evaluator.set(RSP, 64, top);
  const cleared = FLAG.TF | FLAG.NT | FLAG.RF | FLAG.VM | (gate.isTrap ? 0 : FLAG.IF);
  cpu.flags = cpu.flags & ~cleared;
  cpu.rip = gate.offset;
}

/** Writes the frame below `top` of a stack that may not be the current one yet. Returns where it ends. */
function pushFrame(
  cpu: Cpu,
  stack: Segment,
  top: bigint,
  frame: readonly bigint[],
  bytes: number,
  level: number,
  ext: number,
): bigint {
  const width = (stack.attributes & A.DEFAULT_32) === 0 ? 16 : 32;
  let offset = BigInt.asUintN(width, top);
  for (const value of frame) {
    offset = BigInt.asUintN(width, offset - BigInt(bytes));
    if (Number(offset) + bytes - 1 > stack.limit)
      throw new GuestFault(
        VECTOR.SS,
        (stack.selector & 0xfffc) | ext,
        undefined,
        "the handler's stack is full",
      );
    const linear = BigInt.asUintN(32, stack.base + offset);
    cpu.mmu.writeSystem(linear, bytes, BigInt.asUintN(bytes * 8, value), level === 3);
  }
  return offset;
}

function readGate(cpu: Cpu, vector: number, software: boolean, ext: number): Gate {
  const { idtr, cpl } = cpu.system;
  const error = vector * 8 + 2 + ext;
  const refuse = (detail: string, raised: number = VECTOR.GP): never => {
    throw new GuestFault(raised, error, undefined, detail);
  };
  if (vector * 8 + 7 > idtr.limit) refuse(`vector ${vector} is beyond the IDT`);
  const entry = cpu.mmu.readSystem(idtr.base + BigInt(vector * 8), 8);
  const access = Number((entry >> 40n) & 0xffn);
  const type = access & 0x1f;
  if (type !== INTERRUPT_16 && type !== TRAP_16 && type !== INTERRUPT_32 && type !== TRAP_32)
    refuse(`IDT entry ${vector} is not an interrupt or trap gate`);
  if (software && dplOf(access) < cpl)
    refuse(`gate ${vector} has DPL ${dplOf(access)}: ring ${cpl} may not call it`);
  if ((access & A.PRESENT) === 0) refuse(`gate ${vector} is not present`, VECTOR.NP);
  const isWide = type >= INTERRUPT_32;
  const high = isWide ? (entry >> 32n) & 0xffff0000n : 0n;
  return {
    selector: Number((entry >> 16n) & 0xffffn),
    offset: (entry & 0xffffn) | high,
    bytes: isWide ? 4 : 2,
    isTrap: (type & 1) !== 0,
  };
}

/** The stack of an inner level: ESP at byte 4 + 8 × level of the TSS, SS behind it. */
function innerStack(cpu: Cpu, level: number, ext: number): { segment: Segment; top: bigint } {
  const { tr } = cpu.system;
  const refuse = (selector: number, detail: string): never => {
    throw new GuestFault(VECTOR.TS, (selector & 0xfffc) | ext, undefined, detail);
  };
  const at = 4 + level * 8;
  if (at + 5 > tr.limit) refuse(tr.selector, "the TSS is too short");
  const top = cpu.mmu.readSystem(tr.base + BigInt(at), 4);
  const selector = Number(cpu.mmu.readSystem(tr.base + BigInt(at + 4), 2));
  if ((selector & 0xfffc) === 0) refuse(selector, "the TSS has a null stack segment");
  const segment = segmentOf(selector, readDescriptor(cpu, selector, ext));
  const isWritable = (segment.attributes & (A.CODE_OR_DATA | A.CODE | 2)) === (A.CODE_OR_DATA | 2);
  if (!isWritable || rplOf(selector) !== level || dplOf(segment.attributes) !== level)
    refuse(selector, "the TSS's stack segment does not fit the handler's ring");
  if ((segment.attributes & A.PRESENT) === 0)
    throw new GuestFault(VECTOR.SS, (selector & 0xfffc) | ext, undefined, "the stack segment is not present");
  return { segment, top };
}
