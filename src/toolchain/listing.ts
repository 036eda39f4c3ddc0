/** Which bytes each line of a source became, and which line an address came from. */
import type { Assembly, ListingLine } from "./assembler/assemble.js";

/** Lines of the source by address and addresses by line. */
export class LineMap {
  /** What takes up room, by address. */
  private readonly rows: readonly ListingLine[];
  private readonly byLine = new Map<number, ListingLine[]>();

  constructor({ listing }: Assembly) {
    this.rows = listing
      .filter((row) => row.bytes.length > 0)
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    for (const row of this.rows) {
      const others = this.byLine.get(row.line);
      if (others) others.push(row);
      else this.byLine.set(row.line, [row]);
    }
  }

  /** The statement whose bytes contain an address; undefined outside of the program. */
  rowAt(address: bigint): ListingLine | undefined {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    const row = this.rows[low - 1];
    return row && address < row.address + BigInt(row.bytes.length) ? row : undefined;
  }

  /** The line, from 1, whose bytes contain an address. */
  lineAt(address: bigint): number | undefined {
    return this.rowAt(address)?.line;
  }

  /** What a line became, by address: several statements, one, or nothing. */
  rowsOf(line: number): readonly ListingLine[] {
    return this.byLine.get(line) ?? [];
  }
}

const BYTES_A_ROW = 8;
/** Rows of a long statement, such as `.zero 1000`. */
const MOST_ROWS = 8;
const LINE_WIDTH = 5;

/** The source with address and bytes beside every line. */
export function listingText(assembly: Assembly, source: string): string {
  const map = new LineMap(assembly);
  const digits = Math.max(8, ...assembly.sections.map(({ address }) => address.toString(16).length));
  const blank = " ".repeat(digits);
  const empty = new Set(assembly.sections.filter(({ zero }) => zero).map(({ name }) => name));
  return source
    .split("\n")
    .flatMap((text, n) => {
      const rows = map
        .rowsOf(n + 1)
        .flatMap((row) => (empty.has(row.section) ? roomOf(row, digits) : bytesOf(row, digits)));
      const [first = `${blank}  ${" ".repeat(3 * BYTES_A_ROW - 1)}`, ...more] = rows;
      const number = String(n + 1).padStart(LINE_WIDTH);
      return [
        `${number}  ${first}  ${text}`.trimEnd(),
        ...more.map((row) => `${" ".repeat(LINE_WIDTH)}  ${row}`.trimEnd()),
      ];
    })
    .join("\n");
}

/** Of what is all zero only the size is worth a line. */
function roomOf({ address, bytes }: ListingLine, digits: number): string[] {
  return [`${addressText(address, digits)}  ${`${bytes.length} bytes`.padEnd(3 * BYTES_A_ROW - 1)}`];
}

function addressText(address: bigint, digits: number): string {
  return address.toString(16).padStart(digits, "0");
}

function bytesOf({ address, bytes }: ListingLine, digits: number): string[] {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_ROW) {
    if (rows.length === MOST_ROWS) return [...rows, `${" ".repeat(digits)}  … ${bytes.length} bytes`];
    const hex = [...bytes.subarray(at, at + BYTES_A_ROW)].map((byte) => byte.toString(16).padStart(2, "0"));
    const place = addressText(address + BigInt(at), digits);
    rows.push(`${place}  ${hex.join(" ").padEnd(3 * BYTES_A_ROW - 1)}`);
  }
  return rows;
}
