/**
 * What a file is that no handler can run, guessed from its first bytes, for the reader's sake; Linux only says ENOEXEC.
 */

/** A reason and a next step. */
export interface Explanation {
  readonly reason: string;
  readonly nextStep: string;
}

const COMPILE = "compile the program for x86-64 Linux with gcc -static";

/** Beginnings of files and what they are, in words that continue "this is …". */
const BEGINNINGS: readonly (readonly [bytes: readonly number[], what: string, nextStep: string])[] = [
  [[0x4d, 0x5a], "a Windows program (MZ)", COMPILE],
  [[0xcf, 0xfa, 0xed, 0xfe], "a macOS program (Mach-O)", COMPILE],
  [[0xca, 0xfe, 0xba, 0xbe], "a macOS program for several processors, or a Java class", COMPILE],
  [[0x00, 0x61, 0x73, 0x6d], "a WebAssembly module", COMPILE],
  [[0x1f, 0x8b], "a gzip archive", "unpack it first"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz archive", "unpack it first"],
  [[0x42, 0x5a, 0x68], "a bzip2 archive", "unpack it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd archive", "unpack it first"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive", "unpack it first"],
  [
    [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e],
    "a library archive or a Debian package (ar)",
    "take the program out of it",
  ],
];

/** Explains why the file that begins with `start` (256 bytes at most) is no program. */
export function explainUnknownFormat(start: Uint8Array): Explanation {
  if (start.length === 0) return { reason: "the file is empty", nextStep: "copy it again" };
  const known = BEGINNINGS.find(([bytes]) => bytes.every((byte, i) => start[i] === byte));
  if (known) return { reason: `this is ${known[1]}`, nextStep: known[2] };
  if (start[0] === 0x23 && start[1] === 0x21) {
    return {
      reason: "this is a script",
      nextStep: "run its interpreter and give it the script as an argument",
    };
  }
  if (start.every(isText)) {
    return { reason: "this is a text without a #! line", nextStep: "run it with a shell: sh FILE" };
  }
  return { reason: "the file does not begin with 7f 45 4c 46 (ELF)", nextStep: COMPILE };
}

function isText(byte: number): boolean {
  return byte >= 0x20 || (byte >= 9 && byte <= 13) || byte === 27;
}
