/**
 * Sparse files in tar archives: a map of where data lies, and the data without the holes. Three notations: GNU's old one
 * (a map in the header and in blocks behind it), and pax 0.1 (a record) and 1.0 (decimal lines before the data).
 *
 *     old header   386: 4 × (offset 12, size 12)   482: more blocks follow   483: real size
 *     more block     0: 21 × (offset 12, size 12)  504: more blocks follow
 *
 * Source: GNU tar manual, "Storing Sparse Files". Leaves out: pax 0.0, in which records repeat.
 */
import { number } from "./tar-fields.js";

const BLOCK = 512;
const MAP_IN_HEADER = 386;
const PIECE = 24;

/** Bytes of further header blocks behind the header at `at`. */
export function sparseHeaderLength(archive: Uint8Array, at: number): number {
  if (archive[at + 156] !== 0x53 || archive[at + 482] === 0) return 0;
  let length = BLOCK;
  while (archive[at + length + 504]) length += BLOCK;
  return length;
}

/** Where one piece of data belongs. */
interface Piece {
  readonly offset: number;
  readonly size: number;
}

/**
 * The file with its holes.
 * @param headers the header and the blocks of map behind it
 * @param body the data, for pax 1.0 with the map before it
 */
export function expandSparse(
  headers: Uint8Array,
  type: string,
  body: Uint8Array,
  records: ReadonlyMap<string, string>,
): Uint8Array {
  if (type === "S") return place(body, oldMap(headers), number(headers, 483, 12));
  const size = Number(records.get("GNU.sparse.realsize") ?? records.get("GNU.sparse.size") ?? Number.NaN);
  if (Number.isNaN(size)) return body;
  const map = records.get("GNU.sparse.map");
  if (map !== undefined) return place(body, pairs(map.split(",").map(Number)), size);
  return records.get("GNU.sparse.major") === "1" ? placeAfterMap(body, size) : body;
}

function oldMap(headers: Uint8Array): Piece[] {
  const map: Piece[] = [];
  const take = (from: number, count: number) => {
    for (let n = 0; n < count; n++) {
      const at = from + n * PIECE;
      if (headers[at] === 0) return;
      map.push({ offset: number(headers, at, 12), size: number(headers, at + 12, 12) });
    }
  };
  take(MAP_IN_HEADER, 4);
  for (let at = BLOCK; at < headers.length; at += BLOCK) take(at, 21);
  return map;
}

function pairs(numbers: readonly number[]): Piece[] {
  const map: Piece[] = [];
  for (let n = 0; n + 1 < numbers.length; n += 2)
    map.push({ offset: numbers[n] ?? 0, size: numbers[n + 1] ?? 0 });
  return map;
}

/** pax 1.0: a count, then offsets and sizes, a line each, filled up to a whole block. */
function placeAfterMap(body: Uint8Array, size: number): Uint8Array {
  let at = 0;
  const line = () => {
    const end = body.indexOf(10, at);
    const value = Number(Buffer.from(body.subarray(at, end)).toString("latin1"));
    at = end + 1;
    return value;
  };
  const numbers: number[] = [];
  for (let left = line() * 2; left > 0; left--) numbers.push(line());
  return place(body.subarray(Math.ceil(at / BLOCK) * BLOCK), pairs(numbers), size);
}

function place(data: Uint8Array, map: readonly Piece[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of map) {
    whole.set(data.subarray(at, at + Math.min(piece.size, size - piece.offset)), piece.offset);
    at += piece.size;
  }
  return whole;
}
