/**
 * The auxiliary vector of a program: which facts Linux tells, in its order.
 * Source: Linux 6.18, fs/binfmt_elf.c (create_elf_tables), arch/x86/include/asm/elf.h (ARCH_DLINFO).
 */
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { AUX } from "../abi/auxiliary-vector.js";
import { ELF64_PROGRAM_HEADER } from "./elf-program-headers.js";
import type { AuxiliaryPair } from "./initial-stack.js";

/** What differs from program to program and from machine to machine. */
export interface ProgramFacts {
  /** Where the program header table lies, and its number of entries. */
  readonly programHeaders: number;
  readonly programHeaderCount: number;
  readonly entry: number;
  /** Where the interpreter stands; 0 without one. */
  readonly interpreterBase: number;
  readonly uid: number;
  readonly euid: number;
  readonly gid: number;
  readonly egid: number;
  /** The program got more rights than its caller had. */
  readonly secure: boolean;
  /** CPUID leaf 1, EDX. */
  readonly hwcap: number;
  /** Bit 1: the FSGSBASE instructions may be used. */
  readonly hwcap2: number;
  /** AT_FLAGS bit 0: binfmt_misc has kept the caller's argv[0]. */
  readonly preserveArgv0?: boolean;
  /** A descriptor of the program, if binfmt_misc has left one. */
  readonly execfd?: number | undefined;
  /** Where the vDSO lies; undefined without one. */
  readonly vdso?: number | undefined;
  /** The least size of a signal stack, if the machine tells. */
  readonly minimalSignalStack?: number;
}

const AT_FLAGS_PRESERVE_ARGV0 = 1;
/** How much of struct rseq Linux 6.18 knows, and what it is aligned to. */
const RSEQ_FEATURES = 28;
const RSEQ_ALIGNMENT = 32;
const TICKS_PER_SECOND = 100;

/** The pairs in Linux's order, without the closing AT_NULL. */
export function auxiliaryVector(facts: ProgramFacts): AuxiliaryPair[] {
  const pair = (type: number, value: number): AuxiliaryPair => [type, BigInt(value)];
  return [
    ...(facts.vdso === undefined ? [] : [pair(AUX.AT_SYSINFO_EHDR, facts.vdso)]),
    ...(facts.minimalSignalStack === undefined ? [] : [pair(AUX.AT_MINSIGSTKSZ, facts.minimalSignalStack)]),
    pair(AUX.AT_HWCAP, facts.hwcap),
    pair(AUX.AT_PAGESZ, PAGE_SIZE),
    pair(AUX.AT_CLKTCK, TICKS_PER_SECOND),
    pair(AUX.AT_PHDR, facts.programHeaders),
    pair(AUX.AT_PHENT, ELF64_PROGRAM_HEADER.size),
    pair(AUX.AT_PHNUM, facts.programHeaderCount),
    pair(AUX.AT_BASE, facts.interpreterBase),
    pair(AUX.AT_FLAGS, facts.preserveArgv0 ? AT_FLAGS_PRESERVE_ARGV0 : 0),
    pair(AUX.AT_ENTRY, facts.entry),
    pair(AUX.AT_UID, facts.uid),
    pair(AUX.AT_EUID, facts.euid),
    pair(AUX.AT_GID, facts.gid),
    pair(AUX.AT_EGID, facts.egid),
    pair(AUX.AT_SECURE, facts.secure ? 1 : 0),
    [AUX.AT_RANDOM, "random"],
    pair(AUX.AT_HWCAP2, facts.hwcap2),
    [AUX.AT_EXECFN, "file name"],
    [AUX.AT_PLATFORM, "platform"],
    ...(facts.execfd === undefined ? [] : [pair(AUX.AT_EXECFD, facts.execfd)]),
    pair(AUX.AT_RSEQ_FEATURE_SIZE, RSEQ_FEATURES),
    pair(AUX.AT_RSEQ_ALIGN, RSEQ_ALIGNMENT),
  ];
}
