/**
 * Encodings of instructions that the source has had before, word for word. Only of those in which no name stands but registers,
 * so that nothing that is defined elsewhere counts. A kernel's entry stubs are mostly such repetitions.
 */
import type { CodeSize } from "../../machine/isa/insn.js";
import type { Encoding } from "./encoding.js";
import { REGISTERS } from "./register-names.js";
import type { Token } from "./tokens.js";

const SIZE_WORDS = new Set(["byte", "word", "dword", "qword", "tbyte", "xmmword", "oword", "ptr"]);

export class KnownInstructions {
  private readonly encodings = new Map<string, Encoding>();

  /** What makes instructions the same; undefined when that depends on more than their words. */
  keyOf(tokens: readonly Token[], codeSize: CodeSize): string | undefined {
    let key = `${codeSize}`;
    for (const [n, { kind, text }] of tokens.entries()) {
      const word = text.toLowerCase();
      const isName = kind === "word" && n > 0 && !REGISTERS.has(word) && !SIZE_WORDS.has(word);
      if (isName || kind === "string" || /^\d+[fb]$/.test(word)) return undefined;
      key += ` ${word}`;
    }
    return key;
  }

  get(key: string | undefined): Encoding | undefined {
    return key === undefined ? undefined : this.encodings.get(key);
  }

  /** Keeps what is finished; bytes that wait for addresses are not. */
  keep(key: string | undefined, encoding: Encoding): void {
    if (key !== undefined && encoding.fixups.length === 0) this.encodings.set(key, encoding);
  }
}
