/** Damaged ELF files as lines for `run-patched.c`: the bases that are damaged, and random damage. */
import type { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import { tailOffset, tinyElf } from "./tiny-elf.js";

const GNU_STACK = { p_type: 0x6474e551, p_flags: 6 };

/** A program alone, and one that names an interpreter: another tiny program at another address. */
export const PLAIN = tinyElf([GNU_STACK]);
export const INTERPRETED = tinyElf(
  [{ p_type: 3, p_flags: 4, p_offset: tailOffset(1), p_filesz: 9n, p_memsz: 9n }],
  "./interp\0",
);
export const INTERPRETER = tinyElf([], "", 0x500000);

/** Two segments, the second with zeros behind its bytes; and the same for any address. */
const DATA = { p_type: 1, p_flags: 6, p_vaddr: 0x402000n, p_filesz: 0x20n, p_memsz: 0x3000n };
export const WITH_ZEROS = tinyElf([DATA, GNU_STACK]);
export const MOVABLE = movable(tinyElf([{ ...DATA, p_vaddr: 0x2000n }, GNU_STACK], "", 0));
export const MOVABLE_INTERPRETED = movable(INTERPRETED);

function movable(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  copy[16] = 3;
  return copy;
}

/** Fields whose bytes are changed most: they decide something. */
const DECISIVE = [
  0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 24, 25, 26, 31, 32, 33, 39, 40, 52, 54, 55, 56, 57, 58, 60,
];
const USUAL_BYTES = [0, 1, 2, 3, 4, 7, 0x38, 0x3e, 0x40, 0x7f, 0x80, 0xff];

/**
 * Cases for `run-patched.c`: a few bytes changed, or the file cut off.
 * @param size how many bytes may be changed: the headers, not the code, for processors differ
 */
export function randomCases(pool: RandomPool, count: number, size: number): string[] {
  const below = (n: number): number => pool.next() % n;
  const byte = (): number => USUAL_BYTES[below(USUAL_BYTES.length + 1)] ?? below(256);
  const patch = (): string => {
    const at = below(3) === 0 ? (DECISIVE[below(DECISIVE.length)] ?? 0) : below(size);
    return `${at.toString(16)}=${byte().toString(16)}`;
  };
  return Array.from({ length: count }, () => {
    if (below(12) === 0) return `cut=${below(size)}`;
    return Array.from({ length: 1 + below(3) }, patch).join(" ");
  });
}

/** Cases that change a whole field of a program header to a value that matters. */
export function headerCases(pool: RandomPool, count: number, headers: number): string[] {
  const values = [
    ...[0n, 1n, 7n, 0xfffn, 0x1000n, 0x1001n, 0x2000n, 0x10000n, 0x200000n, 0x400000n, 0x401000n],
    ...[0x7ffffffff000n, 0x7fffffffe000n, 0x7ffffffde000n, 0x800000000000n, 1n << 32n, 1n << 46n, 1n << 40n],
    ...[1n << 63n, (1n << 64n) - 1n, (1n << 64n) - 0x1000n, 0x7ffff7ff0000n, 0x555555554000n],
  ];
  const below = (n: number): number => pool.next() % n;
  const change = (): string => {
    const field = below(headers * 6 + 2);
    // The entry point and the place of the table, or one of six fields of a header: offset, vaddr, paddr, filesz, memsz, align.
    const at = field < 2 ? 24 + field * 8 : 64 + Math.floor((field - 2) / 6) * 56 + 8 + ((field - 2) % 6) * 8;
    const value = values[below(values.length)]! + BigInt(below(4) === 0 ? below(0x3000) : 0);
    return Array.from({ length: 8 }, (_, n) => {
      const byte = (BigInt.asUintN(64, value) >> BigInt(8 * n)) & 255n;
      return `${(at + n).toString(16)}=${byte.toString(16)}`;
    }).join(" ");
  };
  return Array.from({ length: count }, () => Array.from({ length: 1 + below(2) }, change).join(" "));
}

/** Whether what becomes of a file depends on how much memory the machine has. */
export function dependsOnMemory(file: Uint8Array): boolean {
  const view = new DataView(file.buffer);
  const count = Math.floor((file.length - 64) / 56);
  return Array.from({ length: Math.min(count, 3) }, (_, n) => view.getBigUint64(64 + n * 56 + 40, true)).some(
    (size) => size > 1n << 26n && size < 1n << 44n,
  );
}

/** A base with a case's changes. */
export function patched(base: Uint8Array, line: string): Uint8Array {
  let file = base.slice();
  for (const word of line.split(" ")) {
    const [place = "", value = ""] = word.split("=");
    if (place === "cut") file = file.slice(0, Number(value));
    else file[Number.parseInt(place, 16)] = Number.parseInt(value, 16);
  }
  return file;
}
