/**
 * A static ELF64 executable from an assembly: one PT_LOAD a section, and a symbol table for debuggers.
 * Source: System V gABI chapters 4 and 5; AMD64 supplement §4.1. Leaves out: relocations, dynamic linking, DWARF.
 */
import type { AssembledSection, Assembly } from "./assembler/assemble.js";

const HEADER = 64;
const PROGRAM_HEADER = 56;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const PAGE = 4096;

/** The bytes of an executable file that Linux runs. */
export function writeElfExecutable(assembly: Assembly): Uint8Array {
  const loaded = assembly.sections;
  const names = new NameTable(["", ...loaded.map((one) => one.name), ".symtab", ".strtab", ".shstrtab"]);
  const symbols = [...assembly.symbols];
  const symbolNames = new NameTable(["", ...symbols.map(([name]) => name)]);
  const file = new Writer();
  file.reserve(HEADER + PROGRAM_HEADER * (loaded.length + 1));
  const offsets = loaded.map((section) =>
    section.zero ? file.length : file.appendCongruent(section.bytes, section.address),
  );
  const symbolTable = file.append(symbolBytes(symbols, symbolNames, loaded), 8);
  const symbolText = file.append(symbolNames.bytes, 1);
  const sectionText = file.append(names.bytes, 1);
  const sectionHeaders = file.align(8);
  writeHeader(file.view(), assembly.entry, loaded.length + 1, sectionHeaders, loaded.length + 4);
  loaded.forEach((section, n) =>
    writeProgramHeader(file.view(), HEADER + n * PROGRAM_HEADER, section, offsets[n]!),
  );
  writeStackHeader(file.view(), HEADER + loaded.length * PROGRAM_HEADER);
  const rows = [
    new Array<number | bigint>(10).fill(0),
    ...loaded.map((section, n) => sectionRow(names, section, offsets[n]!)),
    [
      names.at(".symtab"),
      2,
      0,
      0,
      symbolTable,
      SYMBOL * (symbols.length + 1),
      loaded.length + 2,
      1,
      8,
      SYMBOL,
    ],
    [names.at(".strtab"), 3, 0, 0, symbolText, symbolNames.bytes.length, 0, 0, 1, 0],
    [names.at(".shstrtab"), 3, 0, 0, sectionText, names.bytes.length, 0, 0, 1, 0],
  ];
  for (const row of rows) file.append(sectionHeaderBytes(row), 1);
  return file.bytes();
}

/** Texts one after the other, each with a NUL. */
class NameTable {
  readonly bytes: Uint8Array;
  private readonly places = new Map<string, number>();

  constructor(names: readonly string[]) {
    const bytes: number[] = [];
    for (const name of names) {
      this.places.set(name, bytes.length);
      bytes.push(...utf8(name), 0);
    }
    this.bytes = Uint8Array.from(bytes);
  }

  at(name: string): number {
    return this.places.get(name) ?? 0;
  }
}

/** Names of labels may have any letters. */
function utf8(text: string): number[] {
  const encoded = encodeURIComponent(text).replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Array.from(encoded, (char) => char.charCodeAt(0));
}

/** A growing file. */
class Writer {
  private buffer = new Uint8Array(1 << 16);
  length = 0;

  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    while (this.length > this.buffer.length) {
      const larger = new Uint8Array(this.buffer.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    return at;
  }

  align(boundary: number): number {
    this.reserve((boundary - (this.length % boundary)) % boundary);
    return this.length;
  }

  append(bytes: Uint8Array, boundary: number): number {
    this.align(boundary);
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
    return at;
  }

  /** At an offset that equals the address modulo the page size, as a mapping needs it. */
  appendCongruent(bytes: Uint8Array, address: bigint): number {
    this.align(PAGE);
    this.reserve(Number(address % BigInt(PAGE)));
    return this.append(bytes, 1);
  }

  view(): DataView {
    return new DataView(this.buffer.buffer);
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

function writeHeader(
  view: DataView,
  entry: bigint,
  programHeaders: number,
  sectionHeaders: number,
  sectionCount: number,
): void {
  [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0].forEach((byte, n) => view.setUint8(n, byte));
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, BigInt(HEADER), true);
  view.setBigUint64(40, BigInt(sectionHeaders), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, programHeaders, true);
  view.setUint16(58, SECTION_HEADER, true);
  view.setUint16(60, sectionCount, true);
  // The names of sections are the last section.
  view.setUint16(62, sectionCount - 1, true);
}

const READ = 4;
const WRITE = 2;
const EXECUTE = 1;

function writeProgramHeader(view: DataView, at: number, section: AssembledSection, offset: number): void {
  const congruent = section.zero ? Number(section.address % BigInt(PAGE)) : offset;
  view.setUint32(at, 1, true);
  view.setUint32(at + 4, READ | (section.writable ? WRITE : 0) | (section.executable ? EXECUTE : 0), true);
  view.setBigUint64(at + 8, BigInt(congruent), true);
  view.setBigUint64(at + 16, section.address, true);
  view.setBigUint64(at + 24, section.address, true);
  view.setBigUint64(at + 32, section.zero ? 0n : BigInt(section.bytes.length), true);
  view.setBigUint64(at + 40, BigInt(section.bytes.length), true);
  view.setBigUint64(at + 48, BigInt(PAGE), true);
}

/** PT_GNU_STACK without execute: the stack holds no code. */
function writeStackHeader(view: DataView, at: number): void {
  view.setUint32(at, 0x6474e551, true);
  view.setUint32(at + 4, READ | WRITE, true);
  view.setBigUint64(at + 48, 16n, true);
}

function sectionRow(names: NameTable, section: AssembledSection, offset: number): (number | bigint)[] {
  const flags = 2 | (section.writable ? 1 : 0) | (section.executable ? 4 : 0);
  return [
    names.at(section.name),
    section.zero ? 8 : 1,
    flags,
    section.address,
    offset,
    section.bytes.length,
    0,
    0,
    1,
    0,
  ];
}

/** name, type (both 32 bits), flags, address, offset, size (64), link, info (32), align, entry size (64). */
function sectionHeaderBytes(row: readonly (number | bigint)[]): Uint8Array {
  const bytes = new Uint8Array(SECTION_HEADER);
  const view = new DataView(bytes.buffer);
  const widths = [4, 4, 8, 8, 8, 8, 4, 4, 8, 8];
  let at = 0;
  widths.forEach((width, n) => {
    const value = BigInt(row[n] ?? 0);
    if (width === 4) view.setUint32(at, Number(value), true);
    else view.setBigUint64(at, value, true);
    at += width;
  });
  return bytes;
}

const GLOBAL = 1 << 4;
const ABSOLUTE = 0xfff1;

function symbolBytes(
  symbols: readonly (readonly [string, bigint])[],
  names: NameTable,
  sections: readonly AssembledSection[],
): Uint8Array {
  const bytes = new Uint8Array(SYMBOL * (symbols.length + 1));
  const view = new DataView(bytes.buffer);
  symbols.forEach(([name, value], n) => {
    const at = SYMBOL * (n + 1);
    const section = sections.findIndex(
      (one) => value >= one.address && value <= one.address + BigInt(one.bytes.length),
    );
    view.setUint32(at, names.at(name), true);
    view.setUint8(at + 4, GLOBAL);
    view.setUint16(at + 6, section < 0 ? ABSOLUTE : section + 1, true);
    view.setBigUint64(at + 8, value, true);
  });
  return bytes;
}
