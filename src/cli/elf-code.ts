/**
 * What a disassembly needs of an ELF file: the bytes that may be executed, and the names of addresses. Whatever in the
 * file leads outside of it is left out. Source: System V gABI, "Program Header", "Section Header", "Symbol Table".
 */
import { ELF64_HEADER, type ElfHeader, hasElfMagic, parseElfHeader } from "../kernel/exec/elf-header.js";
import {
  ELF64_PROGRAM_HEADER,
  PF_X,
  PT_LOAD,
  parseProgramHeaders,
} from "../kernel/exec/elf-program-headers.js";

export interface Code {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

export interface ElfCode {
  readonly parts: readonly Code[];
  /** Names by address. */
  readonly names: ReadonlyMap<bigint, string>;
}

/** The code of a 64-bit ELF file; undefined when the bytes are none. */
export function readElfCode(bytes: Uint8Array): ElfCode | undefined {
  if (!hasElfMagic(bytes) || bytes.length < ELF64_HEADER.size) return undefined;
  const header = parseElfHeader(bytes);
  return { parts: executableParts(bytes, header), names: symbolNames(bytes, header) };
}

/** The executable segments, without the ELF header and its tables where they lie in one. */
function executableParts(bytes: Uint8Array, header: ElfHeader): Code[] {
  const start = Number(header.e_phoff);
  const table = bytes.subarray(start, start + header.e_phnum * ELF64_PROGRAM_HEADER.size);
  const whole = table.subarray(0, table.length - (table.length % ELF64_PROGRAM_HEADER.size));
  return parseProgramHeaders(whole)
    .filter((segment) => segment.p_type === PT_LOAD && (segment.p_flags & PF_X) !== 0)
    .map((segment) => {
      const skipped = segment.p_offset === 0n ? start + table.length : 0;
      const from = Number(segment.p_offset) + skipped;
      const to = Number(segment.p_offset + segment.p_filesz);
      return { address: segment.p_vaddr + BigInt(skipped), bytes: bytes.subarray(from, Math.max(from, to)) };
    });
}

const SECTION_HEADER = 64;
const SHT_SYMTAB = 2;
const SYMBOL = 24;
const MOST_SYMBOLS = 1_000_000;
/** Types of symbols: nothing said, data, function. Sections and files have no useful names. */
const NAMED_TYPES = [0, 1, 2];

function symbolNames(bytes: Uint8Array, header: ElfHeader): Map<bigint, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = Array.from(
    { length: header.e_shnum },
    (_, n) => Number(header.e_shoff) + n * SECTION_HEADER,
  ).filter((at) => at + SECTION_HEADER <= bytes.length);
  const names = new Map<bigint, string>();
  for (const at of sections) {
    if (view.getUint32(at + 4, true) !== SHT_SYMTAB) continue;
    const strings = sections[view.getUint32(at + 40, true)];
    if (strings === undefined) continue;
    const from = Number(view.getBigUint64(at + 24, true));
    const size = Number(view.getBigUint64(at + 32, true));
    const textAt = Number(view.getBigUint64(strings + 24, true));
    const count = Math.min(MOST_SYMBOLS, Math.floor(size / SYMBOL));
    for (let n = 0; n < count && from + (n + 1) * SYMBOL <= bytes.length; n++)
      addName(view, bytes, from + n * SYMBOL, textAt, names);
  }
  return names;
}

function addName(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  textAt: number,
  names: Map<bigint, string>,
): void {
  const isNamed = NAMED_TYPES.includes(view.getUint8(at + 4) & 15);
  const section = view.getUint16(at + 6, true);
  const start = textAt + view.getUint32(at, true);
  // Undefined symbols and constants stand for no place.
  if (!isNamed || section === 0 || section >= 0xff00 || start >= bytes.length) return;
  const end = bytes.indexOf(0, start);
  const name = Buffer.from(bytes.subarray(start, end < 0 ? bytes.length : end)).toString("utf8");
  const address = view.getBigUint64(at + 8, true);
  if (name !== "" && !names.has(address)) names.set(address, name);
}
