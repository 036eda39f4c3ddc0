/**
 * Byte strings for the decoder, the same in every run: pure chance, which mostly hits common one-byte opcodes; shaped
 * like code, with prefixes, REX and escapes in front; and every opcode of every map as often as any other.
 */

const LENGTH = 15;
const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65];
const ESCAPES: readonly (readonly number[])[] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
/** ModRM bytes with a SIB byte, without a base, and with a base of RIP: rare in bytes of pure chance. */
const ODD_MODRM = [0x04, 0x05, 0x44, 0x84, 0x24, 0x0c, 0x3d, 0x25];

/** xorshift32: numbers of 24 bits. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  };
}

/** `count` strings of 15 bytes. The array is the same object each time, with other bytes. */
export function* randomBytes(count: number, seed: number): Iterable<Uint8Array> {
  const next = generator(seed);
  const bytes = new Uint8Array(LENGTH);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < LENGTH; k++) bytes[k] = next();
    if (n % 4 === 1) bytes.set(shaped(next));
    else if (n % 4 > 1) bytes.set(anyOpcode(next));
    yield bytes;
  }
}

/** Up to three prefixes, a REX and an escape, each now and then. */
function shaped(next: () => number): number[] {
  const start = prefixes(next, 3);
  if ((next() & 1) !== 0) start.push(0x40 | (next() & 15));
  if ((next() & 1) !== 0) start.push(0x0f);
  return start;
}

/** Any opcode of any map behind at most one prefix and a REX. */
function anyOpcode(next: () => number): number[] {
  const start = prefixes(next, 1);
  if ((next() & 3) === 0) start.push(0x40 | (next() & 15));
  start.push(...ESCAPES[next() % 16 < 14 ? next() & 1 : 2 + (next() & 1)]!, next() & 0xff);
  if ((next() & 3) === 0) start.push(ODD_MODRM[next() % ODD_MODRM.length]!);
  return start;
}

function prefixes(next: () => number, most: number): number[] {
  const count = next() % (most + 1);
  return Array.from({ length: count }, () => PREFIXES[next() % PREFIXES.length]!);
}
