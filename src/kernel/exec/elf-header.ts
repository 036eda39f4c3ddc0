/**
 * The ELF header: the first 64 bytes of a 64-bit program.
 *
 *      0  7f 'E' 'L' 'F'   4 class   5 data   6 version   7 OS ABI   8 … padding
 *     16  type    18 machine    20 version
 *     24  entry   32 phoff   40 shoff
 *     48  flags   52 ehsize  54 phentsize  56 phnum  58 shentsize  60 shnum  62 shstrndx
 *
 * Linux looks at the first four bytes, type, machine, entry, phoff, phentsize and phnum, and at nothing else here.
 * Source: System V gABI, "ELF Header"; Linux 6.18, include/uapi/linux/elf.h.
 */
import { bytes, struct, u16, u32, u64, type ValueOf } from "../abi/layout.js";

export const ELF64_HEADER = struct("elf64_hdr", {
  e_ident: bytes(16),
  e_type: u16,
  e_machine: u16,
  e_version: u32,
  e_entry: u64,
  e_phoff: u64,
  e_shoff: u64,
  e_flags: u32,
  e_ehsize: u16,
  e_phentsize: u16,
  e_phnum: u16,
  e_shentsize: u16,
  e_shnum: u16,
  e_shstrndx: u16,
});

export type ElfHeader = ValueOf<typeof ELF64_HEADER>;

export const ELF_MAGIC: readonly number[] = [0x7f, 0x45, 0x4c, 0x46];

export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const ET_CORE = 4;

/** What the types of ELF files are, in words that continue "this is …". */
export const FILE_TYPES: Readonly<Record<number, string>> = {
  [ET_REL]: "an object file that is not linked yet",
  [ET_EXEC]: "a program for a fixed address",
  [ET_DYN]: "a program or library for any address",
  [ET_CORE]: "the memory image of a program that died",
};

export const EM_X86_64 = 62;

/** Processors by e_machine, in words that continue "this is …". Source: gABI, e_machine. */
export const MACHINES: Readonly<Record<number, string>> = {
  2: "a SPARC program",
  3: "a 32-bit i386 program",
  4: "a Motorola 68000 program",
  8: "a MIPS program",
  20: "a PowerPC program",
  21: "a 64-bit PowerPC program",
  22: "an IBM S/390 program",
  40: "a 32-bit ARM program",
  42: "a SuperH program",
  43: "a 64-bit SPARC program",
  50: "an Itanium program",
  [EM_X86_64]: "an x86-64 program",
  83: "an AVR program",
  94: "an Xtensa program",
  183: "an aarch64 (64-bit ARM) program",
  243: "a RISC-V program",
  247: "a program for the kernel's BPF machine",
  258: "a LoongArch program",
};

/** Whether a file begins as every ELF file does. */
export function hasElfMagic(start: Uint8Array): boolean {
  return ELF_MAGIC.every((byte, i) => start[i] === byte);
}

/** The header in the first bytes of a file; what a short file lacks counts as zero, as in the kernel's buffer. */
export function parseElfHeader(start: Uint8Array): ElfHeader {
  const buffer = new Uint8Array(ELF64_HEADER.size);
  buffer.set(start.subarray(0, buffer.length));
  return ELF64_HEADER.decode(buffer);
}
