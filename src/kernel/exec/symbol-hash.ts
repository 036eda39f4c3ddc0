/**
 * The two hash tables by which a dynamic linker finds symbols, for tables so small that one bucket does.
 *
 *     .hash       buckets · chains · bucket[…] · chain[symbol]              32-bit words
 *     .gnu.hash   buckets · first symbol · words of the filter · shift · filter (64 bits) · bucket[…] · hash[symbol]
 *
 * Source: System V gABI, "Hash Table"; GNU binutils, the layout of DT_GNU_HASH.
 */

/** The hash of a name in .hash, and of versions. */
export function systemVHash(name: string): number {
  let hash = 0;
  for (let n = 0; n < name.length; n++) {
    hash = ((hash << 4) + name.charCodeAt(n)) >>> 0;
    hash = (hash ^ ((hash & 0xf0000000) >>> 24)) & 0x0fffffff;
  }
  return hash >>> 0;
}

/** The hash of a name in .gnu.hash. */
export function gnuHash(name: string): number {
  let hash = 5381;
  for (let n = 0; n < name.length; n++) hash = (Math.imul(hash, 33) + name.charCodeAt(n)) >>> 0;
  return hash;
}

const bytesOf = (words: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);

/** @param names of the symbols from number 1 on */
export function systemVHashTable(names: readonly string[]): Uint8Array {
  const chain = [0, ...names.map((_, n) => (n + 1 < names.length ? n + 2 : 0))];
  return bytesOf([1, chain.length, 1, ...chain]);
}

/** @param names of the symbols from number 1 on */
export function gnuHashTable(names: readonly string[]): Uint8Array {
  const SHIFT = 6;
  const hashes = names.map(gnuHash);
  const filter = hashes.reduce(
    (word, hash) => word | (1n << BigInt(hash % 64)) | (1n << BigInt((hash >>> SHIFT) % 64)),
    0n,
  );
  const halves = [Number(filter & 0xffffffffn), Number(filter >> 32n)];
  // The lowest bit says that the chain ends here.
  const chain = hashes.map((hash, n) => ((hash & ~1) | (n + 1 === hashes.length ? 1 : 0)) >>> 0);
  return bytesOf([1, 1, 1, SHIFT, ...halves, 1, ...chain]);
}
