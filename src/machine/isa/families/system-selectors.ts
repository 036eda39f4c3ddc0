/**
 * Questions about selectors that any ring may ask, answered in ZF instead of by an exception; and far pointers, loaded
 * into a segment register and a general one.
 * Source: Intel SDM Vol. 2A LAR, LSL, LDS/LES/LFS/LGS/LSS, Vol. 2B VERR/VERW; Vol. 3A §5.10.
 */
import type { Cpu } from "../../cpu/cpu.js";
import { dplOf, findDescriptor, loadSegment, rplOf, segmentOf } from "../../cpu/segments.js";
import { SEGMENT_ATTRIBUTE as A } from "../../cpu/state.js";
import type { Insn } from "../insn.js";
import type { Instruction } from "../instruction.js";
import { readOperand, write } from "../operands.js";
import { FLAG, FS, GS, type Size, SS } from "../registers.js";
import { entry, hexByte, withExamples } from "./entry.js";

/** System descriptors that each may name in 64-bit mode: LDT, available and busy TSS, and for LAR a call gate. */
const LAR_TYPES: ReadonlySet<number> = new Set([2, 9, 0xb, 0xc]);
const LSL_TYPES: ReadonlySet<number> = new Set([2, 9, 0xb]);
/**
 * What LAR shows of a descriptor: bits 55:40, at their places in its second half. The manual calls bits 51:48 among
 * them undefined; processors show what is there, a part of the limit.
 */
const RIGHTS = 0xffff00n;

/** The descriptor that `selector` names, if it exists and code of this level, asking with this RPL, may see it. */
function visibleDescriptor(cpu: Cpu, selector: number, systemTypes: ReadonlySet<number>): bigint | undefined {
  if ((selector & 0xfffc) === 0) return undefined;
  const descriptor = findDescriptor(cpu, selector);
  if (descriptor === undefined) return undefined;
  const { attributes } = segmentOf(selector, descriptor);
  const isSystem = (attributes & A.CODE_OR_DATA) === 0;
  if (isSystem && !systemTypes.has(attributes & 0xf)) return undefined;
  const conforming = !isSystem && (attributes & (A.CODE | A.CONFORMING)) === (A.CODE | A.CONFORMING);
  const visible = conforming || dplOf(attributes) >= Math.max(cpu.system.cpl, rplOf(selector));
  return visible ? descriptor : undefined;
}

const selectorIn = (cpu: Cpu, i: Insn, operand: number): number =>
  Number(readOperand(cpu.evaluator, i, i.operands[operand]!) & 0xffffn);

function answer(cpu: Cpu, found: boolean): void {
  cpu.evaluator.setFlag(FLAG.ZF, found);
}

/** Writes `value` of what is found, cut to the operand's size; otherwise the register stays. */
function load(cpu: Cpu, i: Insn, types: ReadonlySet<number>, value: (descriptor: bigint) => bigint): void {
  const descriptor = visibleDescriptor(cpu, selectorIn(cpu, i, 1), types);
  if (descriptor !== undefined) write(cpu.evaluator, i, 0, BigInt.asUintN(i.size, value(descriptor)));
  answer(cpu, descriptor !== undefined);
}

const NO_SYSTEM_TYPES: ReadonlySet<number> = new Set();

/** VERR and VERW: whether a visible code or data segment has the right kind of type. */
function verify(cpu: Cpu, i: Insn, fits: (attributes: number) => boolean): void {
  const selector = selectorIn(cpu, i, 0);
  const descriptor = visibleDescriptor(cpu, selector, NO_SYSTEM_TYPES);
  answer(cpu, descriptor !== undefined && fits(segmentOf(selector, descriptor).attributes));
}

/** Bit 1 of the type means readable in code and writable in data. */
const READABLE_OR_WRITABLE = 2;
const isReadable = (attributes: number): boolean =>
  (attributes & A.CODE) === 0 || (attributes & READABLE_OR_WRITABLE) !== 0;
const isWritable = (attributes: number): boolean =>
  (attributes & (A.CODE | READABLE_OR_WRITABLE)) === READABLE_OR_WRITABLE;

/** LDS and its kin: an offset of the operand size, and behind it a selector. Nothing is written when the segment cannot be loaded. */
export function loadFarPointer(cpu: Cpu, i: Insn, segment: number): void {
  const { evaluator } = cpu;
  const at = evaluator.address(i);
  const offset = evaluator.load(i.size as Size, at, i.segment);
  const behind = BigInt.asUintN(i.addressSize, at + BigInt(i.size >> 3));
  loadSegment(cpu, segment, Number(evaluator.load(16, behind, i.segment)));
  write(evaluator, i, 0, offset);
}

function farPointer(name: string, register: string, segment: number, opcode: number): Instruction {
  return entry(
    name,
    `Loads ${register} and a general register from memory: an offset, and behind it a selector.`,
    "",
    [`0F ${hexByte(opcode)} /r | rv, m`],
    (o) => o.assist((cpu, i) => loadFarPointer(cpu, i, segment)),
    { manual: "SDM Vol. 2A, LDS/LES/LFS/LGS/LSS" },
  );
}

const EXAMPLES: Readonly<Record<string, string>> = {
  lar: `
    mov ebx, ss
    lar eax, ebx
  `,
  lsl: `
    mov ebx, ss
    lsl eax, ebx
  `,
  verr: `
    mov ebx, ss
    verr bx
  `,
  verw: `
    mov ebx, ss
    verw bx
  `,
  lss: `
    mov eax, ss
    mov [rip + first + 4], ax
    lss ebx, [rip + first]
  `,
  lfs: `
    mov eax, ss
    mov [rip + first + 4], ax
    lfs ebx, [rip + first]
  `,
  lgs: `
    mov eax, ss
    mov [rip + first + 4], ax
    lgs ebx, [rip + first]
  `,
};

export const SYSTEM_SELECTORS: readonly Instruction[] = withExamples(EXAMPLES, [
  entry(
    "lar",
    "Loads the access rights of the segment that a selector names.",
    "ZF",
    ["0F 02 /r | rv, rm:rv", "0F 02 /r | rv, m16"],
    (o) => o.assist((cpu, i) => load(cpu, i, LAR_TYPES, (descriptor) => (descriptor >> 32n) & RIGHTS)),
  ),
  entry(
    "lsl",
    "Loads the limit of the segment that a selector names.",
    "ZF",
    ["0F 03 /r | rv, rm:rv", "0F 03 /r | rv, m16"],
    (o) =>
      o.assist((cpu, i) => load(cpu, i, LSL_TYPES, (descriptor) => BigInt(segmentOf(0, descriptor).limit))),
  ),
  entry(
    "verr",
    "Asks whether a segment may be read.",
    "ZF",
    ["0F 00 /4 | r/m16"],
    (o) => o.assist((cpu, i) => verify(cpu, i, isReadable)),
    {
      manual: "SDM Vol. 2B, VERR/VERW",
    },
  ),
  entry(
    "verw",
    "Asks whether a segment may be written.",
    "ZF",
    ["0F 00 /5 | r/m16"],
    (o) => o.assist((cpu, i) => verify(cpu, i, isWritable)),
    {
      manual: "SDM Vol. 2B, VERR/VERW",
    },
  ),
  farPointer("lss", "SS", SS, 0xb2),
  farPointer("lfs", "FS", FS, 0xb4),
  farPointer("lgs", "GS", GS, 0xb5),
]);
