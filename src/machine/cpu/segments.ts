/**
 * Segment descriptors: reading them from the GDT or LDT in guest memory, and loading registers.
 * Source: Intel SDM Vol. 3A §3.4.5 (descriptors), §5.2.1 (64-bit mode), §7.2.3 (64-bit TSS).
 *
 *     63..56      55 54  53 52  51..48  47 46 45 44 43..40  39..16      15..0
 *     base 31:24  G  D/B L  AVL limit   P  DPL   S  type    base 23:0   limit 15:0     (a TSS has 8 bytes more)
 */
import { CS, FS, GS, SS } from "../isa/registers.js";
import type { Cpu } from "./cpu.js";
import { GuestFault, VECTOR } from "./guest-fault.js";
import { SEGMENT_ATTRIBUTE as A, type Segment } from "./state.js";

/** Requested privilege level of a selector. */
export const rplOf = (selector: number): number => selector & 3;

/** Descriptor privilege level in `Segment.attributes`. */
export const dplOf = (attributes: number): number => (attributes >> 5) & 3;

/** The selector as an error code reports it: without its RPL. */
const errorOf = (selector: number): number => selector & 0xfffc;

/** The low 8 bytes of the descriptor of `selector`, or undefined when it lies outside its table. */
export function findDescriptor(cpu: Cpu, selector: number): bigint | undefined {
  const { gdtr, ldtr } = cpu.system;
  const table = (selector & 4) !== 0 ? ldtr : gdtr;
  if ((selector & 0xfff8) + 7 > table.limit) return undefined;
  return cpu.mmu.readSystem(table.base + BigInt(selector & 0xfff8), 8);
}

/** The same; raises #GP(selector) when it lies outside. `ext` is bit 0 of the error code: an event from outside. */
export function readDescriptor(cpu: Cpu, selector: number, ext = 0): bigint {
  const detail = `selector ${hex(selector)} is beyond its table`;
  const found = findDescriptor(cpu, selector);
  if (found === undefined) throw new GuestFault(VECTOR.GP, errorOf(selector) | ext, undefined, detail);
  return found;
}

/** What a descriptor says, as the hidden part of a segment register. */
export function segmentOf(selector: number, descriptor: bigint): Segment {
  const attributes = Number((descriptor >> 40n) & 0xf0ffn);
  const raw = Number(descriptor & 0xffffn) | (Number((descriptor >> 48n) & 0xfn) << 16);
  return {
    selector,
    base: ((descriptor >> 16n) & 0xffffffn) | (((descriptor >> 56n) & 0xffn) << 24n),
    limit: (attributes & 0x8000) !== 0 ? raw * 4096 + 4095 : raw,
    attributes,
  };
}

/** In real-address mode a selector is the base, divided by 16; limit and rights stay. Source: SDM Vol. 3A §20.1.1. */
export function realSegment(old: Segment, selector: number): Segment {
  return { ...old, selector, base: BigInt(selector * 16) };
}

/** MOV and POP to a segment register other than CS. Source: SDM Vol. 2B, MOV. */
export function loadSegment(cpu: Cpu, register: number, selector: number): void {
  const { segments, cpl } = cpu.system;
  if (!cpu.isProtected) {
    setSegment(cpu, register, realSegment(segments[register]!, selector));
    return;
  }
  if ((selector & 0xfffc) === 0) {
    if (register === SS && (cpu.codeSize !== 64 || cpl === 3 || rplOf(selector) !== cpl))
      throw new GuestFault(VECTOR.GP, 0, undefined, "a null stack segment");
    setSegment(cpu, register, { selector, base: 0n, limit: 0, attributes: 0 });
    return;
  }
  const segment = segmentOf(selector, readDescriptor(cpu, selector));
  const dpl = dplOf(segment.attributes);
  const type = segment.attributes & 0x1f;
  const isData = (type & 0x18) === 0x10;
  const readableCode = (type & 0x1a) === 0x1a;
  const conforming = readableCode && (type & A.CONFORMING) !== 0;
  const allowed =
    register === SS
      ? isData && (type & 2) !== 0 && dpl === cpl && rplOf(selector) === cpl
      : (isData || readableCode) && (conforming || dpl >= Math.max(cpl, rplOf(selector)));
  if (!allowed)
    throw new GuestFault(
      VECTOR.GP,
      errorOf(selector),
      undefined,
      `selector ${hex(selector)} may not be loaded here`,
    );
  if ((segment.attributes & A.PRESENT) === 0)
    throw new GuestFault(register === SS ? VECTOR.SS : VECTOR.NP, errorOf(selector));
  segments[register] = segment;
  setSegment(cpu, register, segment);
}

/** Puts a loaded segment into its register, keeping the quick copies of the bases of FS and GS true. */
export function setSegment(cpu: Cpu, register: number, segment: Segment): void {
  cpu.system.segments[register] = segment;
  if (register === FS) cpu.evaluator.fsBase = segment.base;
  if (register === GS) cpu.evaluator.gsBase = segment.base;
}

/** The descriptor of a present code segment; the caller compares levels. `ext` as in `readDescriptor`. */
export function codeSegment(cpu: Cpu, selector: number, ext = 0): Segment {
  const error = errorOf(selector) | ext;
  const refuse = (detail: string, vector: number = VECTOR.GP): never => {
    throw new GuestFault(vector, error, undefined, detail);
  };
  if ((selector & 0xfffc) === 0) refuse("a null code segment");
  const segment = segmentOf(selector, readDescriptor(cpu, selector, ext));
  if ((segment.attributes & 0x18) !== 0x18) refuse("not a code segment");
  if ((segment.attributes & A.PRESENT) === 0) refuse("the code segment is not present", VECTOR.NP);
  if (cpu.isLong && (segment.attributes & (A.LONG | A.DEFAULT_32)) === (A.LONG | A.DEFAULT_32))
    refuse("a code segment with L and D");
  return segment;
}

/** The level in which a handler runs: its segment's, but a conforming segment leaves the level as it is. */
export function targetLevel(code: Segment, cpl: number): number {
  const dpl = dplOf(code.attributes);
  return (code.attributes & A.CONFORMING) !== 0 && dpl <= cpl ? cpl : dpl;
}

/** A return to `level` through `selector`: a conforming segment may be more privileged than that, any other must match. */
export function returnSegment(cpu: Cpu, selector: number, level: number): Segment {
  const code = codeSegment(cpu, selector);
  const dpl = dplOf(code.attributes);
  const fits = (code.attributes & A.CONFORMING) !== 0 ? dpl <= level : dpl === level;
  if (!fits)
    throw new GuestFault(
      VECTOR.GP,
      errorOf(selector),
      undefined,
      "the code segment's level is not the selector's",
    );
  return code;
}

/** CS and the level that goes with it. RIP must be set next: the processor may have changed its mode. */
export function setCodeSegment(cpu: Cpu, segment: Segment, level: number): void {
  const selector = cpu.isProtected ? (segment.selector & 0xfffc) | level : segment.selector;
  cpu.system.segments[CS] = { ...segment, selector };
  cpu.codeSizeChanged();
  cpu.setPrivilege(level as 0 | 1 | 2 | 3);
}

/** SYSCALL and SYSRET load CS and SS without reading memory; the level is set by the caller. Source: SDM Vol. 2B, SYSCALL. */
export function setFlatSegments(cpu: Cpu, code: number, stack: number, level: 0 | 3): void {
  const { segments } = cpu.system;
  const access = 0x80 | 0x10 | (level << 5);
  setFlat(segments[SS]!, stack, 0xc000 | access | 3);
  setFlat(segments[CS]!, (code & 0xfffc) | level, 0xa000 | access | 0xb);
}

function setFlat(segment: Segment, selector: number, attributes: number): void {
  segment.selector = selector;
  segment.base = 0n;
  segment.limit = 0xffffffff;
  segment.attributes = attributes;
}

const hex = (n: number): string => `0x${n.toString(16)}`;
