/**
 * The smallest ELF programs, built byte by byte: each ends with status 42 by mov al,60; mov dil,42; syscall.
 */
import { ELF64_HEADER, EM_X86_64, ET_EXEC } from "../../../src/kernel/exec/elf-header.js";
import { ELF64_PROGRAM_HEADER, type ProgramHeader } from "../../../src/kernel/exec/elf-program-headers.js";

const CODE = Uint8Array.of(0xb0, 0x3c, 0x40, 0xb7, 0x2a, 0x0f, 0x05);
const BASE = 0x400000;

/** Fields of a header that differ from the usual. */
export type Segment = Partial<ProgramHeader>;

/** A program with the given entries behind one PT_LOAD of the whole file, then the code, then `tail`. */
export function tinyElf(further: readonly Segment[] = [], tail = "", base = BASE): Uint8Array {
  const count = 1 + further.length;
  const codeAt = ELF64_HEADER.size + count * ELF64_PROGRAM_HEADER.size;
  const file = new Uint8Array(codeAt + CODE.length + tail.length);
  const header = ELF64_HEADER.encode({
    e_ident: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    e_type: ET_EXEC,
    e_machine: EM_X86_64,
    e_version: 1,
    e_entry: BigInt(base + codeAt),
    e_phoff: BigInt(ELF64_HEADER.size),
    e_shoff: 0n,
    e_flags: 0,
    e_ehsize: ELF64_HEADER.size,
    e_phentsize: ELF64_PROGRAM_HEADER.size,
    e_phnum: count,
    e_shentsize: 0,
    e_shnum: 0,
    e_shstrndx: 0,
  });
  file.set(header);
  const load = {
    p_type: 1,
    p_flags: 5,
    p_vaddr: BigInt(base),
    p_filesz: BigInt(file.length),
    p_memsz: BigInt(file.length),
  };
  [load, ...further].forEach((segment, i) => {
    const empty = {
      p_type: 0,
      p_flags: 0,
      p_offset: 0n,
      p_vaddr: 0n,
      p_paddr: 0n,
      p_filesz: 0n,
      p_memsz: 0n,
      p_align: 0x1000n,
    };
    file.set(
      ELF64_PROGRAM_HEADER.encode({ ...empty, ...segment }),
      ELF64_HEADER.size + i * ELF64_PROGRAM_HEADER.size,
    );
  });
  file.set(CODE, codeAt);
  file.set(
    Uint8Array.from(tail, (char) => char.charCodeAt(0)),
    codeAt + CODE.length,
  );
  return file;
}

/** Where `tail` begins in a file with this many entries behind the first. */
export function tailOffset(further: number): bigint {
  return BigInt(ELF64_HEADER.size + (1 + further) * ELF64_PROGRAM_HEADER.size + CODE.length);
}

/** Bytes as a file. */
export class BytesFile {
  constructor(readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  readAt(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(Math.min(offset, this.size), Math.min(offset + length, this.size));
  }
}
