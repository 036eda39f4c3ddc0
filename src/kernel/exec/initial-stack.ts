/**
 * The stack with which a program begins, as a pure function.
 *
 *     stack top   8 bytes zero
 *                 file name given to execve, NUL
 *                 environment strings, then below them argument strings, each with NUL
 *                 (random gap), down to a multiple of 16
 *                 "x86_64", NUL
 *                 16 random bytes
 *                 down to a multiple of 16 less what follows
 *                 AT_NULL pair … auxiliary vector pairs
 *                 NULL, pointers to the environment
 *                 NULL, pointers to the arguments
 *     rsp →       argc
 *
 * Source: System V ABI, AMD64 supplement §3.4.1; Linux 6.18, fs/exec.c (copy_strings), fs/binfmt_elf.c
 * (create_elf_tables), arch/x86/kernel/process.c (arch_align_stack).
 */
import { AUX } from "../abi/auxiliary-vector.js";

/** One pair of the auxiliary vector; the three that point into the stack are given by name. */
export type AuxiliaryPair = readonly [type: number, value: bigint | "random" | "file name" | "platform"];

export interface StackContents {
  /** One past the highest byte, a multiple of the page size. */
  readonly top: number;
  /** Byte strings. An empty list becomes one empty string, as since Linux 5.18. */
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  /** The path given to execve, a byte string. */
  readonly fileName: string;
  /** Without the closing AT_NULL. */
  readonly auxiliary: readonly AuxiliaryPair[];
  /** 16 bytes for AT_RANDOM. */
  readonly random: Uint8Array;
  /** What AT_PLATFORM points to. */
  readonly platform?: string;
  /** How far randomisation moves everything below the strings, 0 to 8191. */
  readonly gap?: number;
}

/** A part of the stack, for a view to label. */
export interface StackRegion {
  readonly name:
    | "argc"
    | "argv"
    | "envp"
    | "auxiliary vector"
    | "random"
    | "platform"
    | "arguments"
    | "environment"
    | "file name";
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

export interface InitialStack {
  /** Where argc lies, a multiple of 16. */
  readonly rsp: number;
  /** From rsp to the top. */
  readonly bytes: Uint8Array;
  /** From low to high; between them is padding. */
  readonly regions: readonly StackRegion[];
  /** Where the argument strings and the environment strings lie, for /proc/PID/cmdline and environ. */
  readonly argStart: number;
  readonly argEnd: number;
  readonly envStart: number;
  readonly envEnd: number;
}

const POINTER = 8;

/** Lays out the stack. Without randomisation the result depends on nothing but `contents`. */
export function buildInitialStack(contents: StackContents): InitialStack {
  const { top, envp, fileName, random, platform = "x86_64", gap = 0 } = contents;
  const argv = contents.argv.length > 0 ? contents.argv : [""];
  const fileNameAt = top - POINTER - (fileName.length + 1);
  const environment = placeStrings(envp, fileNameAt);
  const args = placeStrings(argv, environment.start);
  const aligned = down16(args.start - gap);
  const platformAt = aligned - (platform.length + 1);
  const randomAt = platformAt - random.length;
  const named = { random: randomAt, "file name": fileNameAt, platform: platformAt };
  const auxiliary = [...contents.auxiliary, [AUX.AT_NULL, 0n] as const];
  const words = [
    BigInt(argv.length),
    ...[...args.addresses, 0].map(BigInt),
    ...[...environment.addresses, 0].map(BigInt),
    ...auxiliary.flatMap(([type, value]) => [
      BigInt(type),
      typeof value === "bigint" ? value : BigInt(named[value]),
    ]),
  ];
  const rsp = down16(randomAt - words.length * POINTER);
  const bytes = new Uint8Array(top - rsp);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setBigUint64(i * POINTER, word, true);
  });
  bytes.set(random, randomAt - rsp);
  writeStrings(bytes, rsp, [[platform], [platformAt]]);
  writeStrings(bytes, rsp, [argv, args.addresses]);
  writeStrings(bytes, rsp, [envp, environment.addresses]);
  writeStrings(bytes, rsp, [[fileName], [fileNameAt]]);
  const argvAt = rsp + POINTER;
  const envpAt = argvAt + (argv.length + 1) * POINTER;
  const auxiliaryAt = envpAt + (envp.length + 1) * POINTER;
  const regions: StackRegion[] = [
    { name: "argc", start: rsp, end: argvAt },
    { name: "argv", start: argvAt, end: envpAt },
    { name: "envp", start: envpAt, end: auxiliaryAt },
    { name: "auxiliary vector", start: auxiliaryAt, end: auxiliaryAt + auxiliary.length * 2 * POINTER },
    { name: "random", start: randomAt, end: platformAt },
    { name: "platform", start: platformAt, end: aligned },
    { name: "arguments", start: args.start, end: environment.start },
    { name: "environment", start: environment.start, end: fileNameAt },
    { name: "file name", start: fileNameAt, end: top - POINTER },
  ];
  return {
    rsp,
    bytes,
    regions,
    argStart: args.start,
    argEnd: environment.start,
    envStart: environment.start,
    envEnd: fileNameAt,
  };
}

/** Places strings one after the other so that the last one's NUL lies just below `end`. */
function placeStrings(strings: readonly string[], end: number): { start: number; addresses: number[] } {
  const start = strings.reduce((at, string) => at - (string.length + 1), end);
  let at = start;
  const addresses = strings.map((string) => {
    const here = at;
    at += string.length + 1;
    return here;
  });
  return { start, addresses };
}

function writeStrings(
  bytes: Uint8Array,
  base: number,
  [strings, addresses]: readonly [readonly string[], readonly number[]],
): void {
  strings.forEach((string, i) => {
    const at = (addresses[i] ?? base) - base;
    for (let k = 0; k < string.length; k++) bytes[at + k] = string.charCodeAt(k);
  });
}

function down16(address: number): number {
  return address - (address % 16);
}
