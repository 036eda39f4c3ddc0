/**
 * Names and paths are bytes to the kernel, which knows no character set. Inside they are "byte strings": JavaScript
 * strings in which each char stands for one byte (0 to 255), so that any byte survives and comparing stays cheap.
 */

/** The byte string of some bytes. */
export function fromBytes(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

/** The bytes of a byte string. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The byte string of a text in UTF-8, for names that come from people. */
export function fromText(text: string): string {
  const wellFormed = text.replace(/\p{Surrogate}/gu, "\u{fffd}");
  return unescapePercent(encodeURIComponent(wellFormed));
}

function unescapePercent(escaped: string): string {
  return escaped.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
