/**
 * The program header table: which bytes of the file go where in memory, and what else the kernel shall know.
 *
 *      0 type   4 flags   8 offset   16 vaddr   24 paddr   32 filesz   40 memsz   48 align
 *
 * Source: System V gABI, "Program Header"; Linux 6.18, include/uapi/linux/elf.h.
 */
import { type FlagTable, nameOf } from "../abi/flag-names.js";
import { struct, u32, u64, type ValueOf } from "../abi/layout.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";

export const ELF64_PROGRAM_HEADER = struct("elf64_phdr", {
  p_type: u32,
  p_flags: u32,
  p_offset: u64,
  p_vaddr: u64,
  p_paddr: u64,
  p_filesz: u64,
  p_memsz: u64,
  p_align: u64,
});

export type ProgramHeader = ValueOf<typeof ELF64_PROGRAM_HEADER>;

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const PT_TLS = 7;
export const PT_GNU_EH_FRAME = 0x6474e550;
export const PT_GNU_STACK = 0x6474e551;
export const PT_GNU_RELRO = 0x6474e552;
export const PT_GNU_PROPERTY = 0x6474e553;

const TYPES: FlagTable = {
  PT_NULL: 0,
  PT_LOAD,
  PT_DYNAMIC,
  PT_INTERP,
  PT_NOTE,
  PT_SHLIB: 5,
  PT_PHDR,
  PT_TLS,
  PT_GNU_EH_FRAME,
  PT_GNU_STACK,
  PT_GNU_RELRO,
  PT_GNU_PROPERTY,
};

export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** The name of a segment's type, for example "PT_LOAD". */
export function segmentTypeName(type: number): string {
  return nameOf(TYPES, type) ?? `0x${type.toString(16)}`;
}

/** The rights of a segment's pages. */
export function protectionOf({ p_flags }: ProgramHeader): number {
  return (
    (p_flags & PF_R ? PROT_READ : 0) | (p_flags & PF_W ? PROT_WRITE : 0) | (p_flags & PF_X ? PROT_EXEC : 0)
  );
}

/** The entries in the bytes of a table. */
export function parseProgramHeaders(table: Uint8Array): ProgramHeader[] {
  const count = Math.floor(table.length / ELF64_PROGRAM_HEADER.size);
  return Array.from({ length: count }, (_, i) =>
    ELF64_PROGRAM_HEADER.decode(table.subarray(i * ELF64_PROGRAM_HEADER.size)),
  );
}
