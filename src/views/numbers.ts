/** How views write numbers: always the same way, so that a reader learns it once. */

/** `n` in at least `digits` hexadecimal digits, without prefix. Negative numbers as 64 bits. */
export function hexDigits(n: bigint | number, digits: number): string {
  return BigInt.asUintN(64, BigInt(n)).toString(16).padStart(digits, "0");
}

/** With 0x and no leading zeros. */
export function hex(n: bigint | number): string {
  return `0x${hexDigits(n, 1)}`;
}

/** 64 bits in four groups of four digits. */
export function hexGroups(n: bigint): string {
  return hexDigits(n, 16).replace(/(.{4})(?=.)/g, "$1 ");
}

/** 64 bits read as a signed number. */
export function signed(n: bigint): bigint {
  return BigInt.asIntN(64, n);
}

/** A count with thin groups of three: 50 000 000. */
export function count(n: number): string {
  return String(n).replace(/(\d)(?=(\d{3})+$)/g, "$1\u202f");
}

/** `one`, or `many` with the number in front. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** The printable characters of bytes; a dot for each other one. */
export function characters(bytes: readonly (number | undefined)[]): string {
  return bytes.map((b) => (b !== undefined && b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".")).join("");
}

/** Eight bits as text. */
export function bits(n: number, width: number): string {
  return n.toString(2).padStart(width, "0");
}

/** Joins clauses as a sentence does: "a, b and c". */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
