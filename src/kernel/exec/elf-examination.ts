/**
 * The checks that Linux makes of an ELF file before the point of no return, in its order and with its errno; and none
 * that it does not make: class, byte order, versions and the section table may say what they like.
 * Models load_elf_binary up to begin_new_exec, load_elf_phdrs and elf_read (Linux 6.18, fs/binfmt_elf.c). Leaves out:
 * PT_GNU_PROPERTY (x86-64 kernels ignore it), 32-bit programs, FDPIC.
 */
import { E, type Errno, failed, type Result } from "../abi/errno.js";
import {
  ELF64_HEADER,
  type ElfHeader,
  EM_X86_64,
  ET_DYN,
  ET_EXEC,
  FILE_TYPES,
  hasElfMagic,
  MACHINES,
  parseElfHeader,
} from "./elf-header.js";
import {
  ELF64_PROGRAM_HEADER,
  PF_X,
  type ProgramHeader,
  PT_GNU_STACK,
  PT_INTERP,
  parseProgramHeaders,
} from "./elf-program-headers.js";
import { Refusal, refused } from "./refusal.js";
import { explainUnknownFormat } from "./unknown-format.js";

/** A file that may be a program. */
export interface ProgramFile {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  readAt(offset: number, length: number): Uint8Array;
}

/** A file that passed. */
export interface ElfProgram {
  readonly header: ElfHeader;
  readonly programHeaders: readonly ProgramHeader[];
}

/** A program with what its own table asks for. */
export interface ElfExecutable extends ElfProgram {
  /** The program that PT_INTERP names, which loads the libraries; undefined when statically linked. */
  readonly interpreter: ElfInterpreter | undefined;
  /** The stack's pages may be executed: PT_GNU_STACK says so. */
  readonly executableStack: boolean;
}

export interface ElfInterpreter {
  readonly path: string;
  readonly file: ProgramFile;
  readonly program: ElfProgram;
}

const LARGEST_TABLE = 65536;
const LONGEST_PATH = 4096;

/**
 * Examines a file that is to be executed.
 * @param openInterpreter opens the path that PT_INTERP names, as exec opens files
 */
export function examineElf(
  file: ProgramFile,
  openInterpreter: (path: string) => Result<ProgramFile>,
): ElfExecutable | Refusal {
  const header = examineHeader(file, E.ENOEXEC);
  if (refused(header)) return header;
  const programHeaders = readProgramHeaders(file, header, E.ENOEXEC);
  if (refused(programHeaders)) return programHeaders;
  const interpreter = examineInterpreter(file, programHeaders, openInterpreter);
  if (refused(interpreter)) return interpreter;
  return { header, programHeaders, interpreter, executableStack: hasExecutableStack(programHeaders) };
}

/** Magic, type and machine; `errno` is what a failure gives, which differs for an interpreter. */
function examineHeader(file: ProgramFile, errno: Errno): ElfHeader | Refusal {
  const start = file.readAt(0, ELF64_HEADER.size);
  if (!hasElfMagic(start)) {
    const { reason, nextStep } = explainUnknownFormat(file.readAt(0, 256));
    return new Refusal(errno, "e_ident at 0x0", reason, nextStep);
  }
  const header = parseElfHeader(start);
  if (header.e_type !== ET_EXEC && header.e_type !== ET_DYN && errno === E.ENOEXEC)
    return wrongType(header.e_type);
  if (header.e_machine !== EM_X86_64) return wrongMachine(header.e_machine, errno);
  return header;
}

function wrongType(type: number): Refusal {
  const what = FILE_TYPES[type] ? `this is ${FILE_TYPES[type]}` : `the ELF type ${type} is unknown`;
  const nextStep = type === 1 ? "link it into a program with gcc -static" : "choose an executable program";
  return new Refusal(E.ENOEXEC, "e_type at 0x10", what, nextStep);
}

function wrongMachine(machine: number, errno: Errno): Refusal {
  const what = MACHINES[machine]
    ? `this is ${MACHINES[machine]}`
    : `the machine number ${machine} is not x86-64's`;
  const nextStep = machine === 3 ? "compile it with gcc -m64 -static" : "compile it for x86-64 Linux";
  return new Refusal(errno, "e_machine at 0x12", `${what}, and this machine runs x86-64`, nextStep);
}

/** The table, which must have entries of the right size, at least one, at most 64 KiB in all, and all in the file. */
function readProgramHeaders(file: ProgramFile, header: ElfHeader, errno: Errno): ProgramHeader[] | Refusal {
  const { e_phentsize, e_phnum } = header;
  const entry = ELF64_PROGRAM_HEADER.size;
  if (e_phentsize !== entry) {
    return new Refusal(
      errno,
      "e_phentsize at 0x36",
      `a program header has ${entry} bytes, this file says ${e_phentsize}`,
      "the header is damaged, or the file is no 64-bit program",
    );
  }
  const size = entry * e_phnum;
  if (e_phnum === 0 || size > LARGEST_TABLE) {
    const reason = e_phnum === 0 ? "it has no program headers" : `${e_phnum} program headers are too many`;
    return new Refusal(
      errno,
      "e_phnum at 0x38",
      reason,
      "the kernel could not know what to load; link it again",
    );
  }
  const offset = Number(header.e_phoff);
  const table = file.readAt(offset, size);
  if (table.length < size) return truncated("program headers", offset, size, file, errno);
  return parseProgramHeaders(table);
}

function truncated(what: string, offset: number, size: number, file: ProgramFile, errno: Errno): Refusal {
  return new Refusal(
    errno,
    `offset 0x${offset.toString(16)}`,
    `truncated: ${what} at 0x${offset.toString(16)} need ${size} bytes, the file has ${file.size}`,
    "copy the whole file again",
  );
}

/** The first PT_INTERP counts; without one the program is loaded alone. */
function examineInterpreter(
  file: ProgramFile,
  programHeaders: readonly ProgramHeader[],
  openInterpreter: (path: string) => Result<ProgramFile>,
): ElfInterpreter | Refusal | undefined {
  const entry = programHeaders.find(({ p_type }) => p_type === PT_INTERP);
  if (!entry) return undefined;
  const path = readInterpreterPath(file, entry);
  if (refused(path)) return path;
  const opened = openInterpreter(path);
  if (failed(opened)) return cannotOpen(path, opened);
  if (opened.size < ELF64_HEADER.size)
    return truncated(`the ELF header of ${path}`, 0, ELF64_HEADER.size, opened, E.EIO);
  const header = examineHeader(opened, E.ELIBBAD);
  if (refused(header)) return header;
  const table = readProgramHeaders(opened, header, E.ELIBBAD);
  if (refused(table)) return table;
  return { path, file: opened, program: { header, programHeaders: table } };
}

function readInterpreterPath(file: ProgramFile, entry: ProgramHeader): string | Refusal {
  const size = Number(entry.p_filesz);
  const offset = Number(entry.p_offset);
  if (size > LONGEST_PATH || size < 2) {
    return new Refusal(E.ENOEXEC, "PT_INTERP", `a path of ${size} bytes cannot be`, "the file is damaged");
  }
  if (entry.p_offset >= 1n << 63n) {
    return new Refusal(
      E.EINVAL,
      "PT_INTERP",
      "the interpreter's path begins at a negative offset",
      "the file is damaged",
    );
  }
  const bytes = file.readAt(offset, size);
  if (bytes.length < size) return truncated("the interpreter's path", offset, size, file, E.EIO);
  if (bytes[size - 1] !== 0) {
    return new Refusal(
      E.ENOEXEC,
      "PT_INTERP",
      "the interpreter's path does not end with NUL",
      "the file is damaged",
    );
  }
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
}

function cannotOpen(path: string, errno: Errno): Refusal {
  const why = errno === E.ENOENT ? "which is not in this machine's file tree" : "which cannot be opened";
  return new Refusal(errno, "PT_INTERP", `needs the interpreter ${path}, ${why}`, "link with -static");
}

/** The last PT_GNU_STACK counts; without one a 64-bit program's stack is not executable (Linux 5.8 and later). */
function hasExecutableStack(programHeaders: readonly ProgramHeader[]): boolean {
  const entry = programHeaders.findLast(({ p_type }) => p_type === PT_GNU_STACK);
  return entry !== undefined && (entry.p_flags & PF_X) !== 0;
}
