/** Random bytes that look like code now and then: the same in every run. */

const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65];

/** `count` strings of 15 bytes; every other one begins with some prefixes, a REX and an escape. */
export function* randomCode(count: number, seed: number): Iterable<Uint8Array> {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 0xff;
  };
  for (let n = 0; n < count; n++) {
    const bytes: number[] = [];
    if (n % 2 === 1) {
      for (let k = next() & 3; k > 0; k--) bytes.push(PREFIXES[next() % PREFIXES.length]!);
      if ((next() & 1) !== 0) bytes.push(0x40 | (next() & 15));
      if ((next() & 1) !== 0) bytes.push(0x0f);
    }
    while (bytes.length < 15) bytes.push(next());
    yield Uint8Array.from(bytes);
  }
}
