/** Bytes of a WebAssembly module while they are written, with the number formats of the binary encoding (§5.2). */

export class CodeBuffer {
  private bytes = new Uint8Array(1024);
  length = 0;

  byte(value: number): this {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
    return this;
  }

  /** An opcode; one above 255 stands behind its prefix, as `prefix << 16 | code`. */
  opcode(code: number): this {
    if (code <= 0xff) return this.byte(code);
    return this.byte(code >>> 16).unsigned(code & 0xffff);
  }

  /** LEB128, unsigned, up to 32 bits. */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** LEB128, signed, of an int32. */
  signed(value: number): this {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.byte(rest & 0x7f);
  }

  /** LEB128, signed, of 64 bits. */
  signed64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    if (rest >= -0x80000000n && rest <= 0x7fffffffn) return this.signed(Number(rest));
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.byte(Number(rest & 0x7fn));
  }

  /** `count` bytes of a number, the lowest first. */
  fixed(value: bigint, count: number): this {
    for (let n = 0; n < count; n++) this.byte(Number((value >> BigInt(8 * n)) & 0xffn));
    return this;
  }

  append(other: CodeBuffer): this {
    this.grow(other.length);
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length += other.length;
    return this;
  }

  /** A name: its length and its characters, all ASCII. */
  name(text: string): this {
    this.unsigned(text.length);
    for (let n = 0; n < text.length; n++) this.byte(text.charCodeAt(n));
    return this;
  }

  /** What was written so far. */
  get contents(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private grow(by: number): void {
    if (this.length + by <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
