/**
 * The machine's random bytes: a generator with a seed, so that a run can be repeated. The generator is xoshiro128++
 * seeded by splitmix32 (Blackman and Vigna, 2019); it is not fit for secrets, and nothing here is secret.
 */

/** An endless, repeatable stream of bytes. */
export class RandomPool {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let s = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e3779b9) >>> 0;
      let z = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.state[i] = z ^ (z >>> 15);
    }
  }

  /** The next 32 bits. */
  next(): number {
    const [a, b, c, d] = this.state as unknown as [number, number, number, number];
    const sum = (a + d) >>> 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const e = c ^ a;
    const f = d ^ b;
    this.state[1] = b ^ e;
    this.state[0] = a ^ f;
    this.state[2] = e ^ (b << 9);
    this.state[3] = (f << 11) | (f >>> 21);
    return result;
  }

  /** Fills `into` with the next bytes. */
  fill(into: Uint8Array): void {
    for (let i = 0; i < into.length; i += 4) {
      const word = this.next();
      for (let k = 0; k < 4 && i + k < into.length; k++) into[i + k] = word >>> (8 * k);
    }
  }

  /** The next `count` bytes. */
  take(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.fill(bytes);
    return bytes;
  }
}
