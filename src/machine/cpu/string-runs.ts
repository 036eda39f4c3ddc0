/**
 * REP MOVS and REP STOS, many iterations at once. Each iteration is still one step of time: this does at one go what the
 * next steps would have done one by one, and only where nothing could come between them — no interrupt or trap waits,
 * the time limit is not reached, both pointers stay in pages that the TLB holds. Everything else, and the last word
 * about faults, remains with the definition in `families/strings.ts`.
 * Leaves out: CMPS and SCAS, which look at every element anyway; DF = 1; 32-bit addresses; segments with a base.
 */
import type { Insn } from "../isa/insn.js";
import { FLAG, FS, RAX, RCX, RDI, RSI } from "../isa/registers.js";
import { PAGE_MASK, PAGE_SIZE } from "../memory/physical-memory.js";
import type { Cpu } from "./cpu.js";

/** One-byte opcodes without their lowest bit, which tells bytes from wider elements. */
const MOVS = 0xa4;
const STOS = 0xaa;

/** Called after an iteration that others follow. Returns how many more it has done; registers describe what is left. */
export function runAhead(cpu: Cpu, i: Insn): number {
  const opcode = i.form.opcode & 0xfe;
  const copies = opcode === MOVS;
  if ((!copies && opcode !== STOS) || i.form.map !== 0) return 0;
  if (i.addressSize !== 64 || i.segment >= FS || cpu.stepsAhead <= 0) return 0;
  const { evaluator, mmu, state } = cpu;
  if (evaluator.flag(FLAG.DF) || evaluator.alignmentChecked) return 0;

  const { general } = state;
  const size = i.size >> 3;
  const to = mmu.cachedWrite(general[RDI]!);
  const from = copies ? mmu.cachedRead(general[RSI]!) : 0;
  if (to < 0 || from < 0) return 0;
  const left = general[RCX]!;
  const wanted = Math.min(left > 4096n ? PAGE_SIZE : Number(left), cpu.stepsAhead);
  const count = Math.min(wanted, elementsInPage(to, size), copies ? elementsInPage(from, size) : PAGE_SIZE);
  if (count === 0) return 0;

  if (copies) copy(cpu, from, to, size, count);
  else fill(cpu, to, size, count, general[RAX]!);
  const bytes = BigInt(count * size);
  general[RDI] = general[RDI]! + bytes;
  if (copies) general[RSI] = general[RSI]! + bytes;
  general[RCX] = left - BigInt(count);
  return count;
}

function elementsInPage(physical: number, size: number): number {
  return Math.floor((PAGE_SIZE - (physical & PAGE_MASK)) / size);
}

/** Element after element upwards: a destination that begins inside the source repeats what it has just written. */
function copy(cpu: Cpu, from: number, to: number, size: number, count: number): void {
  const { bytes } = cpu.memory;
  const length = size * count;
  if (to <= from || to >= from + length) bytes.copyWithin(to, from, from + length);
  else for (let n = 0; n < length; n += size) bytes.copyWithin(to + n, from + n, from + n + size);
}

/** The pattern once, and then what is there already, twice as much each time. */
function fill(cpu: Cpu, to: number, size: number, count: number, value: bigint): void {
  const { bytes } = cpu.memory;
  const length = size * count;
  for (let n = 0; n < size; n++) bytes[to + n] = Number((value >> BigInt(8 * n)) & 0xffn);
  for (let done = size; done < length; done *= 2) {
    bytes.copyWithin(to + done, to, to + Math.min(done, length - done));
  }
}
