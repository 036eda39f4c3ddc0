/**
 * The types of the auxiliary vector: what the kernel tells a program about itself beside arguments and environment.
 * Source: Linux 6.18, include/uapi/linux/auxvec.h, arch/x86/include/uapi/asm/auxvec.h.
 */

const TABLE = [
  [0, "AT_NULL", "The end of the vector."],
  [1, "AT_IGNORE", "To be skipped."],
  [2, "AT_EXECFD", "A descriptor of the program."],
  [3, "AT_PHDR", "Where the program headers lie in memory."],
  [4, "AT_PHENT", "The size of one program header."],
  [5, "AT_PHNUM", "How many program headers there are."],
  [6, "AT_PAGESZ", "The size of a page."],
  [7, "AT_BASE", "Where the interpreter was loaded; 0 without one."],
  [8, "AT_FLAGS", "Flags; always 0 but under binfmt_misc."],
  [9, "AT_ENTRY", "The program's entry point."],
  [11, "AT_UID", "The real user."],
  [12, "AT_EUID", "The effective user."],
  [13, "AT_GID", "The real group."],
  [14, "AT_EGID", "The effective group."],
  [15, "AT_PLATFORM", "Where the platform's name lies: x86_64."],
  [16, "AT_HWCAP", "CPUID leaf 1, EDX."],
  [17, "AT_CLKTCK", "Ticks a second in which times() counts."],
  [23, "AT_SECURE", "1 when the program got more rights than its caller."],
  [25, "AT_RANDOM", "Where 16 random bytes lie."],
  [26, "AT_HWCAP2", "More capabilities: bit 1 tells of FSGSBASE."],
  [27, "AT_RSEQ_FEATURE_SIZE", "How much of struct rseq the kernel fills."],
  [28, "AT_RSEQ_ALIGN", "The alignment of struct rseq."],
  [31, "AT_EXECFN", "Where the file name given to execve lies."],
  [33, "AT_SYSINFO_EHDR", "Where the vDSO lies."],
  [51, "AT_MINSIGSTKSZ", "The smallest stack on which a signal can be delivered."],
] as const;

/** The name of an entry's type. */
export type AuxName = (typeof TABLE)[number][1];

/** Type numbers by name: `AUX.AT_PHDR`. */
export const AUX = Object.fromEntries(TABLE.map(([number, name]) => [name, number])) as Readonly<
  Record<AuxName, number>
>;

/** The table with one sentence for each type. */
export const AUX_TABLE: readonly {
  readonly number: number;
  readonly name: AuxName;
  readonly meaning: string;
}[] = TABLE.map(([number, name, meaning]) => ({ number, name, meaning }));
