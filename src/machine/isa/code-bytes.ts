/**
 * The bytes of the instruction that is being decoded, read one after the other. There is one reader, because decoding
 * never nests; what is read beyond the end is zero and marks the whole as failed.
 * Source: Intel SDM Vol. 2A §2.3.11 (15 bytes).
 */

/** The longest instruction; a longer one raises #GP(0). */
export const MAX_LENGTH = 15;

/**
 * Why bytes are not an instruction: `truncated` – they end too early; `too-long` – over 15 bytes;
 * `invalid` – no definition has this encoding; `lock` – LOCK where it is not allowed.
 */
export type DecodeFailure = "truncated" | "too-long" | "invalid" | "lock";

let code: Uint8Array;
let position = 0;
let end = 0;
let failure: DecodeFailure | undefined;

/** Begins at `bytes[offset]`; nothing at or after `limit` is read. */
export function begin(bytes: Uint8Array, offset: number, limit: number): void {
  code = bytes;
  position = offset;
  end = Math.min(limit, offset + MAX_LENGTH);
  failure = undefined;
}

/** Index of the byte that `next` reads. */
export const place = (): number => position;

/** The first reason why this is no instruction. */
export const failed = (): DecodeFailure | undefined => failure;

/** Notes a reason; the first one counts. */
export function fail(reason: DecodeFailure): void {
  failure ??= reason;
}

/** The byte that `next` would read; 0 beyond the end. */
export const ahead = (): number => (position < end ? code[position]! : 0);

export function next(): number {
  if (position >= end) {
    failure ??= "truncated";
    return 0;
  }
  return code[position++]!;
}

export const nextSigned8 = (): number => (next() << 24) >> 24;

export function next16(): number {
  return next() | (next() << 8);
}

/** As int32. */
export function next32(): number {
  return next() | (next() << 8) | (next() << 16) | (next() << 24);
}

export function next64(): bigint {
  const low = next32() >>> 0;
  return BigInt(low) | (BigInt(next32() >>> 0) << 32n);
}

/** Numbers of this size are made once: in instructions they are frequent, and an instruction that shares them takes less memory. */
const SMALL = 512;
const small: readonly bigint[] = Array.from({ length: 2 * SMALL }, (_, n) => BigInt(n - SMALL));

/** An integer of at most 32 bits for an instruction to keep. */
export const kept = (n: number): bigint => (n >= -SMALL && n < SMALL ? small[n + SMALL]! : BigInt(n));
