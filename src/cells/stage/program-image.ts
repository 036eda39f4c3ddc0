/** A program assembled and laid out in memory: what a stage loads and a listing shows. */

/** A stretch of bytes with one place in memory. */
export interface ImageSection {
  readonly name: string;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** Holds instructions. */
  readonly code: boolean;
  /** For ring 0 only. */
  readonly kernel: boolean;
  readonly writable: boolean;
}

/** The bytes that one statement of the source made. */
export interface ImageLine {
  readonly line: number;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** The line as the reader wrote it, without labels and comment. */
  readonly text: string;
  /** Data rather than an instruction. */
  readonly data: boolean;
}

export interface ProgramImage {
  readonly sections: readonly ImageSection[];
  readonly symbols: ReadonlyMap<string, bigint>;
  readonly lines: readonly ImageLine[];
  readonly entry: bigint;
}

/** Gives names to addresses: a label, or the nearest label before it in the same section and the distance. */
export function namer({ sections, symbols }: ProgramImage): (address: bigint) => string | undefined {
  const sorted = [...symbols].sort((a, b) => (a[1] < b[1] ? -1 : 1));
  return (address) => {
    const section = sections.find(
      (s) => address >= s.address && address < s.address + BigInt(s.bytes.length),
    );
    if (!section) return undefined;
    let found: string | undefined;
    for (const [name, at] of sorted) {
      if (at > address || at < section.address) continue;
      found = at === address ? name : `${name}+${address - at}`;
    }
    return found;
  };
}
