/**
 * Delivery of exceptions and interrupts through the IDT in long mode: gate, stack, frame, handler. Other modes have
 * `legacy-interrupts.ts`.
 * Source: Intel SDM Vol. 3A §6.12.1, §6.13 (error codes), §6.14 (64-bit mode), §6.15 (#DF), table 6-5.
 *
 *     gate   127..96  95..64        63..48        47 46 45 44 43..40  34..32  31..16    15..0
 *            zero     offset 63:32  offset 31:16  P  DPL   0  type    IST     selector  offset 15:0
 *
 *     frame, from high to low:  SS  RSP  RFLAGS  CS  RIP  [error code]   each 8 bytes, on a 16-byte boundary
 */
import type { Insn } from "../isa/insn.js";
import { CS, FLAG, RSP, SS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { enterProtectedHandler, enterRealHandler } from "./legacy-interrupts.js";
import { codeSegment, dplOf, setCodeSegment, targetLevel } from "./segments.js";
import { SEGMENT_ATTRIBUTE as A } from "./state.js";

/** Where a delivery came from: it decides privilege checks and the EXT bit of error codes. */
export type Source = "fault" | "trap" | "software" | "external";

const GATE_INTERRUPT = 0xe;
const GATE_TRAP = 0xf;

interface Gate {
  selector: number;
  offset: bigint;
  ist: number;
  type: number;
}

/**
 * Delivers `vector` with RIP as the return address. When the delivery itself faults, tries #DF as the manual's
 * table says; when that faults too, the processor shuts down (triple fault).
 */
export function deliver(cpu: Cpu, vector: number, errorCode: number | undefined, source: Source): void {
  let current = vector;
  let code = errorCode;
  let from = source;
  for (;;) {
    try {
      enterHandler(cpu, current, code, from);
      return;
    } catch (caught) {
      if (!(caught instanceof GuestFault)) throw caught;
      if (current === VECTOR.DF) {
        cpu.shutDown(`triple fault: ${caught.detail ?? "the double fault could not be delivered"}`);
        return;
      }
      if (caught.vector === VECTOR.PF) cpu.system.cr2 = caught.address ?? 0n;
      if (from !== "external" && becomesDouble(current, caught.vector)) {
        current = VECTOR.DF;
        code = 0;
      } else {
        current = caught.vector;
        code = caught.errorCode;
      }
      from = "fault";
      cpu.observer.delivered?.(current, code, from, caught.detail);
    }
  }
}

const contributory = (vector: number): boolean => vector === 0 || (vector >= 10 && vector <= 13);

function becomesDouble(first: number, second: number): boolean {
  if (contributory(first)) return contributory(second);
  return first === VECTOR.PF && (contributory(second) || second === VECTOR.PF);
}

/** One delivery. Whatever it raises leaves the registers as they were. */
export function enterHandler(cpu: Cpu, vector: number, errorCode: number | undefined, source: Source): void {
  if (!cpu.isProtected) enterRealHandler(cpu, vector);
  else if (!cpu.isLong)
    enterProtectedHandler(cpu, vector, errorCode, source === "software", source === "fault");
  else enterLongHandler(cpu, vector, errorCode, source);
}

function enterLongHandler(cpu: Cpu, vector: number, errorCode: number | undefined, source: Source): void {
  const { system, state, mmu } = cpu;
  const ext = source === "software" ? 0 : 1;
  const gate = readGate(cpu, vector, source === "software", ext);
  const code = codeSegment(cpu, gate.selector, ext);
  if ((code.attributes & A.LONG) === 0)
    throw new GuestFault(
      VECTOR.GP,
      (gate.selector & 0xfffc) | ext,
      undefined,
      "the handler's segment is not of 64 bits",
    );
  const level = targetLevel(code, system.cpl);
  if (level > system.cpl)
    throw new GuestFault(
      VECTOR.GP,
      (gate.selector & 0xfffc) | ext,
      undefined,
      "the handler is less privileged",
    );
  const changes = level < system.cpl;
  const oldTop = state.general[RSP]!;
  const newTop =
    gate.ist !== 0
      ? readTss(cpu, 0x24 + (gate.ist - 1) * 8, ext)
      : changes
        ? readTaskStack(cpu, level, ext)
        : oldTop;
  if (!cpu.isCanonical(newTop))
    throw new GuestFault(VECTOR.SS, ext, undefined, "the handler's stack is not canonical");
  const flags = BigInt(cpu.flags | (source === "fault" ? FLAG.RF : 0));
  const frame = [
    BigInt(system.segments[SS]!.selector),
    oldTop,
    flags,
    BigInt(system.segments[CS]!.selector),
    cpu.rip,
  ];
  if (errorCode !== undefined) frame.push(BigInt(errorCode));

  let top = newTop & ~0xfn;
  for (const value of frame) {
    top = BigInt.asUintN(64, top - 8n);
    mmu.writeSystem(top, 8, value, level === 3);
  }
  state.general[RSP] = top;
  if (changes) system.segments[SS] = { selector: level, base: 0n, limit: 0, attributes: 0 };
  setCodeSegment(cpu, code, level);
  const cleared = FLAG.TF | FLAG.NT | FLAG.RF | FLAG.VM | (gate.type === GATE_INTERRUPT ? FLAG.IF : 0);
  cpu.flags = cpu.flags & ~cleared;
  cpu.rip = gate.offset;
}

function readGate(cpu: Cpu, vector: number, software: boolean, ext: number): Gate {
  const { idtr, cpl } = cpu.system;
  const error = vector * 8 + 2 + ext;
  if (vector * 16 + 15 > idtr.limit)
    throw new GuestFault(VECTOR.GP, error, undefined, `vector ${vector} is beyond the IDT`);
  const at = idtr.base + BigInt(vector * 16);
  const low = cpu.mmu.readSystem(at, 8);
  const high = cpu.mmu.readSystem(at + 8n, 8);
  const access = Number((low >> 40n) & 0xffn);
  const type = access & 0x1f;
  if (type !== GATE_INTERRUPT && type !== GATE_TRAP) {
    throw new GuestFault(VECTOR.GP, error, undefined, `IDT entry ${vector} is not an interrupt or trap gate`);
  }
  if (software && dplOf(access) < cpl) {
    throw new GuestFault(
      VECTOR.GP,
      error,
      undefined,
      `gate ${vector} has DPL ${dplOf(access)}: ring ${cpl} may not call it`,
    );
  }
  if ((access & 0x80) === 0)
    throw new GuestFault(VECTOR.NP, error, undefined, `gate ${vector} is not present`);
  const offset = (low & 0xffffn) | ((low >> 32n) & 0xffff0000n) | ((high & 0xffffffffn) << 32n);
  if (!cpu.isCanonical(offset))
    throw new GuestFault(VECTOR.GP, ext, undefined, "the handler's address is not canonical");
  return { selector: Number((low >> 16n) & 0xffffn), offset, ist: Number((low >> 32n) & 7n), type };
}

/** The stack pointer of an inner level. `ext` is bit 0 of the error code. */
export function readTaskStack(cpu: Cpu, level: number, ext: number): bigint {
  return readTss(cpu, 4 + level * 8, ext);
}

/** A stack pointer from the TSS. Source: SDM Vol. 3A figure 7-11. */
function readTss(cpu: Cpu, offset: number, ext: number): bigint {
  const { tr } = cpu.system;
  if (offset + 7 > tr.limit)
    throw new GuestFault(VECTOR.TS, (tr.selector & 0xfffc) | ext, undefined, "the TSS is too short");
  return cpu.mmu.readSystem(tr.base + BigInt(offset), 8);
}

/** INT n, INT3 and the like: returns behind the instruction; a fault of the gate is the instruction's own. */
export function softwareInterrupt(
  cpu: Cpu,
  vector: number,
  i: Insn,
  source: "software" | "trap" = "software",
): void {
  const start = cpu.rip;
  cpu.rip = cpu.evaluator.next(i);
  try {
    enterHandler(cpu, vector, undefined, source);
  } catch (caught) {
    cpu.rip = start;
    throw caught;
  }
  cpu.trapByNewFlags();
  cpu.observer.delivered?.(vector, undefined, source, undefined);
}
