/**
 * Where an ELF file goes in memory: for each PT_LOAD the pages mapped from the file, the rest of the last page that is
 * zeroed, and the pages of zeros behind it. A plan is data; the kernel carries it out, and views can draw it.
 *
 *     file    |····offset····filesz|
 *     memory  |page·|··············|zeroed to the page's end|pages of zeros … memsz|
 *
 * What goes wrong here goes wrong after the point of no return: the process is killed by SIGSEGV.
 * Models the second half of load_elf_binary, elf_load, elf_map and load_elf_interp (Linux 6.18, fs/binfmt_elf.c). Leaves
 * out: randomisation (the caller chooses the place).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E, type Errno } from "../abi/errno.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import { pageDown, pageUp, TASK_SIZE } from "../mm/address-space.js";
import type { ElfProgram } from "./elf-examination.js";
import { ET_DYN } from "./elf-header.js";
import { PF_X, type ProgramHeader, PT_LOAD, protectionOf } from "./elf-program-headers.js";
import { Refusal, refused } from "./refusal.js";

/** File positions from here on are negative numbers to the kernel. */
const NEGATIVE = 1n << 63n;

/** Pages of the file. */
export interface FileMapping {
  readonly address: number;
  /** Whole pages. */
  readonly length: number;
  /** In the file, a multiple of the page size. */
  readonly offset: number;
  readonly protection: number;
}

/** One PT_LOAD. */
export interface SegmentPlan {
  /** Its place in the program header table. */
  readonly index: number;
  /** Undefined when the segment has no bytes in the file. */
  readonly mapping: FileMapping | undefined;
  /** Bytes of the last mapped page to be set to zero; Linux ignores when they cannot be written. */
  readonly zeroed: { readonly address: number; readonly length: number } | undefined;
  /** Pages of zeros. */
  readonly anonymous:
    | { readonly address: number; readonly length: number; readonly protection: number }
    | undefined;
}

export interface LoadPlan {
  /** What is added to all addresses of the file. */
  readonly bias: number;
  /** In the table's order; a later one lies over an earlier one. */
  readonly segments: readonly SegmentPlan[];
  readonly entry: number;
  /** Where the program header table can be read; the bias when no segment has it. */
  readonly programHeaders: number;
  readonly startCode: number;
  readonly endCode: number;
  readonly startData: number;
  readonly endData: number;
  /** Where the heap begins: the first page behind everything. */
  readonly brk: number;
}

/** The room that a file for any address needs. */
export interface Extent {
  /** The first page's address in the file's own counting. */
  readonly lowest: number;
  /** Where the first segment of the table begins, which Linux reckons from. */
  readonly first: number;
  /** Bytes from the first page to the end of the last segment. */
  readonly size: number;
  /** What the address must be a multiple of. */
  readonly alignment: number;
}

/** The room that the segments take together; size 0 when there are none. Alignments that are no power of two do not count. */
export function extentOf({ programHeaders }: ElfProgram): Extent {
  const loads = programHeaders.filter(({ p_type }) => p_type === PT_LOAD);
  if (loads.length === 0) return { lowest: 0, first: 0, size: 0, alignment: PAGE_SIZE };
  const lowest = pageDown(Math.min(...loads.map(({ p_vaddr }) => Number(p_vaddr))));
  const end = Math.max(...loads.map(({ p_vaddr, p_memsz }) => Number(p_vaddr + p_memsz)));
  const alignments = loads.map(({ p_align }) => Number(p_align)).filter(isPowerOfTwo);
  const alignment = Math.max(PAGE_SIZE, ...alignments);
  return { lowest, first: Number(loads[0]!.p_vaddr), size: end - lowest, alignment };
}

/** Whether the file can stand at any address (and must be given one). */
export function isPositionIndependent({ header }: ElfProgram): boolean {
  return header.e_type === ET_DYN;
}

/**
 * Plans where everything goes.
 * @param place what is added to the file's addresses, whole pages; without meaning for a program for a fixed address
 * @param isEntered false for a program whose interpreter is entered in its stead; its own entry is not checked then
 */
export function planLoad(program: ElfProgram, place = 0, isEntered = true): LoadPlan | Refusal {
  const { header, programHeaders } = program;
  const movable = isPositionIndependent(program);
  // Without any PT_LOAD nobody asks: the interpreter may still run.
  const loadsAny = programHeaders.some(({ p_type }) => p_type === PT_LOAD);
  if (movable && loadsAny && extentOf(program).size <= 0)
    return fatal(E.EINVAL, "the program headers", "no PT_LOAD has any memory");
  const bias = movable ? place : 0;
  const segments: SegmentPlan[] = [];
  for (const [index, segment] of programHeaders.entries()) {
    if (segment.p_type !== PT_LOAD) continue;
    const planned = planSegment(segment, index, bias);
    if (refused(planned)) return planned;
    segments.push(planned);
  }
  const entry = Number(BigInt.asUintN(64, header.e_entry + BigInt(bias)));
  if (isEntered && entry >= TASK_SIZE)
    return fatal(E.EINVAL, "e_entry at 0x18", `the entry ${hex(entry)} is no user address`);
  return { bias, segments, entry, ...landmarks(program, bias) };
}

function planSegment(segment: ProgramHeader, index: number, bias: number): SegmentPlan | Refusal {
  const place = `program header ${index}`;
  const { p_vaddr, p_filesz, p_memsz, p_offset } = segment;
  const start = Number(p_vaddr) + bias;
  const outside = Number(p_vaddr) >= TASK_SIZE || Number(p_vaddr + p_memsz) > TASK_SIZE;
  if (outside)
    return fatal(E.EINVAL, place, `${hex(Number(p_vaddr + p_memsz))} lies beyond the user's addresses`);
  if (p_filesz > p_memsz) {
    return fatal(E.EINVAL, place, `it has ${p_filesz} bytes in the file, but room for ${p_memsz} in memory`);
  }
  if (p_filesz > 0n && (p_offset - p_vaddr) % BigInt(PAGE_SIZE) !== 0n) {
    return fatal(
      E.EINVAL,
      place,
      `offset ${hex(Number(p_offset))} and address ${hex(Number(p_vaddr))} differ within the page`,
    );
  }
  if (pageDown(start) < 0 || pageUp(start + Number(p_memsz)) > TASK_SIZE)
    return fatal(E.ENOMEM, place, `it would lie at ${hex(start)}`);
  if (p_offset >= NEGATIVE && p_filesz > 0n)
    return fatal(E.EOVERFLOW, place, "its place in the file is negative");
  return { index, ...layOut(segment, bias) };
}

function layOut(segment: ProgramHeader, bias: number): Omit<SegmentPlan, "index"> {
  const start = Number(segment.p_vaddr) + bias;
  const fileEnd = start + Number(segment.p_filesz);
  const end = start + Number(segment.p_memsz);
  const protection = protectionOf(segment);
  const inFile = fileEnd > start;
  const mappedEnd = inFile ? pageUp(fileEnd) : pageDown(start);
  const mapping = inFile
    ? {
        address: pageDown(start),
        length: mappedEnd - pageDown(start),
        offset: Number(segment.p_offset) - (start % PAGE_SIZE),
        protection,
      }
    : undefined;
  const hasZeros = end > fileEnd;
  const zeroed =
    inFile && hasZeros && mappedEnd > fileEnd ? { address: fileEnd, length: mappedEnd - fileEnd } : undefined;
  const behind = hasZeros ? pageUp(end) - mappedEnd : 0;
  const rights = PROT_READ | PROT_WRITE | (protection & PROT_EXEC);
  const anonymous = behind > 0 ? { address: mappedEnd, length: behind, protection: rights } : undefined;
  return { mapping, zeroed, anonymous };
}

/** The addresses that the kernel remembers of a program. */
function landmarks(
  { header, programHeaders }: ElfProgram,
  bias: number,
): Omit<LoadPlan, "bias" | "segments" | "entry"> {
  const loads = programHeaders.filter(({ p_type }) => p_type === PT_LOAD);
  const code = loads.filter(({ p_flags }) => p_flags & PF_X);
  const start = ({ p_vaddr }: ProgramHeader): number => Number(p_vaddr) + bias;
  const fileEnd = ({ p_vaddr, p_filesz }: ProgramHeader): number => Number(p_vaddr + p_filesz) + bias;
  const end = ({ p_vaddr, p_memsz }: ProgramHeader): number => Number(p_vaddr + p_memsz) + bias;
  const holder = loads.findLast(
    ({ p_offset, p_filesz }) => p_offset <= header.e_phoff && header.e_phoff < p_offset + p_filesz,
  );
  return {
    programHeaders: holder ? Number(header.e_phoff - holder.p_offset) + start(holder) : bias,
    startCode: code.length > 0 ? Math.min(...code.map(start)) : 0,
    endCode: Math.max(0, ...code.map(fileEnd)),
    startData: Math.max(0, ...loads.map(start)),
    endData: Math.max(0, ...loads.map(fileEnd)),
    brk: pageUp(Math.max(0, ...loads.map(end))),
  };
}

function fatal(errno: Errno, place: string, reason: string): Refusal {
  return new Refusal(errno, place, reason, "the file is damaged; link it again", true);
}

function hex(n: number): string {
  return `0x${n.toString(16)}`;
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && Number.isInteger(Math.log2(n));
}
