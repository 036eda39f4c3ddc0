/** Fields in the headers of a tar archive. Source: POSIX.1-2017, pax; GNU tar manual, "Extensions". */

/** A text that ends with NUL or with its field; a byte string. */
export function text(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("latin1");
}

/** Octal digits, or (the first bit set) a number in base 256. */
export function number(bytes: Uint8Array, at: number, length: number): number {
  if (((bytes[at] ?? 0) & 0x80) === 0) return Number.parseInt(text(bytes, at, length).trim() || "0", 8);
  return bytes.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, (bytes[at] ?? 0) & 0x7f);
}
