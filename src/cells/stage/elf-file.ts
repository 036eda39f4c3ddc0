/**
 * A static ELF file with one loadable segment for each section of an assembled program. Leaves out: sections, symbols.
 * Source: System V gABI, chapters 4 (ELF header) and 5 (program header).
 */
import type { ProgramImage } from "./program-image.js";

const HEADER = 64;
const PROGRAM_HEADER = 56;
const PAGE = 4096;
const FLAGS = { execute: 1, write: 2, read: 4 } as const;

/** The bytes of the file. Every segment's place in the file agrees with its address in the low 12 bits. */
export function elfFile({ sections, entry }: ProgramImage): Uint8Array {
  const placed: { at: number; section: ProgramImage["sections"][number] }[] = [];
  let end = HEADER + sections.length * PROGRAM_HEADER;
  for (const section of sections) {
    const at = Math.ceil(end / PAGE) * PAGE + Number(section.address & 4095n);
    placed.push({ at, section });
    end = at + section.bytes.length;
  }
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  writeHeader(view, sections.length, entry);
  placed.forEach(({ at, section }, n) => {
    bytes.set(section.bytes, at);
    const header = HEADER + n * PROGRAM_HEADER;
    view.setUint32(header, 1, true);
    view.setUint32(
      header + 4,
      FLAGS.read | (section.code ? FLAGS.execute : 0) | (section.writable ? FLAGS.write : 0),
      true,
    );
    view.setBigUint64(header + 8, BigInt(at), true);
    view.setBigUint64(header + 16, section.address, true);
    view.setBigUint64(header + 24, section.address, true);
    view.setBigUint64(header + 32, BigInt(section.bytes.length), true);
    view.setBigUint64(header + 40, BigInt(section.bytes.length), true);
    view.setBigUint64(header + 48, BigInt(PAGE), true);
  });
  return bytes;
}

/** ELFCLASS64, little-endian, System V; ET_EXEC for EM_X86_64. */
function writeHeader(view: DataView, segments: number, entry: bigint): void {
  [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1].forEach((byte, n) => {
    view.setUint8(n, byte);
  });
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, BigInt(HEADER), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, segments, true);
}
