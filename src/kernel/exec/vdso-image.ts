/**
 * The vDSO as the ELF file that C libraries find in memory: a shared library in one segment, with symbols of the version
 * LINUX_2.6 and both hash tables.
 *
 *     header · program headers · .hash · .gnu.hash · .dynsym · .dynstr · .gnu.version · .gnu.version_d · .dynamic · .text
 *
 * Source: System V gABI, "Dynamic Section", "Hash Table"; LSB, "Symbol Versioning"; Linux arch/x86/entry/vdso/vdso.lds.S.
 * Leaves out: section headers, unwinding tables, notes.
 */
import { fixedCode } from "../boot/fixed-code.js";
import { ELF64_HEADER, EM_X86_64, ET_DYN } from "./elf-header.js";
import { ELF64_PROGRAM_HEADER, PF_R, PF_X, PT_DYNAMIC, PT_LOAD } from "./elf-program-headers.js";
import { gnuHashTable, systemVHash, systemVHashTable } from "./symbol-hash.js";
import { VCLOCK_BYTES, VDSO_FUNCTIONS, VDSO_SOURCE, VVAR_BYTES } from "./vdso-source.js";

/** Pages of the image. */
export const VDSO_BYTES = 0x2000;
const DATA_BEFORE = VVAR_BYTES + VCLOCK_BYTES;
const TEXT_AT = 0x800;
/** Where its sections are linked to: as if the data page stood at 0. */
export const VDSO_ADDRESSES = { ".bss": 0n, ".text": BigInt(DATA_BEFORE + TEXT_AT) } as const;
const SONAME = "linux-vdso.so.1";
const VERSION = "LINUX_2.6";
const SYMBOL_BYTES = 24;
const DT = {
  ...{ NULL: 0, HASH: 4, STRTAB: 5, SYMTAB: 6, STRSZ: 10, SYMENT: 11, SONAME: 14 },
  ...{ GNU_HASH: 0x6ffffef5, VERSYM: 0x6ffffff0, VERDEF: 0x6ffffffc, VERDEFNUM: 0x6ffffffd },
} as const;
/** STB_GLOBAL or STB_WEAK, STT_FUNC or STT_OBJECT; the section of numbers that are no addresses. */
const FUNCTION = 0x12;
const WEAK_FUNCTION = 0x22;
const OBJECT = 0x11;
const SHN_ABS = 0xfff1;

interface VdsoSymbol {
  readonly name: string;
  readonly value: number;
  readonly information: number;
  readonly section: number;
}

let image: Uint8Array | undefined;

/** The image, made once: it is the same for all machines. The bytes must not be changed. */
export function vdsoImage(): Uint8Array {
  image ??= build();
  return image;
}

function build(): Uint8Array {
  const { text, symbols } = assembleText();
  const bytes = new Uint8Array(VDSO_BYTES);
  const dynamic = layDynamicParts(bytes, symbols);
  if (dynamic.end > TEXT_AT || TEXT_AT + text.length > VDSO_BYTES)
    throw new Error("the vDSO does not fit into its pages");
  bytes.set(text, TEXT_AT);
  bytes.set(header());
  const whole = { p_type: PT_LOAD, p_flags: PF_R | PF_X, at: 0, size: TEXT_AT + text.length, align: 0x1000 };
  const table = {
    p_type: PT_DYNAMIC,
    p_flags: PF_R,
    at: dynamic.start,
    size: dynamic.end - dynamic.start,
    align: 8,
  };
  [whole, table].forEach(({ p_type, p_flags, at, size, align }, n) => {
    const place = { p_offset: BigInt(at), p_vaddr: BigInt(at), p_paddr: BigInt(at) };
    const length = { p_filesz: BigInt(size), p_memsz: BigInt(size), p_align: BigInt(align) };
    bytes.set(
      ELF64_PROGRAM_HEADER.encode({ p_type, p_flags, ...place, ...length }),
      ELF64_HEADER.size + n * ELF64_PROGRAM_HEADER.size,
    );
  });
  return bytes;
}

/** The code, and what its functions are called. */
function assembleText(): { text: Uint8Array; symbols: readonly VdsoSymbol[] } {
  const { bytes: text, symbols } = fixedCode(VDSO_SOURCE, VDSO_ADDRESSES);
  const functions = VDSO_FUNCTIONS.flatMap((name): VdsoSymbol[] => {
    const value = Number(symbols.get(name)!) - DATA_BEFORE;
    const plain = name.replace("__vdso_", "");
    return [
      { name, value, information: FUNCTION, section: 1 },
      { name: plain, value, information: WEAK_FUNCTION, section: 1 },
    ];
  });
  return {
    text,
    symbols: [...functions, { name: VERSION, value: 0, information: OBJECT, section: SHN_ABS }],
  };
}

function header(): Uint8Array {
  return ELF64_HEADER.encode({
    e_ident: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ...{ e_type: ET_DYN, e_machine: EM_X86_64, e_version: 1, e_entry: BigInt(TEXT_AT), e_flags: 0 },
    ...{ e_phoff: BigInt(ELF64_HEADER.size), e_phentsize: ELF64_PROGRAM_HEADER.size, e_phnum: 2 },
    ...{ e_shoff: 0n, e_ehsize: ELF64_HEADER.size, e_shentsize: 64, e_shnum: 0, e_shstrndx: 0 },
  });
}

/** Everything from the hash tables to the dynamic table; where the latter is. */
function layDynamicParts(
  bytes: Uint8Array,
  symbols: readonly VdsoSymbol[],
): { readonly start: number; readonly end: number } {
  const strings = new StringTable();
  const names = symbols.map(({ name }) => name);
  let at = ELF64_HEADER.size + 2 * ELF64_PROGRAM_HEADER.size;
  const lay = (part: Uint8Array): number => {
    const here = (at + 7) & ~7;
    bytes.set(part, here);
    at = here + part.length;
    return here;
  };
  const symbolBytes = symbolTable(symbols, strings);
  const versions = versionDefinitions(strings);
  const soname = strings.add(SONAME);
  const entries = {
    HASH: lay(systemVHashTable(names)),
    GNU_HASH: lay(gnuHashTable(names)),
    SYMTAB: lay(symbolBytes),
    STRTAB: lay(strings.bytes),
    VERSYM: lay(new Uint8Array(new Uint16Array([0, ...symbols.map(() => 2)]).buffer)),
    VERDEF: lay(versions),
    ...{ SONAME: soname, STRSZ: strings.bytes.length, SYMENT: SYMBOL_BYTES, VERDEFNUM: 2 },
  };
  const start = lay(dynamicTable(entries));
  return { start, end: at };
}

function dynamicTable(entries: Readonly<Record<Exclude<keyof typeof DT, "NULL">, number>>): Uint8Array {
  const words = Object.entries(entries).flatMap(([name, value]) => [
    BigInt(DT[name as keyof typeof DT]),
    BigInt(value),
  ]);
  return new Uint8Array(new BigUint64Array([...words, 0n, 0n]).buffer);
}

function symbolTable(symbols: readonly VdsoSymbol[], strings: StringTable): Uint8Array {
  const table = new Uint8Array((symbols.length + 1) * SYMBOL_BYTES);
  const view = new DataView(table.buffer);
  symbols.forEach(({ name, value, information, section }, n) => {
    const at = (n + 1) * SYMBOL_BYTES;
    view.setUint32(at, strings.add(name), true);
    view.setUint8(at + 4, information);
    view.setUint16(at + 6, section, true);
    view.setBigUint64(at + 8, BigInt(value), true);
  });
  return table;
}

/** The file's own name as version 1, and LINUX_2.6 as version 2: struct Verdef with one Verdaux each. */
function versionDefinitions(strings: StringTable): Uint8Array {
  const ENTRY = 20;
  const NAME = 8;
  const table = new Uint8Array(2 * (ENTRY + NAME));
  const view = new DataView(table.buffer);
  [SONAME, VERSION].forEach((name, n) => {
    const at = n * (ENTRY + NAME);
    const isBase = n === 0;
    [1, isBase ? 1 : 0, n + 1, 1].forEach((half, k) => {
      view.setUint16(at + k * 2, half, true);
    });
    const words = [systemVHash(name), ENTRY, isBase ? ENTRY + NAME : 0, strings.add(name), 0];
    words.forEach((word, k) => {
      view.setUint32(at + 8 + k * 4, word, true);
    });
  });
  return table;
}

/** Strings one behind the other, each once. */
class StringTable {
  private text = "\0";

  add(name: string): number {
    const known = this.text.indexOf(`\0${name}\0`);
    if (known >= 0) return known + 1;
    const at = this.text.length;
    this.text += `${name}\0`;
    return at;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.text, (char) => char.charCodeAt(0));
  }
}
