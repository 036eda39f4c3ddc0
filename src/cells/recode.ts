/** From bytes that a reader changed back to source: instructions where the text gives the same bytes, else `.byte`. */

import { byteText, instructionRow } from "./observe/instruction.js";
import { assembleImage } from "./stage/assemble-image.js";

/** Lines of source that assemble to `bytes`. */
export function recode(bytes: readonly number[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const row = instructionRow(bytes.slice(at), 0n);
    const own = bytes.slice(at, at + row.bytes.length);
    lines.push(row.roles.length === 0 || assemblesTo(row.text, own) ? row.text : bytesText(own));
    at += own.length;
  }
  return lines;
}

function bytesText(bytes: readonly number[]): string {
  return `.byte ${bytes.map((byte) => byteText(byte).slice(6)).join(", ")}`;
}

/** Encodings with a choice, and branches, need not come back as they were. */
function assemblesTo(text: string, bytes: readonly number[]): boolean {
  const assembled = assembleImage(text);
  if ("problems" in assembled) return false;
  const made = assembled.image.sections.find((section) => section.code)?.bytes ?? new Uint8Array();
  return made.length === bytes.length && made.every((byte, n) => byte === bytes[n]);
}
