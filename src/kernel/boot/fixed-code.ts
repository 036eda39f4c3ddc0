/**
 * Code of the kernel's own that is always the same: the entry stubs, the vDSO. Where the kernel is bundled for a page or as a
 * library, it has been assembled already, and `prepared-code.ts` holds the bytes; elsewhere it is assembled when it is needed.
 */
import { assemble } from "../../toolchain/assembler/assemble.js";
import { PREPARED_CODE } from "./prepared-code.js";

/** What is left of a section `.text` when it has been assembled. */
export interface FixedCode {
  readonly bytes: Uint8Array;
  readonly symbols: ReadonlyMap<string, bigint>;
}

const known = new Map<string, FixedCode>();

/** The code of a source, whose sections begin at these addresses. The bytes must not be changed. */
export function fixedCode(source: string, addresses: Readonly<Record<string, bigint>>): FixedCode {
  const key = codeKey(source);
  let code = known.get(key) ?? PREPARED_CODE.get(key);
  if (!code) {
    code = assembleText(source, addresses);
    known.set(key, code);
  }
  return code;
}

function assembleText(source: string, addresses: Readonly<Record<string, bigint>>): FixedCode {
  const result = assemble(source, { addresses });
  if (!result.ok)
    throw new Error(
      `the kernel's own code does not assemble: line ${result.errors[0]?.line}: ${result.errors[0]?.reason}`,
    );
  const text = result.sections.find((section) => section.name === ".text");
  if (!text) throw new Error("the kernel's own code has no text");
  return { bytes: text.bytes, symbols: result.symbols };
}

/** Stands for a source: its length and a hash (FNV-1a). */
export function codeKey(source: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < source.length; n++) hash = Math.imul(hash ^ source.charCodeAt(n), 0x01000193);
  return `${source.length}-${(hash >>> 0).toString(16)}`;
}
